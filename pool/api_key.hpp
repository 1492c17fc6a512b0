// pool/api_key.hpp - what lets a program use the API, and what it may do with it.
// Source: API, events, identity; Identity.
#pragma once

#include "pool/types.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace smppd::pool {

enum class Role : std::uint8_t { owner = 0, operator_, auditor, platform, read_only };
/// "owner", "operator", "auditor", "platform", "read-only".
std::string_view name(Role role) noexcept;
std::optional<Role> parse_role(std::string_view name) noexcept;

/// What a key may do. A role is a set of these; a key may have fewer, never more.
enum class Scope : std::uint8_t {
    sessions_read = 0,
    sessions_write,  ///< allocate, extend, swap, release, verify
    messages_read,   ///< that they came, from whom, for which number
    messages_text,   ///< texts, codes and links
    events_read,
    webhooks_read,
    webhooks_write,
    numbers_read,
    numbers_write,  ///< import, states, assignment
    platforms_read,
    platforms_write,  ///< platforms, their accounts and keys
    carriers_read,
    carriers_write,
    system_read,   ///< status, workflows, mappings
    system_write,  ///< backup
};
inline constexpr std::size_t scopes = 15;
/// "sessions:read", "messages:text".
std::string_view name(Scope scope) noexcept;
std::optional<Scope> parse_scope(std::string_view name) noexcept;

/// A set of scopes, bit by Scope's value.
using Scopes = std::uint32_t;
constexpr Scopes bit(Scope scope) noexcept { return Scopes{1} << static_cast<unsigned>(scope); }
/// Everything that a role may.
Scopes scopes_of(Role role) noexcept;
/// Whether a role sees all platforms, or its key's own alone.
bool sees_all(Role role) noexcept;

struct ApiKey {
    std::string id;           ///< 12 characters of base 32, in the key's text; not secret
    PlatformId platform = 0;  ///< whose it is; 0 for roles that see all
    Role role = Role::platform;
    Scopes scopes = 0;
    bool test = false;                    ///< sees the sandbox only
    std::string name;                     ///< at most 64 octets, for people
    std::array<std::uint8_t, 32> hash{};  ///< BLAKE2b of the secret part
    std::vector<std::string> allow;       ///< CIDR blocks; empty: any address
    WallTime created_at{};
    WallTime expires_at{};    ///< zero: never
    WallTime revoked_at{};    ///< zero: not
    WallTime last_used_at{};  ///< to a minute; zero: never
    std::string replaced_by;  ///< the key that it was rotated to
    friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

}  // namespace smppd::pool
