// daemon/http/keys.cpp - see keys.hpp.
#include "daemon/http/keys.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>

namespace smppd::http {
namespace {

constexpr std::string_view base32 = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view base62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t id_length = 12;
constexpr std::size_t secret_length = 43;  // 62^43 is just above 2^256
constexpr std::size_t crc_length = 6;      // 62^6 is above 2^32
constexpr std::string_view live = "smppd_live_";
constexpr std::string_view sandbox = "smppd_test_";
static_assert(live.size() == sandbox.size());
constexpr std::size_t key_length = live.size() + id_length + 1 + secret_length + crc_length;

// Source: ISO 3309, as in zlib: reflected, polynomial 0xedb88320.
std::uint32_t crc32(std::string_view text) noexcept {
    std::uint32_t crc = 0xffffffff;
    for (const char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

std::string crc_text(std::string_view text) {
    std::uint32_t crc = crc32(text);
    std::string digits(crc_length, '0');
    for (std::size_t i = crc_length; i-- > 0; crc /= 62) digits[i] = base62[crc % 62];
    return digits;
}

std::string id_text(std::span<const std::uint8_t, 8> chance) {
    std::uint64_t bits = 0;
    for (const std::uint8_t octet : chance) bits = (bits << 8) | octet;
    std::string id(id_length, '0');
    for (std::size_t i = 0; i < id_length; ++i, bits >>= 5) id[i] = base32[bits & 31];
    return id;
}

/// The octets as one large number in base 62.
std::string secret_text(std::span<const std::uint8_t, 32> chance) {
    std::array<std::uint8_t, 32> number{};
    std::copy(chance.begin(), chance.end(), number.begin());
    std::string digits(secret_length, '0');
    for (std::size_t i = secret_length; i-- > 0;) {
        unsigned rest = 0;
        for (std::uint8_t& octet : number) {
            rest = rest * 256 + octet;
            octet = static_cast<std::uint8_t>(rest / 62);
            rest %= 62;
        }
        digits[i] = base62[rest];
    }
    sodium_memzero(number.data(), number.size());
    return digits;
}

bool all_of(std::string_view text, std::string_view alphabet) noexcept {
    return text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

KeyText parse_key(std::string_view text) {
    KeyText key;
    if (!text.starts_with(live) && !text.starts_with(sandbox)) return key;
    key.form = KeyForm::mistyped;
    if (text.size() != key_length) return key;
    const std::string_view id = text.substr(live.size(), id_length);
    const std::string_view rest = text.substr(live.size() + id_length);
    const std::string_view secret = rest.substr(1, secret_length);
    if (rest.front() != '_' || !all_of(id, base32) || !all_of(secret, base62)) return key;
    if (crc_text(text.substr(0, key_length - crc_length)) != text.substr(key_length - crc_length))
        return key;
    key.form = KeyForm::valid;
    key.test = text.starts_with(sandbox);
    key.id = id;
    key.secret = secret;
    return key;
}

NewKey make_key(bool test, std::span<const std::uint8_t, key_chance_octets> chance) {
    NewKey key;
    key.id = id_text(chance.first<8>());
    const std::string secret = secret_text(chance.last<32>());
    key.hash = hash_secret(secret);
    key.text = std::string{test ? sandbox : live} + key.id + "_" + secret;
    key.text += crc_text(key.text);
    return key;
}

KeyHash hash_secret(std::string_view secret) noexcept {
    KeyHash hash{};
    crypto_generichash(hash.data(), hash.size(), std::bit_cast<const unsigned char*>(secret.data()),
                       secret.size(), nullptr, 0);
    return hash;
}

bool secret_fits(std::string_view secret, const KeyHash& hash) noexcept {
    const KeyHash own = hash_secret(secret);
    return sodium_memcmp(own.data(), hash.data(), hash.size()) == 0;
}

}  // namespace smppd::http
