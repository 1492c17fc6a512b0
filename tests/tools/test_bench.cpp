// tests/tools/test_bench.cpp - what of smppd-bench computes: its figures must be right too.
#include "protocol/decode.hpp"
#include "tools/bench/histogram.hpp"
#include "tools/bench/http_sink.hpp"
#include "tools/bench/ledger.hpp"
#include "tools/bench/message.hpp"
#include "tools/bench/process.hpp"
#include "tools/bench/report.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smppd::bench;
using namespace std::chrono_literals;
namespace protocol = smppd::protocol;

TEST_CASE("histogram: small durations are exact") {
    Histogram h;
    CHECK(h.quantile(0.5) == 0ns);
    for (int i = 1; i <= 100; ++i) h.add(std::chrono::nanoseconds{i});
    CHECK(h.quantile(0.5) == 50ns);
    CHECK(h.quantile(0.99) == 99ns);
    CHECK(h.quantile(1) == 100ns);
    CHECK(h.count() == 100);
}

TEST_CASE("histogram: every duration comes back to within 1/128 of itself") {
    for (std::int64_t value : {127L, 128L, 255L, 256L, 257L, 511L, 1'000L, 65'535L, 65'536L,
                               1'000'000L, 123'456'789L, (1L << 40) - 1}) {
        CAPTURE(value);
        Histogram h;
        h.add(std::chrono::nanoseconds{value});
        h.add(std::chrono::nanoseconds{1L << 40});  // so that longest() does not cut the first
        const std::int64_t found = h.quantile(0.5).count();
        CHECK(found >= value);
        CHECK(found <= value + value / 128 + 1);
    }
}

TEST_CASE("histogram: out of range counts as the nearest") {
    Histogram h;
    h.add(-5ns);
    CHECK(h.quantile(1) == 0ns);
    h.add(10h);
    CHECK(h.longest() == std::chrono::nanoseconds{(1L << 40) - 1});
    h.clear();
    CHECK(h.count() == 0);
}

TEST_CASE("message: the template's PDUs are whole, and their marks are found") {
    const RunTag tag{'0', '1', '2', '3', 'a', 'b', 'c', 'd'};
    const MessageTemplate messages(tag, {447700900000, 447700900099}, " is your code");
    protocol::Octets octets;
    messages.append(octets, 0);
    messages.append(octets, 1234);
    REQUIRE(octets.size() == 2 * messages.size());
    const auto second = protocol::Bytes(octets).subspan(messages.size());
    const protocol::Decoded decoded = protocol::decode(second);
    REQUIRE(decoded.fault == protocol::ESME_ROK);
    CHECK(decoded.pdu.header.sequence_number == 1235);
    const auto& deliver = std::get<protocol::DeliverSm>(decoded.pdu.body);
    CHECK(deliver.destination_addr == "447700900034");
    CHECK(std::string(deliver.short_message.begin(), deliver.short_message.end()) ==
          "BENCH0123abcd0000001234 is your code");
    const auto mark = find_mark(second);
    REQUIRE(mark);
    CHECK(mark->id == 1234);
    CHECK(mark->tag == tag);
}

TEST_CASE("message: a mark that is cut short or no number is none") {
    const std::string whole = "BENCH0123abcd0000000007";
    const auto bytes = [](const std::string& text) {
        return protocol::Octets(text.begin(), text.end());
    };
    CHECK(find_mark(bytes(whole))->id == 7);
    CHECK_FALSE(find_mark(bytes(whole.substr(0, whole.size() - 1))));
    CHECK_FALSE(find_mark(bytes("BENCH0123abcd000000000x")));
    CHECK_FALSE(find_mark(bytes("")));
}

TEST_CASE("message: text beyond one short_message is refused") {
    CHECK_NOTHROW(MessageTemplate({}, {}, std::string(231, 'x')));
    CHECK_THROWS(MessageTemplate({}, {}, std::string(232, 'x')));
}

TEST_CASE("numbers: FROM-TO of equal length") {
    CHECK(parse_numbers("+447700900000-+447700900099")->count() == 100);
    CHECK(parse_numbers("447700900000")->count() == 1);
    for (const char* bad : {"", "12", "2-1", "999-1000", "44x-449", "012-013", "200-100"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_numbers(bad));
    }
}

TEST_CASE("ledger: losses, duplicates and strays are told apart") {
    const RunTag tag{'r'};
    const Clock::time_point t0{};
    Ledger ledger(tag);
    ledger.answered(ledger.sent(t0), true, t0 + 1ms);  // the warm-up
    ledger.arrived({tag, 0}, t0 + 1ms);
    ledger.begin();
    for (int i = 0; i < 4; ++i) ledger.sent(t0);
    CHECK(ledger.in_flight() == 4);
    ledger.answered(1, true, t0 + 2ms);
    ledger.answered(2, true, t0 + 2ms);
    ledger.answered(3, false, t0 + 2ms);
    ledger.answered(3, true, t0 + 2ms);
    ledger.answered(99, true, t0 + 2ms);
    ledger.arrived({tag, 1}, t0 + 5ms);
    ledger.arrived({tag, 1}, t0 + 6ms);
    ledger.arrived({RunTag{'x'}, 2}, t0 + 6ms);
    CHECK(ledger.sent() == 4);
    CHECK(ledger.accepted() == 2);
    CHECK(ledger.refused() == 1);
    CHECK(ledger.in_flight() == 1);
    CHECK(ledger.arrived() == 1);
    CHECK(ledger.duplicates() == 1);
    CHECK(ledger.lost() == 1);
    CHECK(ledger.strays() == 3);
    CHECK(ledger.response().count() == 3);
    CHECK(ledger.end_to_end().longest() == 5ms);
}

TEST_CASE("http: a request is whole with its body") {
    const std::string get = "GET /mo?text=BENCH HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK(request_length(get) == get.size());
    CHECK(request_length(get.substr(0, get.size() - 1)) == 0);
    CHECK(request_length(get + get) == get.size());
    const std::string post = "POST / HTTP/1.1\r\ncontent-LENGTH: 3\r\n\r\nabc";
    CHECK(request_length(post) == post.size());
    CHECK(request_length(post.substr(0, post.size() - 1)) == 0);
}

TEST_CASE("process: a thread's name may look like anything") {
    const StatLine stat =
        parse_stat("7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 40 2 0 0 20 0 1 0 100 0 0");
    CHECK(stat.name == "a) b (c");
    CHECK(stat.ticks == 42);
    CHECK(parse_stat("nothing").name.empty());
}

TEST_CASE("report: a line of JSON") {
    JsonLine line;
    line.text("case", "a \"b\"").count("n", 3).number("small", 1.25).number("large", 1234.5);
    line.cpu("cpu", {{"one", Cpu{30}}, {"two", Cpu{10}}}, 10);
    CHECK(line.str() ==
          "{\"case\":\"a \\\"b\\\"\",\"n\":3,\"small\":1.2,\"large\":1234,"
          "\"cpu\":{\"one\":3.0,\"two\":1.0,\"total\":4.0}}");
}
