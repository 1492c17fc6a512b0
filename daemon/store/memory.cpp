// daemon/store/memory.cpp - the store in memory: plain maps, the same answers as from a file.
#include "daemon/store/memory.hpp"

#include "daemon/store/filter.hpp"
#include "daemon/store/memory_events.hpp"

#include "pool/ids.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace smppd::store {

namespace {

constexpr std::uint64_t salt = 0x736d707064;

/// What is recorded.
struct Records : EventRecords {
    using EventRecords::record;
    std::map<pool::PlatformId, pool::Platform> platforms;
    std::map<std::string, pool::SmppAccount> accounts;
    std::map<pool::E164, pool::Number> numbers;
    std::map<pool::Id, pool::Session> sessions;
    std::map<pool::E164, std::vector<pool::Id>> leases;  ///< whose it was, in order
    std::map<pool::Id, pool::Message> messages;
    std::set<std::pair<pool::PlatformId, pool::Id>> outbox;
    std::map<pool::Id, pool::Part> parts;
    std::set<pool::Id> closed;  ///< parts
    std::map<pool::Id, pool::ReceiptRecord> receipts;
    std::vector<pool::TraceEntry> traces;
    std::set<pool::Id> spoilt;  ///< messages
    bool unreadable = false;

    template <class T, class Map, class Key>
    static void put(const pool::Put<T>& change, Map& map, Key T::*key) {
        if (change.after)
            map.insert_or_assign((*change.after).*key, *change.after);
        else if (change.before)
            map.erase((*change.before).*key);
    }
    void record(const pool::PlatformPut& put_) { put(put_, platforms, &pool::Platform::id); }
    void record(const pool::AccountPut& put_) {
        put(put_, accounts, &pool::SmppAccount::system_id);
    }
    void record(const pool::NumberPut& put_) {
        put(put_, numbers, &pool::Number::number);
        if (!put_.after && put_.before) leases.erase(put_.before->number);
    }
    void record(const pool::SessionPut& put_) {
        put(put_, sessions, &pool::Session::id);
        if (!put_.after || !numbers.contains(put_.after->number)) return;
        auto& leased = leases[put_.after->number];
        if (std::ranges::find(leased, put_.after->id) == leased.end())
            leased.push_back(put_.after->id);
    }
    void record(const pool::SessionHeard& heard) {
        const auto found = sessions.find(heard.id);
        if (found != sessions.end()) found->second.arrived = heard.after;
    }
    void record(const pool::MessageAdded& added) {
        const pool::Message& message = *added.message;
        messages.emplace(message.id, message);
        if (message.state == pool::MessageState::waiting)
            outbox.emplace(message.owner.platform, message.id);
    }
    void record(const pool::MessageSettled& settled) {
        outbox.erase({settled.platform, settled.id});
        const auto found = messages.find(settled.id);
        if (found == messages.end()) return;
        found->second.state = settled.state;
        found->second.settled_at = settled.at;
        found->second.attempts = settled.attempts;
    }
    void record(const pool::PartAdded& added) { parts.emplace(added.part.id, added.part); }
    void record(const pool::PartsClosed& change) {
        for (auto& [id, part] : parts) {
            if (part.assembly != change.assembly) continue;
            closed.insert(id);
            part.data.clear();
            part.octets.clear();
        }
    }
    void record(const pool::ReceiptAdded& added) {
        receipts.emplace(added.receipt.id, added.receipt);
    }
    void record(const pool::TraceAdded& added) { traces.push_back(added.entry); }
};

pool::Message shown(pool::Message message, bool text) {
    if (text) return message;
    message.text.clear();
    message.octets.clear();
    return message;
}

bool shows(const MessageFilter& filter, const pool::Message& message) {
    return matches(filter, {.id = message.id,
                            .state = message.state,
                            .owner = message.owner,
                            .number = message.number,
                            .carrier = message.carrier});
}

class MemoryHistory final : public EventHistory {
public:
    explicit MemoryHistory(const Records& records) : EventHistory(records), records_(records) {}

