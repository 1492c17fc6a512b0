// pool/session.hpp - a platform's verification session and the lease that it holds.
#pragma once

#include "pool/ids.hpp"

#include <string_view>

namespace smppd::pool {

enum class SessionState : std::uint8_t {
    active = 0,  ///< has its number, nothing is proven yet
    released,    ///< given back
    expired,     ///< its time ran out
    verified,    ///< the right code was entered
    failed,      ///< the attempts are spent
};
std::string_view name(SessionState state) noexcept;

/// A code that arrived in a session.
struct SessionCode {
    Id message = 0;
    WallTime at{};
    std::string code;  ///< folded; sealed at rest; empty once it was used or the session ended
    friend bool operator==(const SessionCode&, const SessionCode&) = default;
};

/// What has arrived in a session.
struct SessionArrivals {
    std::uint32_t messages = 0;
    std::vector<SessionCode> codes;  ///< newest last, at most session_codes_max
    /// That a code came, and when, may be known on; which one it was may not.
    void forget_codes() {
        if (codes.empty()) return;
        codes.erase(codes.begin(), codes.end() - 1);
        codes.back().code.clear();
    }
    friend bool operator==(const SessionArrivals&, const SessionArrivals&) = default;
};

/// A session with its lease: the right to `number` from `leased_at` to `expires_at` or `ended_at`,
/// whichever is first.
struct Session {
    Id id = 0;
    Token token;  ///< its public name
    PlatformId platform = 0;
    E164 number = 0;
    SessionState state = SessionState::active;
    WallTime created_at{};
    WallTime expires_at{};
    WallTime ended_at{};    ///< when it gave its number back; zero while it has it
    std::string reference;  ///< the platform's own word for it, at most 128 octets
    std::string workflow;   ///< empty: none, a bare lease
    std::string task;       ///< "<mapping>/<partner's task>" that it belongs to; empty: none
    bool test = false;      ///< of the sandbox
    /// What was asked for, so that a swap finds a number of the same kind.
    std::string country, area, carrier, tag;
    std::vector<std::string> expected_senders;
    std::string brand;     ///< whom the code is expected from, where that is known
    Id webhook = 0;        ///< that hears of this session beside the platform's own; 0: none
    WallTime leased_at{};  ///< since when it has this number: `created_at` or the last swap
    std::uint16_t swaps = 0;
    std::uint16_t attempts_used = 0, attempts_max = 5;
    SessionArrivals arrived;
    WallTime verified_at{};       ///< zero: not
    std::uint64_t used_code = 0;  ///< keyed hash of the code that verified it
    friend bool operator==(const Session&, const Session&) = default;

    /// Whether the number is still its own.
    bool holds() const noexcept { return ended_at == WallTime{}; }
};

inline constexpr std::size_t session_codes_max = 8;

}  // namespace smppd::pool
