// tests/tools/test_bench.cpp - what of smppd-bench computes: its figures must be right too.
#include "protocol/decode.hpp"
#include "tools/bench/histogram.hpp"
#include "tools/bench/http_message.hpp"
#include "tools/bench/ledger.hpp"
#include "tools/bench/message.hpp"
#include "tools/bench/moments.hpp"
#include "tools/bench/process.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/texts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
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

TEST_CASE("message: {code} becomes the six digits of the destination") {
    const MessageTemplate messages({}, {447700900000, 447700900099}, ": {code} is your code");
    protocol::Octets octets;
    messages.append(octets, 7);
    const auto text_of = [](const protocol::Octets& pdu) {
        const protocol::Decoded decoded = protocol::decode(pdu);
        const auto& octets_of_text = std::get<protocol::DeliverSm>(decoded.pdu.body).short_message;
        return std::string(octets_of_text.begin(), octets_of_text.end()).substr(23);
    };
    CHECK(code_for(447700900007).size() == 6);
    CHECK(code_for(447700900007) != code_for(447700900008));
    CHECK(text_of(octets) == ": " + code_for(447700900007) + " is your code");
    octets.clear();
    messages.append(octets, 7, 447700900042);
    const protocol::Decoded decoded = protocol::decode(octets);
    CHECK(std::get<protocol::DeliverSm>(decoded.pdu.body).destination_addr == "447700900042");
    CHECK(text_of(octets) == ": " + code_for(447700900042) + " is your code");
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

TEST_CASE("http: an answer is whole with its body, and 204 has none") {
    const std::string created =
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    const std::string more = created + "more";
    const auto answer = parse_answer(more);  // its body lies in what was parsed
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->body == "{}");
    CHECK(answer->length == created.size());
    CHECK_FALSE(parse_answer(created.substr(0, created.size() - 1)));
    CHECK_FALSE(parse_answer("HTTP/1.1 201 Created\r\n"));
    const std::string nothing = "HTTP/1.1 204 No Content\r\nServer: smppd\r\n\r\n";
    CHECK(parse_answer(nothing)->status == 204);
    CHECK(parse_answer(nothing)->length == nothing.size());
}

TEST_CASE("http: what is no answer, or comes in chunks, is refused") {
    CHECK_THROWS(parse_answer("SSH-2.0-x\r\n\r\n"));
    CHECK_THROWS(parse_answer("HTTP/1.1 20\r\n\r\n"));
    CHECK_THROWS(parse_answer("HTTP/1.1 2x0 OK\r\n\r\n"));
    CHECK_THROWS(parse_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST_CASE("http: a request has its key, and a length when it has a body") {
    std::string request;
    append_request(request, {"POST", "h:1", "k"}, "/v1/x", "{}");
    CHECK(request ==
          "POST /v1/x HTTP/1.1\r\nHost: h:1\r\nAuthorization: Bearer k\r\n"
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    CHECK(request_length(request) == request.size());
    request.clear();
    append_request(request, {"DELETE", "h:1", ""}, "/v1/x", "");
    CHECK(request == "DELETE /v1/x HTTP/1.1\r\nHost: h:1\r\n\r\n");
}

TEST_CASE("http: a text is found in JSON by its whole name") {
    const std::string json = R"({"session_id":"no","n":1,"id":"ses_1","number":"+44"})";
    CHECK(text_member(json, "id") == "ses_1");
    CHECK(text_member(json, "number") == "+44");
    CHECK(text_member(json, "n").empty());
    CHECK(text_member(R"({"id":"cut)", "id").empty());
}

TEST_CASE("moments: mean, variance and the difference of two means") {
    Moments a, b;
    CHECK(a.variance() == 0);
    for (const double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) a.add(value);
    CHECK(a.mean() == doctest::Approx(5));
    CHECK(a.variance() == doctest::Approx(32.0 / 7));
    for (const double value : {1.0, 3.0}) b.add(value);
    const Difference apart = difference(a, b);
    CHECK(apart.mean == doctest::Approx(3));
    CHECK(apart.error == doctest::Approx(std::sqrt(32.0 / 7 / 8 + 1)));
    CHECK(apart.t() == doctest::Approx(3 / apart.error));
    CHECK(difference({}, {}).t() == 0);
}

TEST_CASE("texts: they have exactly the characters that were asked for") {
    CHECK(repeated_to("ab", 5) == "ababa");
    CHECK(repeated_to("é", 3) == "ééé");
    CHECK(repeated_to("", 3).empty());
    for (const std::size_t characters : {160UL, 1'600UL}) {
        auto all = usual_texts(characters);
        for (SampleText& text : hostile_texts(characters)) all.push_back(std::move(text));
        CHECK(all.size() == 32);
        for (const SampleText& text : all) {
            CAPTURE(text.name);
            const auto continued = std::count_if(text.text.begin(), text.text.end(), [](char c) {
                return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
            });
            CHECK(text.text.size() - static_cast<std::size_t>(continued) == characters);
        }
    }
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
    line.number("exact", 0.126, 2);
    line.cpu("cpu", {{"one", Cpu{30}}, {"two", Cpu{10}}}, 10);
    CHECK(line.str() ==
          "{\"case\":\"a \\\"b\\\"\",\"n\":3,\"small\":1.2,\"large\":1234,\"exact\":0.13,"
          "\"cpu\":{\"one\":3.0,\"two\":1.0,\"total\":4.0}}");
}