    WaitingPage waiting(pool::PlatformId platform, pool::Id after, std::size_t limit,
                        std::size_t weight_max) override {
        WaitingPage page;
        page.reached = after;
        page.failed = records_.unreadable;
        if (page.failed) return page;
        std::size_t rows = 0, weight = 0;
        for (auto at = records_.outbox.upper_bound({platform, after});
             at != records_.outbox.end() && at->first == platform && rows < limit &&
             weight < weight_max;
             ++at, ++rows) {
            page.reached = at->second;
            if (records_.spoilt.contains(at->second)) {
                page.unreadable.push_back(at->second);
                continue;
            }
            page.messages.push_back(records_.messages.at(at->second));
            weight += pool::weight(page.messages.back());
        }
        page.more = rows >= limit || weight >= weight_max;
        return page;
    }
    std::vector<std::pair<pool::PlatformId, std::uint64_t>> waiting_counts() override {
        if (records_.unreadable) throw std::system_error(make_error_code(Errc::broken));
        std::map<pool::PlatformId, std::uint64_t> counts;
        for (const auto& [platform, id] : records_.outbox) ++counts[platform];
        return {counts.begin(), counts.end()};
    }
    std::vector<pool::Message> messages(const MessageFilter& filter, pool::Id before,
                                        std::size_t limit, bool text) override {
        std::vector<pool::Message> found;
        auto at = before == 0 ? records_.messages.end() : records_.messages.lower_bound(before);
        while (at != records_.messages.begin() && found.size() < limit) {
            --at;
            if (shows(filter, at->second)) found.push_back(shown(at->second, text));
        }
        return found;
    }
    MessagePage messages_after(const MessageFilter& filter, pool::Id after, std::size_t limit,
                               bool text) override {
        MessagePage page;
        page.reached = after;
        for (auto at = records_.messages.upper_bound(after); at != records_.messages.end(); ++at) {
            page.more = page.messages.size() == limit;
            if (page.more) break;
            page.reached = at->first;
            if (shows(filter, at->second)) page.messages.push_back(shown(at->second, text));
        }
        return page;
    }
    std::optional<pool::Message> message(pool::Id id, bool text) override {
        const auto found = records_.messages.find(id);
        if (found == records_.messages.end()) return std::nullopt;
        return shown(found->second, text);
    }
    std::vector<pool::Part> parts(pool::Id assembly) override {
        std::vector<pool::Part> found;
        for (const auto& [id, part] : records_.parts) {
            if (part.assembly != assembly) continue;
            pool::Part& one = found.emplace_back(part);
            one.data.clear();
            one.octets.clear();
        }
        return found;
    }
    std::vector<pool::TraceEntry> trace(pool::Id message) override {
        std::vector<pool::TraceEntry> found;
        std::ranges::copy_if(records_.traces, std::back_inserter(found),
                             [&](const auto& entry) { return entry.message == message; });
        return found;
    }
    std::vector<pool::ReceiptRecord> receipts(const std::string& carrier, pool::Id before,
                                              std::size_t limit) override {
        std::vector<pool::ReceiptRecord> found;
        auto at = before == 0 ? records_.receipts.end() : records_.receipts.lower_bound(before);
        while (at != records_.receipts.begin() && found.size() < limit) {
            --at;
            if (carrier.empty() || at->second.carrier == carrier) found.push_back(at->second);
        }
        return found;
    }
    std::optional<pool::Session> session(pool::Id id) override {
        const auto found = records_.sessions.find(id);
        if (found == records_.sessions.end()) return std::nullopt;
        return found->second;
    }
    std::optional<pool::Session> session(const pool::Token& token) override {
        for (const auto& [_, session] : records_.sessions)
            if (session.token == token) return session;
        return std::nullopt;
    }
    std::optional<pool::Session> session_of_task(pool::PlatformId platform,
                                                 const std::string& task) override {
        std::optional<pool::Session> newest;
        for (const auto& [_, session] : records_.sessions)
            if (!task.empty() && session.platform == platform && session.task == task)
                newest = session;
        return newest;
    }
    SessionPage sessions_page(const SessionFilter& filter, pool::Id before,
                              std::size_t limit) override {
        SessionPage page;
        auto at = before == 0 ? records_.sessions.end() : records_.sessions.lower_bound(before);
        while (at != records_.sessions.begin()) {
            page.more = page.sessions.size() == limit;
            if (page.more) break;
            --at;
            page.reached = at->first;
            if (matches(filter, at->second)) page.sessions.push_back(at->second);
        }
        return page;
    }
    std::vector<pool::Session> sessions_of(pool::E164 number, pool::Id before,
                                           std::size_t limit) override {
        std::vector<pool::Session> found;
        const auto leases = records_.leases.find(number);
        if (leases == records_.leases.end()) return found;
        bool below = before == 0;
        for (auto id = leases->second.rbegin(); id != leases->second.rend(); ++id) {
            if (below && found.size() < limit)
                if (auto one = session(*id)) found.push_back(std::move(*one));
            below = below || *id == before;
        }
        return found;
    }

private:
    const Records& records_;
};

}  // namespace

