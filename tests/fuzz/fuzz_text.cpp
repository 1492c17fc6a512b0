// tests/fuzz/fuzz_text.cpp - any octets in any alphabet and language: valid UTF-8 comes out, and
// what was encoded reads the same.
#include "protocol/text.hpp"

#include <cstdlib>

using namespace smppd::protocol;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void decode(Bytes octets, Alphabet alphabet, const Language& language, unsigned fill_bits) {
    const Text text = decode_text(octets, alphabet, language, fill_bits);
    require(valid_utf8(text.utf8));
    if (text.lossy) require(text.utf8.find("\xef\xbf\xbd") != std::string::npos);
    if (alphabet == Alphabet::octets) require(text.utf8.empty());
    // Whatever text it is, UTF-16 can carry it; a mark in front would be taken for the byte order.
    const Octets units = encode_utf16be("\xef\xbb\xbf" + text.utf8);
    require(decode_text(units, Alphabet::utf16be).utf8 == text.utf8);
    if (const auto septets = encode_gsm7(text.utf8, language)) {
        const Text again = decode_text(*septets, Alphabet::gsm7, language);
        require(again.utf8 == text.utf8);
        require(!again.lossy);
    }
}

/// Packed septets come back, but for the filling that cannot be told from them.
void pack(Bytes octets, unsigned fill_bits) {
    Octets septets(octets.begin(), octets.end());
    for (std::uint8_t& septet : septets) septet &= 0x7f;
    const Octets packed = pack_septets(septets, fill_bits);
    Octets again = unpack_septets(packed, fill_bits);
    const bool on_last_bit = !septets.empty() && (fill_bits + septets.size() * 7) % 8 == 0;
    if (on_last_bit && septets.back() == 0) again.push_back(0);
    if (on_last_bit && septets.back() == '\r') septets.push_back('\r');
    require(again == septets);
}

void alphabets(std::uint8_t data_coding) {
    require(!alphabet_name(alphabet_of(data_coding, Profile{})).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4) return 0;
    const auto alphabet =
        static_cast<Alphabet>(data[0] % (static_cast<unsigned>(Alphabet::euc_kr) + 1));
    const Language language{static_cast<std::uint8_t>(data[1] & 0x0f),
                            static_cast<std::uint8_t>(data[1] >> 4)};
    const unsigned fill_bits = data[2] % 7;
    const Bytes octets(data + 4, size - 4);
    decode(octets, alphabet, language, fill_bits);
    pack(octets, fill_bits);
    alphabets(data[3]);
    return 0;
}
