// protocol/iconv_text.hpp - the alphabets that the C library reads: ISO 8859-5 and -8, JIS, KS.
// Internal to protocol/; callers use decode_text.
#pragma once

#include "protocol/text.hpp"

namespace smppd::protocol {

/// Whether decode_iconv reads this alphabet.
bool is_iconv_alphabet(Alphabet alphabet) noexcept;

/// Text of `octets` in one of those alphabets (assert). Octets that mean nothing become U+FFFD, one
/// each; a character that is cut off at the end is one. Where the C library lacks its table (a
/// system without gconv modules), ASCII is read and the rest becomes U+FFFD.
Text decode_iconv(Bytes octets, Alphabet alphabet);

}  // namespace smppd::protocol
