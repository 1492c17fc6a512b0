// pool/pool.hpp - the numbers, who has which, and who owned one at a moment. In memory; every
// mutation returns the Changes to be recorded. Used by one thread.
#pragma once

#include "pool/change.hpp"
#include "pool/workflow.hpp"

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string_view>

namespace smppd::pool {

struct PoolOptions {
    Seconds cool_down = std::chrono::hours{72};  ///< after release or expiry
    Seconds ttl_default = std::chrono::minutes{10};
    Seconds ttl_max = std::chrono::hours{24};
    std::size_t sessions_kept = 100'000;  ///< ended ones that stay in memory for listing
    /// The sandbox's numbers are everybody's: how many one platform may have at a time; 0: any.
    std::size_t test_numbers_max = 100;
    std::size_t webhooks_brought_max = 10'000;  ///< by the sessions of one platform
    /// How long a number that a brand wrote to is not leased for that brand again.
    Seconds brand_cool_down = std::chrono::hours{24 * 7};
    /// Before another platform gets a number, where the pool has others.
    Seconds platform_cool_down = std::chrono::hours{24 * 45};
    Seconds code_grace = std::chrono::seconds{60};  ///< an older code counts beside a newer one
};

/// What allocate() is asked for.
struct AllocateRequest {
    PlatformId platform = 0;
    std::string country, area, carrier, tag;  ///< empty: any
    E164 number = 0;                          ///< a certain number; 0: any that fits
    Seconds ttl{0};                           ///< 0: the default
    std::string reference;
    std::string workflow;                       ///< empty: a bare lease
    std::vector<std::string> expected_senders;  ///< empty: the workflow's
    Id webhook = 0;     ///< hears of this session beside the platform's own; 0: none
    bool test = false;  ///< a number of the sandbox, and of no other
    std::string task;   ///< Session::task
    /// With `number`: also one of an isolation group that is not asked for, of a carrier that is
    /// down, or that the brand has used: for those who see all.
    bool any_group = false;
    bool counts = true;  ///< false: quotas do not apply, as for a swap
    /// One of another carrier's is taken where there is one; empty: all carriers are alike.
    std::string rather_not_carrier;
};

/// What swap() asks for: a number of the same kind, beside all quotas.
AllocateRequest swap_request(const Session& session);

/// Why a request got no number.
struct Refusal {
    /// "country", "area", "carrier", "tag", "isolation_group", "carrier_health", "brand",
    /// "platform", "in_use": the first filter that left nothing; or the quota: "numbers_max",
    /// "allocations_per_minute", "allocations_per_day", "test_numbers_max".
    std::string_view what;
    /// When it is worth asking again; empty: no time is known.
    std::optional<WallTime> free_at;
};

/// What became of a code that was entered.
struct Verdict {
    enum class Outcome : std::uint8_t {
        verified,
        wrong,
        exhausted,  ///< wrong, and it was the last attempt
        spent,      ///< not looked at: the attempts are spent, or another code verified it already
    };
    Outcome outcome = Outcome::wrong;
    unsigned attempts_left = 0;
    std::string next_step;  ///< empty: try again
    Session session;        ///< as it is now
    Changes changes;
};

/// Which numbers to list; empty fields: all.
struct NumberFilter {
    std::optional<NumberState> state;
    std::string country, carrier, area, tag, prefix;  ///< prefix: digits without +
    PlatformId platform = 0;
    std::string not_carrier;  ///< leaves its numbers out; empty: nobody's
};

/// Whose a message is.
struct Ownership {
    Owner owner;
    Unowned why = Unowned::no;
};

class Pool {
public:
    /// `chance` fills octets from the daemon's random source; `event_id` gives the next Id.
    Pool(PoolOptions options, std::function<void(std::span<std::uint8_t>)> chance,
         std::function<Id(WallTime)> event_id);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// The workflows of the configuration; sessions under way keep what they began with, but for
    /// the next steps and release rules, which are looked up by name.
    void workflows(std::map<std::string, Workflow> workflows);
    const std::map<std::string, Workflow>& workflows() const;
    /// Keys the hashes of codes and brands. Before anything is restored or asked.
    void salt(std::uint64_t salt);

