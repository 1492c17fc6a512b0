// pool/session_table.cpp - sessions by id, by token, by platform and by their end.
#include "pool/session_table.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

namespace smppd::pool {
namespace {

std::size_t order_of(SessionState state) { return static_cast<std::size_t>(state); }

}  // namespace

std::size_t SessionTable::TokenHash::operator()(const Token& token) const noexcept {
    // The last octets are chance, as good as any hash.
    std::size_t hash = 0;
    static_assert(sizeof hash <= sizeof token.octets);
    std::memcpy(&hash, token.octets.data() + sizeof token.octets - sizeof hash, sizeof hash);
    return hash;
}

const Session* SessionTable::find(Id id) const {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : &found->second;
}

const Session* SessionTable::find(const Token& token) const {
    const auto found = tokens_.find(token);
    return found == tokens_.end() ? nullptr : find(found->second);
}

const Session* SessionTable::find_task(PlatformId platform, const std::string& task) const {
    const auto found = tasks_.find({platform, task});
    return found == tasks_.end() ? nullptr : find(found->second);
}

void SessionTable::put(const Session& session) {
    // Seen past its end it stays so, whatever else of it changes meanwhile.
    const Session* before = find(session.id);
    const bool past = before != nullptr && lapsed_.contains(session.id) && session.holds() &&
                      before->expires_at == session.expires_at;
    erase(session.id);
    if (past) lapsed_.insert(session.id);
    if (!session.task.empty()) {
        Id& newest = tasks_[{session.platform, session.task}];
        newest = std::max(newest, session.id);
    }
    sessions_.emplace(session.id, session);
    tokens_.emplace(session.token, session.id);
    Order& order = orders_[order_of(session.state)];
    order.emplace(PlatformId{0}, session.id);
    order.emplace(session.platform, session.id);
    if (session.holds()) {
        due_.emplace(session.expires_at, session.id);
        ++active_[{session.platform, session.test}];
        if (session.webhook != 0) ++webhooks_[session.webhook];
    } else {
        ended_.emplace(session.ended_at, session.id);
        forget_ended();
    }
}

void SessionTable::heard(Id id, const SessionArrivals& arrived) {
    const auto found = sessions_.find(id);
    if (found != sessions_.end()) found->second.arrived = arrived;
}

void SessionTable::erase(Id id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return;
    const Session& session = found->second;
    Order& order = orders_[order_of(session.state)];
    order.erase({PlatformId{0}, id});
    order.erase({session.platform, id});
    if (session.holds()) {
        due_.erase({session.expires_at, id});
        lapsed_.erase(id);
        const auto count = active_.find({session.platform, session.test});
        if (--count->second == 0) active_.erase(count);
        const auto named = webhooks_.find(session.webhook);
        if (named != webhooks_.end() && --named->second == 0) webhooks_.erase(named);
    } else {
        ended_.erase({session.ended_at, id});
    }
    if (!session.task.empty()) {
        const auto task = tasks_.find({session.platform, session.task});
        if (task != tasks_.end() && task->second == id) tasks_.erase(task);
    }
    tokens_.erase(session.token);
    sessions_.erase(found);
}

void SessionTable::forget_ended() {
    while (ended_.size() > kept_) {
        const Id id = ended_.begin()->second;
        forgot(id);
        erase(id);
    }
}

bool SessionTable::in_force(const Session& session, WallTime now) {
    if (!session.holds()) return false;
    if (now >= session.expires_at) lapse(session.id);
    return lapsed_.empty() || !lapsed_.contains(session.id);
}

void SessionTable::lapse(Id id) { lapsed_.insert(id); }

const Session* SessionTable::first_due() const {
    return due_.empty() ? nullptr : find(due_.begin()->second);
}

std::size_t SessionTable::active(PlatformId platform, bool test) const {
    const auto found = active_.find({platform, test});
    return found == active_.end() ? 0 : found->second;
}

std::vector<Session> SessionTable::list(PlatformId platform, std::optional<SessionState> state,
                                        Id before, std::size_t limit) const {
    // One cursor for each state that is asked for, going down; the largest id is next.
    struct Cursor {
        Order::const_iterator at, floor;
    };
    std::vector<Cursor> cursors;
    const std::pair top{platform, before == 0 ? std::numeric_limits<Id>::max() : before};
    for (std::size_t i = 0; i < states; ++i) {
        if (state && order_of(*state) != i) continue;
        const Order& order = orders_[i];
        cursors.push_back({order.lower_bound(top), order.lower_bound({platform, 0})});
    }
    std::vector<Session> out;
    while (out.size() < limit) {
        Cursor* newest = nullptr;
        for (Cursor& cursor : cursors) {
            if (cursor.at == cursor.floor) continue;
            if (newest == nullptr || std::prev(cursor.at)->second > std::prev(newest->at)->second)
                newest = &cursor;
        }
        if (newest == nullptr) break;
        --newest->at;
        out.push_back(*find(newest->at->second));
    }
    return out;
}

}  // namespace smppd::pool
