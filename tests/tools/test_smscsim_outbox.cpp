// tests/tools/test_smscsim_outbox.cpp - what is sent, sent again, and answered; and submissions.
#include "tools/smscsim/outbox.hpp"
#include "tools/smscsim/report.hpp"
#include "tools/smscsim/submissions.hpp"

#include <doctest/doctest.h>

namespace {

using namespace smppd::smscsim;
using namespace smppd::protocol;
using namespace std::chrono_literals;

const Instant t0{};

MessageSpec spec(std::string text = "hi") {
    MessageSpec message;
    message.from = "447700900900";
    message.to = "447700900101";
    message.text = std::move(text);
    return message;
}

Outbox outbox() {
    Outbox::Options options;
    options.retry_statuses = {ESME_RMSGQFUL};
    options.ahead_max = 3;
    return Outbox(options);
}

/// Sends the next one and returns its id; 0 when nothing is ready.
std::uint64_t send(Outbox& box, Instant now, const std::string& target = "") {
    box.advance(now);
    const Envelope* envelope = box.front(target);
    if (envelope == nullptr) return 0;
    const std::uint64_t id = envelope->id;
    box.sent(id, now);
    return id;
}

SubmitSm submit_sm(std::uint8_t registered_delivery) {
    SubmitSm submit;
    submit.source_addr = "447700900101";
    submit.destination_addr = "447700900900";
    submit.registered_delivery = registered_delivery;
    submit.short_message = {'h', 'i'};
    return submit;
}

Pdu request(CommandId id, Body body) { return {{0, id, ESME_ROK, 1}, std::move(body)}; }

}  // namespace

TEST_CASE("outbox: an accepted message is gone, a refused one counts") {
    Outbox box = outbox();
    box.add(spec(), t0);
    CHECK_FALSE(box.idle());
    const auto id = send(box, t0);
    REQUIRE(id != 0);
    CHECK(send(box, t0) == 0);
    CHECK(box.answered(id, ESME_ROK, t0) == Fate::accepted);
    CHECK(box.idle());
    box.add(spec(), t0);
    CHECK(box.answered(send(box, t0), ESME_RX_P_APPN, t0) == Fate::refused);
    CHECK(box.idle());
    CHECK(box.accepted() == 1);
    CHECK(box.refused() == 1);
}

TEST_CASE("outbox: a retry status and a missing answer bring it back after the pause") {
    Outbox box = outbox();
    box.add(spec(), t0);
    const auto id = send(box, t0);
    CHECK(box.answered(id, ESME_RMSGQFUL, t0) == Fate::again);
    CHECK(box.deadline() == t0 + 5s);
    CHECK(send(box, t0 + 4999ms) == 0);
    CHECK(send(box, t0 + 5s) == id);
    CHECK(box.in_flight(id)->attempts == 2);
    box.timed_out(id, t0 + 10s);
    CHECK(send(box, t0 + 14s) == 0);
    CHECK(send(box, t0 + 15s) == id);
    CHECK_FALSE(box.idle());
    CHECK(box.refused() == 0);
}

TEST_CASE("outbox: what a lost link left unanswered goes first on the next, in its order") {
    Outbox box = outbox();
    MessageSpec three = spec("{n}");
    three.count = 3;
    box.add(three, t0);
    const auto first = send(box, t0), second = send(box, t0);
    box.lost(first);
    box.lost(second);
    CHECK(send(box, t0) == first);
    CHECK(send(box, t0) == second);
    CHECK(box.in_flight(send(box, t0))->text == "3");
}

TEST_CASE("outbox: a rate spaces messages, and no more are built than may wait") {
    Outbox box = outbox();
    MessageSpec many = spec();
    many.count = 5;
    many.rate = 10;
    box.add(many, t0);
    CHECK(send(box, t0) != 0);
    CHECK(send(box, t0 + 99ms) == 0);
    CHECK(box.deadline() == t0 + 100ms);
    const auto second = send(box, t0 + 100ms);
    CHECK(second != 0);
    CHECK(send(box, t0 + 1s) != 0);
    CHECK(send(box, t0 + 1s) == 0);  // three are unanswered
    CHECK(box.deadline() == Instant::max());
    box.answered(second, ESME_ROK, t0 + 1s);
    CHECK(send(box, t0 + 1s) != 0);
}