    // Platforms and their SMPP accounts.
    /// Errc::exists, Errc::bad_value (see valid_platform_name, valid_system_id).
    Result<Changes> create_platform(Platform platform, WallTime now);
    Result<Changes> create_account(SmppAccount account, WallTime now);
    /// Replaces what is known of it, by id or system_id. Errc::not_found.
    Result<Changes> update(const Platform& platform);
    Result<Changes> update(const SmppAccount& account);
    const Platform* platform(PlatformId id) const;
    const Platform* platform(std::string_view name) const;
    const SmppAccount* account(std::string_view system_id) const;
    std::vector<Platform> platforms() const;
    std::vector<SmppAccount> accounts() const;

    // Webhooks and API keys: whole records, checked by the caller.
    /// Adds or replaces. Errc::not_found: no such platform; Errc::full: more than webhooks_max.
    Result<Changes> put(Webhook webhook);
    Result<Changes> put(ApiKey key);
    Result<Changes> remove_webhook(Id id);
    const Webhook* webhook(Id id) const;
    /// In the order of their ids; of all platforms for 0.
    std::vector<const Webhook*> webhooks_of(PlatformId platform) const;
    /// Those that hear of the event, in the order of their ids. Does not look at all webhooks.
    std::vector<const Webhook*> hearers_of(const Event& event) const;
    /// The one that sessions brought along with this URL; nullptr: none.
    const Webhook* brought_webhook(PlatformId platform, bool test, const std::string& url) const;
    /// Of those that sessions brought along the first, by id, for which `may_go` says yes and which
    /// no session names that has its number; nullptr: the platform has not as many as it may, or
    /// none can go.
    const Webhook* webhook_to_replace(PlatformId platform,
                                      const std::function<bool(Id)>& may_go) const;
    /// Platforms whose sessions have numbers of this carrier; looks at a bounded number of them.
    std::set<PlatformId> platforms_on(std::string_view carrier) const;
    /// Whether any session has a number of this carrier.
    bool leased_on(std::string_view carrier) const;
    const ApiKey* api_key(std::string_view id) const;
    /// Oldest first; of all for 0.
    std::vector<ApiKey> api_keys(PlatformId platform) const;

    // Numbers.
    /// Adds a number, or replaces the attributes of one that is there (its state and lease stay).
    /// Errc::bad_value: not 3 to 15 digits, the platform does not exist, state leased for a new
    /// number, or assigned to nobody. A number given a `platform` and state assigned belongs to it
    /// from now on; Errc::not_available: it is leased, disabled or retired.
    Result<Changes> import_number(Number number, WallTime now);
    /// The error that import_number() would give; nothing is changed.
    Result<void> can_import(const Number& number, WallTime now) const;
    /// Gives an available, cooling or reserved number to a platform for good.
    /// Errc::not_found, Errc::not_available.
    Result<Changes> assign(E164 number, PlatformId platform, WallTime now);
    /// Takes it back; it cools down, and is then anybody's. Errc::not_found, Errc::not_available
    /// (it is not assigned).
    Result<Changes> unassign(E164 number, WallTime now);
    /// An admin's word: available, reserved, disabled or retired. A leased number takes it when
    /// its lease ends (drain). Errc::not_found; Errc::not_available: it is assigned, or retired;
    /// Errc::bad_value: another state.
    Result<Changes> set_state(E164 number, NumberState state, WallTime now);
    /// Keeps it from being leased until then; a leased one only afterwards. number.quarantined is
    /// told. Errc::not_found, Errc::not_available (assigned, reserved, disabled, retired).
    Result<Changes> quarantine(E164 number, WallTime until, std::string reason, WallTime now);
    /// Numbers of a carrier that is down are not leased.
    void carrier_up(std::string_view carrier, bool up);
    /// Nor are those of one that is being drained.
    void carrier_drains(std::string_view carrier, bool drains);
    std::optional<Number> number(E164 number) const;
    /// Numbers in ascending order after `after`, at most `limit`. Those of a platform: assigned to
    /// it, kept for it, or leased by its sessions.
    /// With `looked_to` at most numbers_looked_at are looked at; it gets the last of them when that
    /// ended the search, else 0: whoever wants more goes on after it.
    std::vector<Number> numbers(const NumberFilter& filter, E164 after, std::size_t limit,
                                E164* looked_to = nullptr) const;
    static constexpr std::size_t numbers_looked_at = 20'000;
    /// How many there are in each state, by NumberState's value.
    std::vector<std::uint64_t> counts() const;
    std::size_t size() const noexcept;

