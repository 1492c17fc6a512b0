// tests/pool/test_pool_verify.cpp - codes that arrive and codes that are typed.
#include "tests/pool/fixture.hpp"

#include <algorithm>

using namespace smppd::test;
using Outcome = Verdict::Outcome;

namespace {

struct Verifying : Fixture {
    explicit Verifying(Workflow flow = {}) {
        flow.name = "w";
        pool.workflows({{"w", flow}});
        import({.number = n1}, t0 - 3h);
        import({.number = n2}, t0 - 2h);
        const auto got = lease({.platform = 1, .workflow = "w"}, t0);
        REQUIRE(got.has_value());
        session = got->session.id;
    }
    Changes text(const std::string& text, WallTime now, const std::string& source = "Meadow") {
        Message message;
        message.id = ++id;
        message.source = source;
        message.number = n1;
        message.owner = {1, session};
        message.text = text;
        last = pool.arrived(message, now);
        state = message.state;
        return last;
    }
    Verdict verify(const std::string& typed, WallTime now) {
        auto verdict = pool.verify(session, typed, now);
        REQUIRE(verdict.has_value());
        return *verdict;
    }
    SessionState now() { return pool.session(session)->state; }
    std::size_t told(EventType type, const Changes& changes) {
        return static_cast<std::size_t>(
            std::count_if(changes.begin(), changes.end(), [&](const Change& change) {
                const auto* added = std::get_if<EventAdded>(&change);
                return added != nullptr && added->event.type == type;
            }));
    }

    Id session = 0;
    Changes last;
    MessageState state{};
};

}  // namespace

TEST_CASE("verify: the right code, however it is written, succeeds once and ends the lease") {
    Verifying f;
    f.text("Your Meadow code is 481 920", t0 + 5s);
    const Verdict verdict = f.verify("481-920 ", t0 + 9s);
    CHECK(verdict.outcome == Outcome::verified);
    CHECK(verdict.next_step == "continue");
    CHECK(verdict.attempts_left == 4);
    CHECK(f.now() == SessionState::verified);
    CHECK(f.Fixture::state(n1) == NumberState::cooling);
    CHECK(f.pool.number(n1)->verified == 1);
    CHECK(f.told(EventType::session_verified, verdict.changes) == 1);
    CHECK(f.told(EventType::session_released, verdict.changes) == 1);
    CHECK(std::get<EventAdded>(verdict.changes.back()).event.reason == "verified");
    // Nothing readable stays.
    const auto codes = f.pool.session(f.session)->arrived.codes;
    REQUIRE(codes.size() == 1);
    CHECK(codes[0].code.empty());
    CHECK(codes[0].at == t0 + 5s);
    CHECK(f.pool.session(f.session)->used_code != 0);
}

TEST_CASE("verify: the same code again is the same success, another is not looked at") {
    Verifying f;
    f.text("Your Meadow code is 481920", t0 + 5s);
    REQUIRE(f.verify("481920", t0 + 9s).outcome == Outcome::verified);
    const Verdict again = f.verify("481 920", t0 + 99h);
    CHECK(again.outcome == Outcome::verified);
    CHECK(again.changes.empty());
    const Verdict other = f.verify("111111", t0 + 99h);
    CHECK(other.outcome == Outcome::spent);
    // Guesses count after success too; when the attempts are spent the right code is one more.
    for (int i = 0; i < 4; ++i) f.verify("111111", t0 + 99h);
    CHECK(f.verify("481920", t0 + 99h).outcome == Outcome::spent);
}

TEST_CASE("verify: wrong codes are counted until none is left") {
    Workflow flow;
    flow.attempts = 2;
    Verifying f(flow);
    f.text("Your Meadow code is 481920", t0 + 5s);
    const Verdict first = f.verify("481921", t0 + 6s);
    CHECK(first.outcome == Outcome::wrong);
    CHECK(first.attempts_left == 1);
    CHECK(first.next_step.empty());
    CHECK_FALSE(first.changes.empty());
    const Verdict second = f.verify("000000", t0 + 7s);
    CHECK(second.outcome == Outcome::exhausted);
    CHECK(second.next_step == "retry_with_new_number");
    CHECK(f.told(EventType::session_failed, second.changes) == 1);
    CHECK(f.now() == SessionState::failed);
    CHECK(f.Fixture::state(n1) == NumberState::cooling);
    CHECK(f.verify("481920", t0 + 8s).outcome == Outcome::spent);
}

TEST_CASE("verify: an attempt that the store refuses is taken back, success too") {
    Verifying f;
    f.text("Your Meadow code is 481920", t0 + 5s);
    const Session before = *f.pool.session(f.session);
    f.pool.revert(f.verify("1", t0 + 6s).changes);
    CHECK(f.pool.session(f.session) == before);
    f.pool.revert(f.verify("481920", t0 + 6s).changes);
    CHECK(f.pool.session(f.session) == before);
    CHECK(f.Fixture::state(n1) == NumberState::leased);
    CHECK(f.pool.number(n1)->verified == 0);
}

