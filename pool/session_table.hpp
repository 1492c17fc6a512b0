// pool/session_table.hpp - sessions by id, by token, by platform and by their end.
#pragma once

#include "pool/session.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace smppd::pool {

/// All active sessions, and the newest of the ended ones.
class SessionTable {
public:
    /// `kept`: ended sessions that stay; the oldest above it are forgotten here.
    explicit SessionTable(std::size_t kept) : kept_(kept) {}

    const Session* find(Id id) const;
    const Session* find(const Token& token) const;
    /// The newest of this platform and task.
    const Session* find_task(PlatformId platform, const std::string& task) const;
    /// Adds a session or replaces all that is known of it.
    void put(const Session& session);
    /// Replaces what has arrived in a session that is there; its pointers stay good.
    void heard(Id id, const SessionArrivals& arrived);
    void erase(Id id);
    /// Whether the session's lease is in force at `now`. Once past its end it stays past, also
    /// when the clock steps back before the session has been ended.
    bool in_force(const Session& session, WallTime now);
    /// From now on in_force() says no.
    void lapse(Id id);
    /// The session that has its number and ends first.
    const Session* first_due() const;
    /// In the order of their ends, until `visit` says false.
    template <class Visit>
    void due_in_order(Visit visit) const {
        for (const auto& [at, id] : due_)
            if (!visit(*find(id))) return;
    }
    /// How many have their number: those of the sandbox, or all others.
    std::size_t active(PlatformId platform, bool test) const;
    /// Whether a session that has its number names this webhook.
    bool names_webhook(Id webhook) const { return webhooks_.contains(webhook); }
    /// Newest first, with ids below `before` (0: all). `platform` 0: of all.
    std::vector<Session> list(PlatformId platform, std::optional<SessionState> state, Id before,
                              std::size_t limit) const;
    /// The largest id of those that are known to be no longer here; 0: none is.
    Id forgotten() const noexcept { return forgotten_; }
    void forgot(Id id) noexcept { forgotten_ = std::max(forgotten_, id); }

private:
    static constexpr std::size_t states = 5;
    /// Every session is in here twice: under its platform, and under 0 for all of them.
    using Order = std::set<std::pair<PlatformId, Id>>;
    struct TokenHash {
        std::size_t operator()(const Token& token) const noexcept;
    };

    void forget_ended();

    std::size_t kept_;
    Id forgotten_ = 0;
    std::set<std::pair<WallTime, Id>> ended_;  // those that gave their number back
    std::unordered_map<Id, Session> sessions_;
    std::unordered_map<Token, Id, TokenHash> tokens_;
    std::map<std::pair<PlatformId, std::string>, Id> tasks_;
    std::array<Order, states> orders_;
    std::set<std::pair<WallTime, Id>> due_;  // those that have their number
    std::set<Id> lapsed_;                    // have it, seen past their end
    std::map<std::pair<PlatformId, bool>, std::size_t> active_;
    std::unordered_map<Id, std::size_t> webhooks_;  // named by those that have their number
};

}  // namespace smppd::pool
