// daemon/notify/standard_webhooks.cpp - see standard_webhooks.hpp.
#include "daemon/notify/standard_webhooks.hpp"

#include <sodium.h>

#include <array>
#include <cassert>

namespace smppd::notify {

namespace {

constexpr std::string_view prefix = "whsec_";
constexpr int base64 = sodium_base64_VARIANT_ORIGINAL;

std::string to_base64(std::span<const std::uint8_t> octets) {
    std::string text(sodium_base64_encoded_len(octets.size(), base64), '\0');
    sodium_bin2base64(text.data(), text.size(), octets.data(), octets.size(), base64);
    text.pop_back();  // libsodium's closing NUL
    return text;
}

void add(crypto_auth_hmacsha256_state& state, std::string_view text) {
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                  text.size());
}

}  // namespace

std::string make_secret(std::span<const std::uint8_t> octets) {
    assert(octets.size() >= secret_octets_min);
    assert(octets.size() <= secret_octets_max);
    return std::string(prefix) + to_base64(octets);
}

std::optional<pool::Octets> parse_secret(std::string_view secret) {
    if (!secret.starts_with(prefix)) return std::nullopt;
    const std::string_view text = secret.substr(prefix.size());
    pool::Octets octets(secret_octets_max);
    std::size_t length = 0;
    const char* end = nullptr;
    if (sodium_base642bin(octets.data(), octets.size(), text.data(), text.size(), nullptr, &length,
                          &end, base64) != 0)
        return std::nullopt;
    if (end != text.data() + text.size() || length < secret_octets_min) return std::nullopt;
    octets.resize(length);
    return octets;
}

std::string signature(std::string_view secret, const Signed& content) {
    auto key = parse_secret(secret);
    if (!key) return {};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->data(), key->size());
    add(state, content.id);
    add(state, "." + std::to_string(content.timestamp) + ".");
    add(state, content.body);
    std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> digest{};
    crypto_auth_hmacsha256_final(&state, digest.data());
    sodium_memzero(key->data(), key->size());
    return "v1," + to_base64(digest);
}

std::string signatures(const pool::Webhook& webhook, const Signed& content, pool::WallTime now) {
    std::string all = signature(webhook.secret, content);
    if (webhook.previous_secret.empty() || now >= webhook.previous_until) return all;
    return all + " " + signature(webhook.previous_secret, content);
}

}  // namespace smppd::notify