TEST_CASE("verify: before a code has arrived every guess is wrong, and counts") {
    Verifying f;
    CHECK(f.verify("481920", t0 + 1s).outcome == Outcome::wrong);
    CHECK(f.verify("", t0 + 1s).outcome == Outcome::wrong);
    CHECK(f.pool.session(f.session)->attempts_used == 2);
}

TEST_CASE("verify: the newest code counts, older ones for a minute beside it") {
    Verifying f;
    f.text("Your Meadow code is 111111", t0 + 5s);
    f.text("Your Meadow code is 222222", t0 + 200s);
    CHECK(f.verify("111111", t0 + 260s).outcome == Outcome::verified);

    Verifying g;
    g.text("Your Meadow code is 111111", t0 + 5s);
    g.text("Your Meadow code is 222222", t0 + 6s);
    g.text("Your Meadow code is 333333", t0 + 60s);
    CHECK(g.verify("111111", t0 + 66s + 1ms).outcome == Outcome::wrong);
    CHECK(g.verify("222222", t0 + 120s).outcome == Outcome::verified);
}

TEST_CASE("verify: a long list of codes keeps the newest") {
    Verifying f;
    for (int i = 0; i < 20; ++i)
        f.text("Your Meadow code is " + std::to_string(100000 + i), t0 + 5s);
    CHECK(f.pool.session(f.session)->arrived.codes.size() == session_codes_max);
    CHECK(f.pool.session(f.session)->arrived.messages == 20);
    CHECK(f.verify("100019", t0 + 6s).outcome == Outcome::verified);
}

