// pool/pool_state.hpp - what a Pool keeps; for pool*.cpp alone.
#pragma once

#include "pool/number_table.hpp"
#include "pool/pool.hpp"
#include "pool/session_table.hpp"

namespace smppd::pool {

struct Pool::State {
    State(PoolOptions o, std::function<void(std::span<std::uint8_t>)> c)
        : options(o), chance(std::move(c)), sessions(o.sessions_kept) {}

    PoolOptions options;
    std::function<void(std::span<std::uint8_t>)> chance;
    std::map<PlatformId, Platform> platforms;
    std::map<std::string, PlatformId, std::less<>> platform_names;
    std::map<std::string, SmppAccount, std::less<>> accounts;
    NumberTable numbers;
    SessionTable sessions;

    bool has_platform(PlatformId id) const { return platforms.contains(id); }
    void put(const Platform& platform);
    void erase(const Platform& platform);

    /// Makes the record `after` and writes down the change.
    void change(Slot slot, const NumberRecord& after, Changes& changes);
    /// The record, given back at `at`: cooling, or free again when there is no cool-down.
    NumberRecord cooled(const NumberRecord& record, WallTime at) const;
    /// Ends an active session at `at` and gives its number back.
    void end(Session session, SessionState how, WallTime at, Changes& changes);
    /// The words of a wish as the numbers know them; nothing when no number has such a word.
    std::optional<Wanted> wanted(const AllocateRequest& request) const;
    /// The number that a request gets.
    Result<Slot> choose(const AllocateRequest& request);
    /// The state in which `number` is to be imported, given what is there already.
    Result<Number> imported(Number number, WallTime now) const;
};

}  // namespace smppd::pool
