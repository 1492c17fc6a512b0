// tests/tools/test_smscsim_script.cpp - lines of scripts to commands.
#include "tools/smscsim/script.hpp"

#include <doctest/doctest.h>

namespace {

using namespace smppd::smscsim;
using namespace smppd::protocol;
using namespace std::chrono_literals;

template <class Type>
Type command(std::string_view line, Side side = Side::smsc) {
    auto parsed = parse_command(line, side);
    REQUIRE(parsed);
    REQUIRE(std::holds_alternative<Type>(*parsed));
    return std::get<Type>(std::move(*parsed));
}

std::string problem(std::string_view line, Side side = Side::smsc) {
    try {
        parse_command(line, side);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("words: quotes hold blanks, escapes and comments") {
    CHECK(split_words(R"(mo text="a \"b\" # \x41\n" to=1 # the rest)") ==
          std::vector<Word>{{"", "mo"}, {"text", "a \"b\" # A\n"}, {"to", "1"}});
    CHECK(split_words("  \t# nothing").empty());
    CHECK(split_words("a=b=c") == std::vector<Word>{{"a", "b=c"}});
    CHECK_THROWS_AS(split_words("text=\"open"), UsageError);
    CHECK_THROWS_AS(split_words(R"(text="\q")"), UsageError);
    CHECK_THROWS_AS(split_words(R"(text="\x4")"), UsageError);
    CHECK_THROWS_AS(split_words("=x"), UsageError);
}

TEST_CASE("words: durations have a unit") {
    CHECK(parse_duration("200ms") == 200ms);
    CHECK(parse_duration("1.5s") == 1500ms);
    CHECK(parse_duration("10m") == 10min);
    CHECK(parse_duration("1h") == 1h);
    for (const char* wrong : {"", "2", "2 s", "-1s", "s", "9999999h", "2sec"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(parse_duration(wrong), UsageError);
    }
}

TEST_CASE("words: octets, numbers and TLVs are checked") {
    CHECK(parse_hex("00:fF 10") == Octets{0x00, 0xff, 0x10});
    CHECK_THROWS_AS(parse_hex("0"), UsageError);
    CHECK_THROWS_AS(parse_hex("0g"), UsageError);
    CHECK(parse_number("255", 255, "n") == 255);
    CHECK(parse_number("0xff", 255, "n") == 255);
    CHECK_THROWS_AS(parse_number("256", 255, "n"), UsageError);
    CHECK_THROWS_AS(parse_number("", 255, "n"), UsageError);
    CHECK_THROWS_AS(parse_number("1x", 255, "n"), UsageError);
    CHECK(parse_tlv("1400:4131") == Tlv{0x1400, {0x41, 0x31}});
    CHECK(parse_tlv("1502:") == Tlv{0x1502, {}});
    CHECK_THROWS_AS(parse_tlv("1400"), UsageError);
    CHECK_THROWS_AS(parse_tlv("14:00"), UsageError);
    CHECK(parse_parts("2,1,3", "order") == std::vector<unsigned>{2, 1, 3});
    CHECK_THROWS_AS(parse_parts("0", "order"), UsageError);
    CHECK_THROWS_AS(parse_parts("1,", "order"), UsageError);
    CHECK(parse_statuses("ESME_RMSGQFUL,0x58") ==
          std::vector<Status>{ESME_RMSGQFUL, ESME_RTHROTTLED});
}

TEST_CASE("words: addresses are host and port") {
    CHECK(parse_host_port("127.0.0.1:2775") == HostPort{"127.0.0.1", "2775"});
    CHECK(parse_host_port("[::1]:65535") == HostPort{"::1", "65535"});
    for (const char* wrong : {"", "host", ":1", "host:65536", "::1:2775", "host:"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(parse_host_port(wrong), UsageError);
    }
}

TEST_CASE("script: mo takes the fields of a message") {
    const MessageSpec mo =
        command<SendCommand>(R"(mo from=447700900900 to=447700900101 text="code {n}" size=4 )"
                             "order=2,1 drop=2 duplicate=1 delay=200ms count=3 rate=10 "
                             "tlv=1400:4131 tlv=1401: esm_class=0x40 source_ton=5 parts=udh16")
            .message;
    CHECK(mo.from == "447700900900");
    CHECK(mo.text == "code {n}");
    CHECK(mo.size == 4);
    CHECK(mo.order == std::vector<unsigned>{2, 1});
    CHECK(mo.drop == std::vector<unsigned>{2});
    CHECK(mo.duplicate == std::vector<unsigned>{1});
    CHECK(mo.delay == 200ms);
    CHECK(mo.count == 3);
    CHECK(mo.rate == 10);
    CHECK(mo.tlvs.size() == 2);
    CHECK(mo.esm_class == 0x40);
    CHECK(mo.source_ton == 5);
    CHECK(mo.parts == PartForm::udh16);
}

TEST_CASE("script: what cannot be followed says what would be right") {
    CHECK(contains(problem("mo from=1"), "to="));
    CHECK(contains(problem("mo from=1 to=2"), "octets=HEX"));
    CHECK(contains(problem("mo from=1 to=2 text=a octets=00"), "either"));
    CHECK(contains(problem("mo from=1 to=2 text=a colour=red"), "colour"));
    CHECK(contains(problem("mo from=1 to=2 text=a from=3"), "twice"));
    CHECK(contains(problem("mo from=1 to=2 text=two words"), "quotes"));
    CHECK(contains(problem("mo from=1 to=2 text=a coding=morse"), "ucs2"));
    CHECK(contains(problem("mo from=1 to=2 text=a drop=2"), "only 1 part"));
    CHECK(contains(problem("hello"), "mo, receipt"));
    CHECK(contains(problem("submit from=1 to=2 text=a"), "mo, receipt"));
    CHECK(contains(problem("mo from=1 to=2 text=a", Side::esme), "submit, query"));
    CHECK(contains(problem("from=1 mo"), "begins with its command"));
}

TEST_CASE("script: waits and expectations") {
    CHECK(command<WaitCommand>("wait 2s").within == 2s);
    CHECK(command<WaitCommand>("wait 2s").until == Until::time);
    const auto bound = command<WaitCommand>("wait bound 2 within 5s");
    CHECK(bound.until == Until::bound);
    CHECK(bound.count == 2);
    CHECK(bound.within == 5s);
    CHECK_FALSE(bound.must);
    CHECK(command<WaitCommand>("wait idle").within == 0ms);
    const auto answered = command<WaitCommand>("expect answered within 3s");
    CHECK(answered.must);
    CHECK(answered.within == 3s);
    CHECK(command<WaitCommand>("expect answered").within == 10s);
    CHECK(command<WaitCommand>("wait received 3", Side::esme).count == 3);
    CHECK(contains(problem("wait received 3"), "submitted N"));
    CHECK(contains(problem("expect 2s"), "expect wants"));
    CHECK(contains(problem("wait"), "duration"));
    CHECK(contains(problem("wait bound within"), "within 10s"));
    CHECK(contains(problem("wait bound until 2s"), "within 10s"));
}

TEST_CASE("script: faults") {
    CHECK(command<FaultCommand>("fault half-open").fault == Fault::half_open);
    CHECK(command<FaultCommand>("fault slow 2s").delay == 2s);
    CHECK(command<FaultCommand>("fault reject-binds").status == ESME_RBINDFAIL);
    CHECK(command<FaultCommand>("fault reject-binds ESME_RALYBND").status == ESME_RALYBND);
    CHECK(contains(problem("fault slow"), "duration"));
    CHECK(contains(problem("fault reject-binds 0"), "not ESME_ROK"));
    CHECK(contains(problem("fault typo"), "half-open"));
    CHECK(contains(problem("fault none now"), "'now'"));
}

TEST_CASE("script: receipt, pdu, outbind, query, cancel, quit") {
    const auto receipt = command<ReceiptCommand>("receipt id=7f stat=UNDELIV err=011 form=text");
    CHECK(receipt.receipt.id == "7f");
    CHECK(receipt.receipt.stat == "UNDELIV");
    CHECK(receipt.receipt.form == ReceiptForm::text);
    CHECK(contains(problem("receipt"), "id="));
    CHECK(contains(problem("receipt id=1 form=fax"), "tlv or both"));
    const auto pdu = command<PduCommand>("pdu 00000010 80000000 system_id=a");
    CHECK(pdu.octets.size() == 8);
    CHECK(pdu.system_id == "a");
    CHECK(contains(problem("pdu"), "hexadecimal"));
    CHECK(command<OutbindCommand>("outbind [::1]:2775 system_id=x").at.host == "::1");
    CHECK(contains(problem("outbind"), "HOST:PORT"));
    CHECK_FALSE(command<AskCommand>("query id=1", Side::esme).cancel);
    CHECK(command<AskCommand>("cancel id=1 from=2 to=3", Side::esme).cancel);
    command<QuitCommand>("quit");
    command<UnbindCommand>("unbind", Side::esme);
    CHECK_FALSE(parse_command("  # nothing", Side::smsc));
}

TEST_CASE("script: a fault in a file is told with its line") {
    CHECK(parse_script("quit\r\n\n# x\nwait 1s", "f", Side::smsc).size() == 2);
    try {
        parse_script("quit\n\nnonsense\n", "f.sms", Side::smsc);
        FAIL("accepted");
    } catch (const UsageError& error) {
        CHECK(std::string(error.what()).starts_with("f.sms:3: "));
    }
}
