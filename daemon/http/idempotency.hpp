// daemon/http/idempotency.hpp - which calls with an Idempotency-Key were answered, and how to find
// the answer again. Answers themselves lie in the store. Knows no clock.
// Source: draft-ietf-httpapi-idempotency-key-header.
#pragma once

#include "pool/ids.hpp"
#include "pool/siphash.hpp"

#include <deque>
#include <string_view>
#include <unordered_map>

namespace smppd::http {

struct IdempotencyOptions {
    std::chrono::milliseconds kept = std::chrono::hours{24};
    /// Above it the oldest answers are forgotten early; each costs about 64 octets.
    std::size_t entries_max = 4'000'000;
};

class Idempotency {
public:
    explicit Idempotency(IdempotencyOptions options = {}) : options_(options) {}

    enum class Verdict : std::uint8_t {
        fresh,      ///< never seen: it is reserved until keep() or drop()
        replay,     ///< answered; the answer is the record `id`
        mismatch,   ///< the same key with another request
        under_way,  ///< the first call has not been answered yet
    };
    struct Found {
        Verdict verdict = Verdict::fresh;
        pool::Id id = 0;
    };
    /// `key` and `request` are keyed hashes, see KeyedHash.
    Found begin(std::uint64_t key, std::uint64_t request, pool::WallTime now);
    /// The call that begin() let pass was answered, and its answer recorded as `id`, which grows
    /// from call to call and tells its time.
    void keep(std::uint64_t key, pool::Id id);
    /// It failed: the same key may be used again.
    void drop(std::uint64_t key);
    /// From the store, at start, oldest first.
    void restore(std::uint64_t key, std::uint64_t request, pool::Id id);
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::uint64_t request = 0;
        pool::Id id = 0;  // 0: under way
    };
    void forget(pool::WallTime now);
    void forget_oldest();

    IdempotencyOptions options_;
    std::unordered_map<std::uint64_t, Entry> entries_;
    std::deque<std::pair<std::uint64_t, pool::Id>> order_;  // what was kept, oldest first
};

/// Texts to one hash that clients cannot steer; each text is told apart from its neighbours.
class KeyedHash {
public:
    explicit KeyedHash(std::uint64_t salt) noexcept : hash_(salt, 0x736d7070642d6874) {}
    KeyedHash& add(std::string_view text) noexcept;
    KeyedHash& add(std::uint64_t number) noexcept;
    std::uint64_t finish() noexcept { return hash_.finish(); }

private:
    pool::SipHash hash_;
};

}  // namespace smppd::http
