// protocol/profile.hpp - a carrier's habits as data: how its octets are to be read.
// Filled by conf/; every field has the default that fits most carriers (2-smpp, Inbound).
#pragma once

#include "protocol/status.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace smppd::protocol {

/// What a data_coding's octets are.
enum class Alphabet : std::uint8_t {
    gsm7,         ///< GSM 03.38 default with extension, one septet an octet
    gsm7_packed,  ///< the same, eight septets in seven octets (TS 23.038 §6.1.2.1)
    latin1,
    ascii,
    utf8,
    utf16be,  ///< UCS-2 with surrogates; a byte order mark is obeyed and dropped
    utf16le,
    octets,  ///< no text
    iso8859_5,
    iso8859_8,
    shift_jis,   ///< data_coding 5
    iso2022_jp,  ///< 10
    euc_jp,      ///< 13, extended Kanji JIS X 0212
    euc_kr,      ///< 14, KS C 5601
};
/// "gsm7", "packed", "latin-1", "ascii", "utf-8", "utf-16be", "utf-16le", "octets", ...
std::string_view alphabet_name(Alphabet alphabet) noexcept;

/// Whether receipts are told by esm_class alone or also by what the text looks like.
enum class ReceiptHabit : std::uint8_t { by_class, by_content };

struct Profile {
    /// The alphabet of data_coding 0..15, where it differs from the table of 2-smpp, Inbound 2:
    /// {0, latin1}. Codings above 15 go by TS 23.038 §4.
    std::map<std::uint8_t, Alphabet> data_codings;
    ReceiptHabit receipts = ReceiptHabit::by_class;
    /// One receipt answers for all parts of a submission. Used by the outbound side.
    bool receipt_per_message = false;
    /// Alphanumeric addresses are in the GSM alphabet, one septet an octet.
    bool addresses_gsm7 = false;
    /// sm_length counts a NUL that ends the text: drop it.
    bool trim_nul = false;
    /// Country calling code for national numbers ("44"); empty: they stay as they are.
    std::string country;
    /// deliver_sm_resp status that makes this carrier send again later.
    Status retry_status = ESME_RMSGQFUL;
    /// How long parts wait for their rest.
    std::chrono::milliseconds reassembly = std::chrono::minutes{30};
    /// How long a redelivery is recognised.
    std::chrono::milliseconds duplicates = std::chrono::minutes{10};
    /// Receipt ids: "auto", "hex", "dec". Used by the outbound side.
    std::string id_base = "auto";
    /// A bound carrier that sends nothing for `factor` times its usual gap raises an alarm.
    struct Silence {
        unsigned factor = 10;  ///< 0: never
        std::chrono::milliseconds at_least = std::chrono::minutes{30};
        bool rebind = false;
    } silence;
};

}  // namespace smppd::protocol
