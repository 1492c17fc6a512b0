// daemon/notify/standard_webhooks.hpp - secrets and signatures of webhooks.
// Source: Standard Webhooks (standardwebhooks.com), Signature scheme.
#pragma once

#include "pool/webhook.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smppd::notify {

inline constexpr std::size_t secret_octets_min = 24, secret_octets_max = 64;

/// "whsec_" and the octets in base64. Precondition: secret_octets_min to secret_octets_max octets
/// from the daemon's random source.
std::string make_secret(std::span<const std::uint8_t> octets);
/// The octets of a secret; nothing unless the text is what make_secret() writes.
std::optional<pool::Octets> parse_secret(std::string_view secret);

/// What is signed: the webhook-id, the webhook-timestamp (seconds since 1970) and the body.
struct Signed {
    std::string_view id;
    std::int64_t timestamp = 0;
    std::string_view body;
};
/// "v1," and the HMAC-SHA256 of "id.timestamp.body" in base64. Empty when the secret is none.
std::string signature(std::string_view secret, const Signed& content);
/// The webhook's signature, and behind a blank that of the secret before while it still holds.
std::string signatures(const pool::Webhook& webhook, const Signed& content, pool::WallTime now);

}  // namespace smppd::notify
