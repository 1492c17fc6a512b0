// daemon/http/keys.hpp - the text of API keys: made, taken apart, hashed.
// `smppd_live_<id>_<secret><crc>`: the id finds the key and is no secret; the checksum tells a
// mistyped key from a wrong one before anything is looked up. Source: API, events, identity.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace smppd::http {

/// BLAKE2b-256 of a key's secret part.
using KeyHash = std::array<std::uint8_t, 32>;

enum class KeyForm : std::uint8_t {
    valid,     ///< well formed; whether there is such a key is another question
    mistyped,  ///< begins as a key does, but its length, letters or checksum are not right
    other,     ///< no key of ours
};

struct KeyText {
    KeyForm form = KeyForm::other;
    bool test = false;
    std::string id;      ///< 12 characters of Crockford's base 32, lower case
    std::string secret;  ///< 43 characters of base 62: 32 octets of chance
};
KeyText parse_key(std::string_view text);

struct NewKey {
    std::string text;  ///< shown once
    std::string id;
    KeyHash hash{};
};
inline constexpr std::size_t key_chance_octets = 40;
/// `chance`: from the daemon's random source; 8 octets for the id, 32 for the secret.
NewKey make_key(bool test, std::span<const std::uint8_t, key_chance_octets> chance);

KeyHash hash_secret(std::string_view secret) noexcept;
/// Whether the secret has that hash; takes as long for a wrong one.
bool secret_fits(std::string_view secret, const KeyHash& hash) noexcept;

}  // namespace smppd::http