TEST_CASE("outbox: parts leave with their delay, and only for the bind that was named") {
    Outbox box = outbox();
    MessageSpec parts = spec("abcdef");
    parts.size = 3;
    parts.delay = 200ms;
    parts.system_id = "a";
    box.add(parts, t0);
    box.advance(t0);
    CHECK(box.ready() == std::vector<std::string>{"a"});
    CHECK(box.front("") == nullptr);
    const auto first = send(box, t0, "a");
    CHECK(box.in_flight(first)->part == 1);
    CHECK(send(box, t0 + 199ms, "a") == 0);
    CHECK(box.in_flight(send(box, t0 + 200ms, "a"))->part == 2);
}

TEST_CASE("submissions: ids count, receipts bear them in the base asked for") {
    Submissions::Options options;
    options.first_id = 0xfe;
    options.receipt_id_base = IdBase::dec;
    Submissions submissions(options, 1);
    const WallTime now{1'000'000s};
    const auto answer = submissions.answer(request(CommandId::submit_sm, submit_sm(1)), "a", now);
    CHECK(answer.status == ESME_ROK);
    CHECK(std::get<MessageResp>(answer.body).message_id == "000000fe");
    CHECK(answer.receipts == 1);
    const auto due = submissions.receipt("000000fe", 0, now + 1s);
    REQUIRE(due);
    CHECK(due->system_id == "a");
    CHECK(due->receipt.source_addr == "447700900900");
    CHECK(due->receipt.destination_addr == "447700900101");
    CHECK(tlv_text(due->receipt.tlvs, tag::receipted_message_id) == "254");
    CHECK(submissions.answer(request(CommandId::submit_sm, submit_sm(0)), "a", now).receipts == 0);
    CHECK(submissions.answer(request(CommandId::submit_sm, submit_sm(2)), "a", now).receipts == 0);
    CHECK(submissions.count() == 3);
}

TEST_CASE("submissions: query and cancel know what is under way and what is over") {
    Submissions submissions({}, 1);
    const WallTime now{1'000'000s};
    const std::string id =
        submissions.answer(request(CommandId::submit_sm, submit_sm(1)), "a", now).id;
    const auto state = [&](WallTime at) {
        QuerySm query;
        query.message_id = id;
        const auto answer = submissions.answer(request(CommandId::query_sm, query), "a", at);
        REQUIRE(answer.status == ESME_ROK);
        return std::get<QuerySmResp>(answer.body).message_state;
    };
    CHECK(state(now) == 1);
    CHECK(state(now + 1s) == 2);
    CancelSm cancel;
    cancel.message_id = id;
    CHECK(submissions.answer(request(CommandId::cancel_sm, cancel), "a", now + 1s).status ==
          ESME_RCANCELFAIL);
    CHECK(submissions.answer(request(CommandId::cancel_sm, cancel), "a", now).status == ESME_ROK);
    CHECK(state(now) == 4);
    CHECK_FALSE(submissions.receipt(id, 0, now + 1s));
    QuerySm unknown;
    unknown.message_id = "none";
    CHECK(submissions.answer(request(CommandId::query_sm, unknown), "a", now).status ==
          ESME_RQUERYFAIL);
}

TEST_CASE("submissions: a script's receipt takes its addresses from the submission") {
    Submissions submissions({}, 1);
    const std::string id =
        submissions.answer(request(CommandId::submit_sm, submit_sm(0)), "a", WallTime{}).id;
    ReceiptSpec receipt;
    receipt.id = id;
    const ReceiptSpec whole = submissions.completed(receipt);
    CHECK(whole.from == "447700900900");
    CHECK(whole.to == "447700900101");
    CHECK(whole.system_id == "a");
    receipt.id = "none";
    CHECK_THROWS_AS(submissions.completed(receipt), UsageError);
}

TEST_CASE("report: lines for people and as JSON, texts hidden when quiet") {
    Event event("mo_sent");
    event.number("message", 1).flag("late", true).add("why", "").text("text", "a \"b\"\n\xff");
    CHECK(line_for_people(event, "10:00", false) ==
          "10:00 mo_sent message=1 late=yes why=\"\" text=\"a \\\"b\\\"\\n\xef\xbf\xbd\"");
    CHECK(line_as_json(event, "t", false) ==
          "{\"event\":\"mo_sent\",\"time\":\"t\",\"message\":1,\"late\":true,\"why\":\"\","
          "\"text\":\"a \\\"b\\\"\\n\xef\xbf\xbd\"}");
    CHECK(line_as_json(event, "t", true) ==
          "{\"event\":\"mo_sent\",\"time\":\"t\",\"message\":1,\"late\":true,\"why\":\"\","
          "\"text_length\":7}");
}