    // Sessions.
    /// Leases the number that has been idle longest of those that fit and can receive (MO).
    /// Errc::no_number, Errc::not_found (platform or number; a disabled platform), Errc::
    /// not_available (that number), Errc::bad_value (ttl above the limit or negative, reference
    /// above 128 octets), Errc::quota. Logarithmic time. `id` is new and not 0.
    struct Allocated {
        Session session;
        Changes changes;
    };
    Result<Allocated> allocate(const AllocateRequest& request, Id id, WallTime now);
    /// Why allocate() said no_number or quota.
    Refusal refusal(const AllocateRequest& request, WallTime now);
    /// The most that a session of this workflow and platform may last.
    Seconds ttl_cap(const std::string& workflow, PlatformId platform) const;
    /// The lease ends `ttl` from now, at most ttl_cap() after it began; never sooner than it would
    /// have. Errc::not_found, Errc::ended, Errc::full: the cap is reached already.
    Result<Changes> extend(Id session, Seconds ttl, WallTime now);
    /// Another number of the same kind; the old one cools down. The session's end stays. In an
    /// elevated workflow it is of another carrier, where that has one.
    /// Errc::not_found, Errc::ended, Errc::full (swaps_max), Errc::no_number.
    Result<Changes> swap(Id session, WallTime now);
    /// Compares what was typed with what arrived, in constant time: the newest code, and older
    /// ones within code_grace of it. Every comparison counts as an attempt. Errc::not_found,
    /// Errc::ended (expired or released). A verified session answers the same code with success
    /// again, another with `spent`.
    Result<Verdict> verify(Id session, std::string_view typed, WallTime now);
    /// The same for a session that ended long ago and is in the store alone; nothing is counted.
    Result<Verdict> verify_ended(const Session& session, std::string_view typed) const;
    /// A message is whole and has its owner: finds the code for a session's, counts it, says by its
    /// state whether it waits for SMPP, and tells the events. An unowned one of a sender who wrote
    /// to the number's last session makes the number cool down longer.
    Changes arrived(Message& message, WallTime now);
    /// Ends the lease; the number cools down. Errc::not_found; a session that has ended: no
    /// changes. One past its end becomes expired, not released.
    Result<Changes> release(Id session, WallTime now);
    std::optional<Session> session(Id id) const;
    std::optional<Session> session(const Token& token) const;
    /// The newest session of a partner's task.
    std::optional<Session> session_of_task(PlatformId platform, const std::string& task) const;
    /// Newest first, before `before` (0: from the newest), at most `limit`.
    std::vector<Session> sessions(PlatformId platform, std::optional<SessionState> state, Id before,
                                  std::size_t limit) const;
    /// Of the sessions up to this id some that have ended are in the store alone; those above are
    /// all here. 0: all are.
    Id sessions_forgotten() const noexcept;

    /// Whose a message to `number` is that arrives now by `carrier`: the lease in force, or the
    /// platform it is assigned to. A lease past its end does not count even before expire() ran,
    /// and once seen past its end never again, though the clock step back. A clock that steps to
    /// before the lease's beginning leaves it with its owner: what asks now came after allocate().
    /// A message by another carrier than the number's is its owner's too: operators receive by
    /// backup carriers. A disabled platform keeps what is its own.
    Ownership owner_of(E164 number, std::string_view carrier, WallTime now) const;

    /// Ends leases whose time has come and frees numbers that have cooled down; at most `max` a
    /// call.
    Changes expire(WallTime now, std::size_t max = 500);
    /// When expire() has something next; WallTime::max() for never.
    WallTime deadline() const;

    /// From the store, at start.
    void restore(Platform platform);
    void restore(SmppAccount account);
    void restore(Number number);
    void restore(Session session);
    /// A platform took a number then, by a session that is not restored: for its quotas.
    void restore_allocation(PlatformId platform, WallTime at);
    /// Sessions up to this id that have ended were not restored.
    void sessions_forgotten(Id id) noexcept;
    void restore(Webhook webhook);
    void restore(ApiKey key);
    void restore(BrandUse use);
    /// The store could not take these: memory goes back, last change first. Changes that are not
    /// the pool's are skipped.
    void revert(std::span<const Change> changes);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd::pool
