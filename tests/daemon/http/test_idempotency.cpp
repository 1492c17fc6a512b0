// tests/daemon/http/test_idempotency.cpp - what is remembered of calls with an Idempotency-Key.
#include "daemon/http/idempotency.hpp"

#include <doctest/doctest.h>

using namespace smppd;
using namespace smppd::http;
using namespace std::chrono_literals;
using Verdict = Idempotency::Verdict;

namespace {

constexpr pool::WallTime start{std::chrono::milliseconds{1'795'521'600'000}};

pool::Id id_at(pool::WallTime time) { return pool::first_id_at(time) + 1; }

}  // namespace

TEST_CASE("idempotency: a call is fresh, then under way, then answered") {
    Idempotency known;
    CHECK(known.begin(1, 10, start).verdict == Verdict::fresh);
    CHECK(known.begin(1, 10, start).verdict == Verdict::under_way);
    known.keep(1, id_at(start));
    const auto again = known.begin(1, 10, start);
    CHECK(again.verdict == Verdict::replay);
    CHECK(again.id == id_at(start));
}

TEST_CASE("idempotency: another request with the key is told apart, whatever became of the first") {
    Idempotency known;
    known.begin(1, 10, start);
    CHECK(known.begin(1, 11, start).verdict == Verdict::mismatch);
    known.keep(1, id_at(start));
    CHECK(known.begin(1, 11, start).verdict == Verdict::mismatch);
    CHECK(known.begin(1, 10, start).verdict == Verdict::replay);
}

TEST_CASE("idempotency: a call that failed may be tried again, changed or not") {
    Idempotency known;
    known.begin(1, 10, start);
    known.drop(1);
    CHECK(known.begin(1, 11, start).verdict == Verdict::fresh);
    known.keep(1, id_at(start));
    known.drop(1);
    CHECK(known.begin(1, 11, start).verdict == Verdict::replay);
}

TEST_CASE("idempotency: an answer is known for 24 h") {
    Idempotency known;
    known.begin(1, 10, start);
    known.keep(1, id_at(start));
    CHECK(known.begin(1, 10, start + 24h - 1ms).verdict == Verdict::replay);
    CHECK(known.begin(1, 10, start + 24h).verdict == Verdict::fresh);
    CHECK(known.size() == 1);
}

TEST_CASE("idempotency: what the store knows is known again") {
    Idempotency known;
    known.restore(1, 10, id_at(start));
    CHECK(known.begin(1, 10, start + 1h).verdict == Verdict::replay);
    CHECK(known.begin(1, 11, start + 1h).verdict == Verdict::mismatch);
    // A key that was used again counts as it was used last.
    known.restore(1, 12, id_at(start + 1h));
    CHECK(known.begin(1, 12, start + 24h + 30min).id == id_at(start + 1h));
}

TEST_CASE("idempotency: beyond its limit the oldest is forgotten") {
    Idempotency known{{.entries_max = 2}};
    for (std::uint64_t key = 1; key <= 3; ++key) {
        known.begin(key, 10, start);
        known.keep(key, id_at(start) + key);
    }
    CHECK(known.size() == 2);
    CHECK(known.begin(2, 10, start).verdict == Verdict::replay);
    CHECK(known.begin(1, 10, start).verdict == Verdict::fresh);
}

TEST_CASE("idempotency: texts are hashed apart from their neighbours, and by the salt") {
    const auto hash = [](std::uint64_t salt, std::string_view one, std::string_view other) {
        return KeyedHash{salt}.add(one).add(other).finish();
    };
    CHECK(hash(1, "ab", "c") == hash(1, "ab", "c"));
    CHECK(hash(1, "ab", "c") != hash(1, "a", "bc"));
    CHECK(hash(1, "ab", "c") != hash(2, "ab", "c"));
    CHECK(hash(1, "", "a") != hash(1, "a", ""));
}