TEST_CASE("verify: after its end a session verifies nothing") {
    Verifying f;
    f.text("Your Meadow code is 481920", t0 + 5s);
    CHECK(f.pool.verify(f.session, "481920", t0 + 10min).error() == Errc::ended);
    // Though the clock stepped back: once seen past its end it stays so.
    CHECK(f.pool.verify(f.session, "481920", t0 + 9min).error() == Errc::ended);
    CHECK(f.pool.verify(99'999, "481920", t0).error() == Errc::not_found);
}

TEST_CASE("verify: a workflow may keep the number after success") {
    Workflow flow;
    flow.release_on_verified = false;
    Verifying f(flow);
    f.text("Your Meadow code is 481920", t0 + 5s);
    const Verdict verdict = f.verify("481920", t0 + 6s);
    CHECK(f.now() == SessionState::verified);
    CHECK(f.Fixture::state(n1) == NumberState::leased);
    CHECK(f.told(EventType::session_released, verdict.changes) == 0);
    const auto released = f.pool.release(f.session, t0 + 7s);
    CHECK(f.told(EventType::session_released, *released) == 1);
    CHECK(f.now() == SessionState::verified);
    CHECK(f.pool.number(n1)->verified == 1);
}

TEST_CASE("arrivals: events tell the message and its code") {
    Verifying f;
    f.text("Your Meadow code is 481920", t0 + 5s);
    REQUIRE(f.told(EventType::message_received, f.last) == 1);
    REQUIRE(f.told(EventType::code_received, f.last) == 1);
    for (const Change& change : f.last) {
        const auto* added = std::get_if<EventAdded>(&change);
        if (added == nullptr) continue;
        CHECK(added->event.session == f.session);
        CHECK(added->event.sender == "Meadow");
        if (added->event.type == EventType::message_received) {
            CHECK(added->event.text == "Your Meadow code is 481920");
            CHECK(added->event.code.empty());
        } else {
            CHECK(added->event.code == "481920");
            CHECK(added->event.text.empty());
        }
    }
    CHECK(f.state == MessageState::kept);  // the platform has no SMPP account
    REQUIRE(f.pool.create_account({.system_id = "esme", .platform = 1}, t0).has_value());
    f.text("hello", t0 + 6s);
    CHECK(f.state == MessageState::waiting);
    CHECK(f.told(EventType::code_received, f.last) == 0);
}

TEST_CASE("arrivals: who is not expected brings no code") {
    Workflow flow;
    flow.expected_senders = {"Meadow", "+4477*"};
    Verifying f(flow);
    f.text("Your code is 481920", t0 + 5s, "Evil");
    CHECK(f.told(EventType::code_received, f.last) == 0);
    CHECK(f.told(EventType::message_received, f.last) == 1);
    CHECK(f.verify("481920", t0 + 6s).outcome == Outcome::wrong);
    f.text("Your code is 333444", t0 + 7s, "447700900777");
    CHECK(f.told(EventType::code_received, f.last) == 1);
    f.text("Your code is 555666", t0 + 8s, "meadow");
    CHECK(f.verify("555666", t0 + 9s).outcome == Outcome::verified);
}

TEST_CASE("arrivals: what the store refuses leaves no code behind") {
    Verifying f;
    const Session before = *f.pool.session(f.session);
    f.pool.revert(f.text("Your Meadow code is 481920", t0 + 5s));
    CHECK(f.pool.session(f.session) == before);
}

TEST_CASE("arrivals: while the old sender writes on, its number goes on cooling") {
    Verifying f;
    f.text("Your Meadow code is 481920", t0 + 5s);
    REQUIRE(f.pool.release(f.session, t0 + 10s).has_value());
    const auto late = [&](const std::string& source, WallTime now) {
        Message message;
        message.source = source;
        message.number = n1;
        message.state = MessageState::unowned;
        message.text = "Your code is 1234";
        return f.pool.arrived(message, now);
    };
    CHECK(late("Stranger", t0 + 50h).empty());
    CHECK(f.pool.number(n1)->cool_until == t0 + 10s + 72h);
    const Changes changes = late("MEADOW", t0 + 50h);
    CHECK(f.pool.number(n1)->cool_until == t0 + 50h + 72h);
    CHECK(f.told(EventType::message_received, changes) == 0);
    f.pool.revert(changes);
    CHECK(f.pool.number(n1)->cool_until == t0 + 10s + 72h);
}

TEST_CASE("arrivals: it goes on cooling as long as its workflow said, time and again") {
    Workflow flow;
    flow.name = "quick";
    flow.cool_down = 8h;
    Fixture f;
    f.pool.workflows({{flow.name, flow}});
    f.import({.number = n1});
    const auto got = f.lease({.platform = 1, .workflow = "quick"}, t0);
    REQUIRE(got.has_value());
    Message message;
    message.source = "Meadow";
    message.number = n1;
    message.owner = {1, got->session.id};
    message.text = "Your code is 1234";
    f.pool.arrived(message, t0);
    REQUIRE(f.pool.release(got->session.id, t0).has_value());
    CHECK(f.pool.number(n1)->cool_until == t0 + 8h);
    message.owner = {};
    message.state = MessageState::unowned;
    for (const WallTime at : {t0 + 7h, t0 + 14h, t0 + 21h}) {
        f.pool.arrived(message, at);
        CHECK(f.pool.number(n1)->cool_until == at + 8h);
    }
    CHECK(f.pool.arrived(message, t0 + 21h + 30min).empty());
}

TEST_CASE("arrivals: an assigned number's messages make events for those who listen") {
    Fixture f;
    f.import({.number = n1, .platform = 1, .state = NumberState::assigned});
    Message message;
    message.number = n1;
    message.source = "Meadow";
    message.owner = {1, 0};
    message.text = "Your code is 481920";
    CHECK(f.pool.arrived(message, t0).empty());
    REQUIRE(f.pool.put(Webhook{.id = 7, .platform = 1}).has_value());
    CHECK(f.pool.arrived(message, t0).size() == 2);
    REQUIRE(f.pool.remove_webhook(7).has_value());
    REQUIRE(f.pool.put(ApiKey{.id = "k", .platform = 1}).has_value());
    CHECK(f.pool.arrived(message, t0).size() == 2);
}

TEST_CASE("webhooks: which events they want") {
    Webhook webhook{.id = 7, .platform = 1};
    Event event{.type = EventType::code_received, .platform = 1};
    CHECK(webhook.wants(event));
    event.platform = 2;
    CHECK_FALSE(webhook.wants(event));
    event.platform = 1;
    event.test = true;
    CHECK_FALSE(webhook.wants(event));
    event.test = false;
    webhook.events = {EventType::session_created};
    CHECK_FALSE(webhook.wants(event));
    event.webhook = 7;
    CHECK(webhook.wants(event));
    webhook.sessions_only = true;
    CHECK(webhook.wants(event));
    event.webhook = 8;
    CHECK_FALSE(webhook.wants(event));
    event.webhook = 7;
    webhook.disabled = true;
    CHECK_FALSE(webhook.wants(event));
}

TEST_CASE("verify: a session that only the store has knows its code again, and counts nothing") {
    Verifying f;
    f.text("Your Meadow code is 481920", t0 + 5s);
    REQUIRE(f.verify("481920", t0 + 9s).outcome == Outcome::verified);
    const Session stored = *f.pool.session(f.session);
    const auto again = f.pool.verify_ended(stored, "481-920");
    REQUIRE(again.has_value());
    CHECK(again->outcome == Outcome::verified);
    CHECK(again->next_step == "continue");
    CHECK(again->changes.empty());
    CHECK(f.pool.verify_ended(stored, "481921")->outcome == Outcome::spent);
    Session expired = stored;
    expired.state = SessionState::expired;
    expired.verified_at = {};
    CHECK(f.pool.verify_ended(expired, "481920").error() == Errc::ended);
    expired.state = SessionState::failed;
    CHECK(f.pool.verify_ended(expired, "481920")->outcome == Outcome::spent);
}
