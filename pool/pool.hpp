// pool/pool.hpp - the numbers, who has which, and who owned one at a moment. In memory; every
// mutation returns the Changes to be recorded. Used by one thread.
#pragma once

#include "pool/change.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace smppd::pool {

struct PoolOptions {
    Seconds cool_down = std::chrono::hours{72};  ///< after release or expiry
    Seconds ttl_default = std::chrono::minutes{10};
    Seconds ttl_max = std::chrono::hours{24};
    std::size_t sessions_kept = 100'000;  ///< ended ones that stay in memory for listing
};

/// What allocate() is asked for.
struct AllocateRequest {
    PlatformId platform = 0;
    std::string country, area, carrier, tag;  ///< empty: any
    E164 number = 0;                          ///< a certain number; 0: any that fits
    Seconds ttl{0};                           ///< 0: the default
    std::string reference;
};

/// Which numbers to list; empty fields: all.
struct NumberFilter {
    std::optional<NumberState> state;
    std::string country, carrier, area, tag, prefix;  ///< prefix: digits without +
    PlatformId platform = 0;
};

/// Whose a message is.
struct Ownership {
    Owner owner;
    Unowned why = Unowned::no;
};

class Pool {
public:
    /// `chance` fills 10 octets for session tokens, from the daemon's random source.
    Pool(PoolOptions options, std::function<void(std::span<std::uint8_t>)> chance);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

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

    // Numbers.
    /// Adds a number, or replaces the attributes of one that is there (its state and lease stay).
    /// Errc::bad_value: not 3 to 15 digits, the platform does not exist, state leased for a new
    /// number, or assigned to nobody. A number given a `platform` and state assigned belongs to it
    /// from now on; Errc::not_available: it is leased, disabled or retired.
    Result<Changes> import_number(Number number, WallTime now);
    /// Gives an available, cooling or reserved number to a platform for good.
    /// Errc::not_found, Errc::not_available.
    Result<Changes> assign(E164 number, PlatformId platform, WallTime now);
    /// Takes it back; it cools down, and is then anybody's. Errc::not_found, Errc::not_available
    /// (it is not assigned).
    Result<Changes> unassign(E164 number, WallTime now);
    std::optional<Number> number(E164 number) const;
    /// Numbers in ascending order after `after`, at most `limit`. Those of a platform: assigned to
    /// it, kept for it, or leased by its sessions.
    std::vector<Number> numbers(const NumberFilter& filter, E164 after, std::size_t limit) const;
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
    /// Ends the lease; the number cools down. Errc::not_found; a session that has ended: no
    /// changes. One past its end becomes expired, not released.
    Result<Changes> release(Id session, WallTime now);
    std::optional<Session> session(Id id) const;
    std::optional<Session> session(const Token& token) const;
    /// Newest first, before `before` (0: from the newest), at most `limit`.
    std::vector<Session> sessions(PlatformId platform, std::optional<SessionState> state, Id before,
                                  std::size_t limit) const;

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
    /// The store could not take these: memory goes back, last change first. Changes that are not
    /// the pool's are skipped.
    void revert(std::span<const Change> changes);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd::pool
