// pool/pool_state.hpp - what a Pool keeps; for pool*.cpp alone.
#pragma once

#include "pool/brands.hpp"
#include "pool/number_table.hpp"
#include "pool/pool.hpp"
#include "pool/quotas.hpp"
#include "pool/session_table.hpp"

#include <map>
#include <set>
#include <tuple>

namespace smppd::pool {

struct Pool::State {
    State(PoolOptions o, std::function<void(std::span<std::uint8_t>)> c,
          std::function<Id(WallTime)> e)
        : options(o), chance(std::move(c)), event_id(std::move(e)), sessions(o.sessions_kept) {}

    PoolOptions options;
    std::function<void(std::span<std::uint8_t>)> chance;
    std::function<Id(WallTime)> event_id;
    std::uint64_t salt = 0;
    std::map<std::string, Workflow> workflows;
    std::map<PlatformId, Platform> platforms;
    std::map<std::string, PlatformId, std::less<>> platform_names;
    std::map<std::string, SmppAccount, std::less<>> accounts;
    std::map<PlatformId, unsigned> account_counts;
    std::map<Id, Webhook> webhooks;
    std::map<PlatformId, std::set<Id>> lasting_webhooks;
    /// Those that sessions brought along, by id and by what they are for.
    std::map<PlatformId, std::set<Id>> brought_webhooks;
    std::map<std::tuple<PlatformId, bool, std::string>, Id> brought_urls;
    std::map<std::string, ApiKey, std::less<>> keys;
    std::map<PlatformId, unsigned> listeners;  ///< webhooks and keys of a platform
    NumberTable numbers;
    SessionTable sessions;
    Brands brands;
    Quotas quotas;
    std::set<std::string, std::less<>> carriers_down, carriers_draining;
    /// The number that a platform's reference had last, for sticky workflows.
    std::map<std::pair<PlatformId, std::string>, E164> last_of_reference;

    bool has_platform(PlatformId id) const { return platforms.contains(id); }
    void put(const Platform& platform);
    void erase(const Platform& platform);
    void put(const SmppAccount& account);
    void erase(const SmppAccount& account);
    void put(const Webhook& webhook);
    void erase(const Webhook& webhook);
    std::size_t webhooks_like(PlatformId platform, bool brought) const;
    void put(const ApiKey& key);
    void erase(const ApiKey& key);
    /// A session with all that hangs on it; `before` is what it was.
    void put(const Session& session);

    struct Undo;  ///< pool_store.cpp

    // pool_choose.cpp
    struct Choice;
    Choice choice(const AllocateRequest& request, WallTime now) const;
    /// The number that a request gets.
    Result<Slot> choose(const AllocateRequest& request, WallTime now);
    Result<Slot> choose(const AllocateRequest& request, const Choice& want, WallTime now);
    const Workflow* workflow(const std::string& name) const;
    std::uint64_t brand_hash(std::string_view brand) const;
    std::uint64_t code_hash(const Session& session, std::string_view folded) const;
    /// The brand of a message's sender, or the sender itself.
    std::uint64_t writer_hash(const Message& message, const std::string& brand) const;

    /// What of the filters leaves no number free, the first of them that does.
    std::string_view lacking(const AllocateRequest& request, const Choice& want);
    std::optional<WallTime> brand_allows_from(Slot slot, const Choice& want) const;
    bool brands_allow(Slot slot, const Choice& want, WallTime now) const;
    Result<Slot> choose_certain(const AllocateRequest& request, const Choice& want,
                                WallTime now) const;
    /// When a number that fits is free again, as far as leases and rests are looked through.
    std::optional<WallTime> free_at(const AllocateRequest& request, const Choice& want) const;
    /// When the brand that is wanted may write to one of the free numbers again.
    std::optional<WallTime> brand_free_at(const Choice& want);

    // pool_arrivals.cpp
    struct Arrival {
        bool expected = true;  ///< from a sender that is waited for
        std::string brand;     ///< brand_of() it; to be found once, it reads the text
        Extraction found;
    };
    Arrival read(const Message& message, const Session& session) const;
    void arrived_unowned(const Message& message, WallTime now, Changes& changes);
    void count_message(const Session& session, const Message& message, const Arrival& arrival,
                       WallTime now, Changes& changes);
    void tell_arrival(const Session& session, const Message& message, const Arrival& arrival,
                      WallTime now, Changes& changes);
    /// Writes down that the brand wrote to the number now, unless that was done lately.
    void use_brand(E164 number, std::uint64_t brand, WallTime now, Changes& changes);

    // pool_sessions.cpp
    /// The record, given back at `at`: cooling, free again, or what an admin asked for meanwhile.
    NumberRecord cooled(const NumberRecord& record, WallTime at, const Session* session) const;
    /// Gives the number of a session that has it to it from now on.
    void lease(Slot slot, const Session& session, WallTime now, Changes& changes);
    void give_back(const Session& session, WallTime at, Changes& changes);
    /// Makes the record `after` and writes down the change.
    void change(Slot slot, const NumberRecord& after, Changes& changes);
    void change(const Session& before, const Session& after, Changes& changes);
    /// Ends the lease at `at`. A session that was verified or failed stays so.
    void end(Session session, SessionState how, WallTime at, Changes& changes);
    /// An event of the session, as it is now.
    Event& tell(EventType type, const Session& session, WallTime at, Changes& changes);
    Seconds ttl_cap(const Workflow* workflow, PlatformId platform) const;
    /// The quota that is used up, of the sandbox or else of all other numbers. `when`: with the
    /// time when it is not any more.
    std::optional<Refusal> over_quota(const Platform& platform, bool test, WallTime now,
                                      bool when = false) const;

    // pool_numbers.cpp
    /// The state in which `number` is to be imported, given what is there already.
    Result<Number> imported(Number number, WallTime now) const;
};

}  // namespace smppd::pool
