// pool/session.hpp - a platform's verification session and the lease that it holds.
#pragma once

#include "pool/ids.hpp"

#include <string_view>

namespace smppd::pool {

enum class SessionState : std::uint8_t { active = 0, released, expired };
std::string_view name(SessionState state) noexcept;

/// A session with its lease: the right to `number` from `created_at` to `expires_at` or `ended_at`,
/// whichever is first.
struct Session {
    Id id = 0;
    Token token;  ///< its public name
    PlatformId platform = 0;
    E164 number = 0;
    SessionState state = SessionState::active;
    WallTime created_at{};
    WallTime expires_at{};
    WallTime ended_at{};    ///< zero while active
    std::string reference;  ///< the platform's own word for it, at most 128 octets
    friend bool operator==(const Session&, const Session&) = default;
};

}  // namespace smppd::pool