struct MemoryStore::State {
    struct Waiting {
        pool::Changes changes;
        std::function<void(std::error_code)> done;
    };
    Records records;
    MemoryHistory history{records};
    std::deque<Waiting> waiting;
    std::error_code error;
    bool held = false;
    bool completing = false;

    /// In order, also when a `done` commits something more.
    void complete(std::size_t at_most) {
        if (completing) return;
        completing = true;
        for (; at_most > 0 && !waiting.empty(); --at_most) {
            const Waiting one = std::move(waiting.front());
            waiting.pop_front();
            if (!error)
                for (const pool::Change& change : one.changes)
                    std::visit([this](const auto& fact) { records.record(fact); }, change);
            if (error != Errc::broken) one.done(error);
        }
        completing = false;
    }
};

MemoryStore::MemoryStore() : state_(std::make_unique<State>()) {}
MemoryStore::~MemoryStore() = default;

void MemoryStore::commit(pool::Changes changes, std::function<void(std::error_code)> done) {
    if (state_->error == Errc::busy) return done(Errc::busy);
    state_->waiting.push_back({std::move(changes), std::move(done)});
    if (!state_->held) state_->complete(SIZE_MAX);
}

bool MemoryStore::read(std::function<std::function<void()>(History&)> job) {
    if (const auto then = job(state_->history)) then();
    return true;
}

void MemoryStore::fail_with(std::error_code error) { state_->error = error; }

void MemoryStore::fail_reads(bool on) { state_->records.unreadable = on; }

void MemoryStore::spoil(pool::Id message) { state_->records.spoilt.insert(message); }

void MemoryStore::hold(bool on) { state_->held = on; }

void MemoryStore::release() { state_->complete(state_->waiting.size()); }

History& MemoryStore::history() { return state_->history; }

void MemoryStore::load(Visitor& visitor) {
    const Records& records = state_->records;
    for (const auto& [id, platform] : records.platforms) visitor.platform(platform);
    for (const auto& [id, account] : records.accounts) visitor.account(account);
    for (const auto& [id, number] : records.numbers) visitor.number(number);
    for (const auto& [id, session] : records.sessions) visitor.session(session);
    records.load_keys(visitor);
    for (const auto& [id, part] : records.parts)
        if (!records.closed.contains(id)) visitor.part(part);
    records.load_deliveries(visitor);

    pool::Id last = records.last_id();
    const auto seen = [&last](const auto& map) {
        if (!map.empty()) last = std::max(last, map.rbegin()->first);
    };
    seen(records.messages);
    seen(records.parts);
    seen(records.receipts);
    seen(records.sessions);
    records.load_answers(visitor, last);

    // By id, as they came: messages and parts together.
    struct Known {
        pool::Id id;
        std::uint64_t key;
        std::string carrier;
        pool::WallTime at;
    };
    std::vector<Known> known;
    for (const auto& [id, message] : records.messages)
        known.push_back({id, message.duplicate_key, message.carrier, message.received_at});
    for (const auto& [id, part] : records.parts)
        known.push_back({id, part.duplicate_key, part.key.carrier, part.arrived_at});
    std::ranges::stable_sort(known, {}, &Known::id);
    for (const Known& one : known)
        if (one.key != 0) visitor.duplicate(one.key, one.id, one.carrier, one.at);

    visitor.last_id(last);
    visitor.salt(salt);
}

}  // namespace smppd::store
