// tests/protocol/test_receipt_fields.cpp - where the fields of a receipt's text begin and end.
#include "protocol/receipt_fields.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace smppd::protocol;

namespace {

constexpr ReceiptScan all_needed{.glued = true, .need_id = true, .need_state = true};

ReceiptFields scan(std::string_view text) { return scan_receipt(text, all_needed); }
std::string_view field(std::string_view text, ReceiptKey key) { return scan(text)[key]; }

}  // namespace

TEST_CASE("receipt fields: keys in any case, order and spelling") {
    for (
        const std::string_view text :
        {"ID:5 SUB:1 DLVRD:1 SUBMIT DATE:2601010000 DONE DATE:2601010001 STAT:EXPIRED ERR:3 TEXT:x",
         "err:3 stat:EXPIRED done date:2601010001 submit date:2601010000 dlvrd:1 sub:1 id:5 text:x",
         "id:5 sub:1 dlvrd:1 Submit_Date:2601010000 done-date:2601010001 Stat:EXPIRED err:3 text:x",
         "id:5 sub:1 dlvrd:1 submitdate:2601010000 donedate:2601010001 status:EXPIRED error:3 "
         "text:x",
         "id : 5\tsub :1\r\ndlvrd: 1\nsubmit  date :2601010000\ndone\tdate: "
         "2601010001\nstat:EXPIRED"
         "\nerr:3\ntext:x",
         "id:5, sub:1, dlvrd:1, submit date:2601010000, done date:2601010001, stat:EXPIRED, err:3, "
         "text:x",
         "id:5;sub:1;dlvrd:1;submit date:2601010000;done date:2601010001;stat:EXPIRED;err:3;text:x",
         "id:\"5\" sub:\"1\" dlvrd:'1' submit date:\"2601010000\" done date:'2601010001' "
         "stat:\"EXPIRED\" err:\"3\" text:x",
         "id=5 sub=1 dlvrd=1 submit date=2601010000 done date=2601010001 stat=EXPIRED err=3 text=x",
         "id:5sub:1dlvrd:1submit date:2601010000done date:2601010001stat:EXPIREDerr:3text:x",
         "message_id:5 sub:1 dlvrd:1 submit date:2601010000 done date:2601010001 stat:EXPIRED err:3"
         " text:x"}) {
        CAPTURE(text);
        const ReceiptFields fields = scan(text);
        CHECK(fields[ReceiptKey::id] == "5");
        CHECK(fields[ReceiptKey::sub] == "1");
        CHECK(fields[ReceiptKey::dlvrd] == "1");
        CHECK(receipt_date(fields[ReceiptKey::submit_date]) ==
              std::chrono::sys_days{std::chrono::January / 1 / 2026});
        CHECK(receipt_date(fields[ReceiptKey::done_date]) ==
              std::chrono::sys_days{std::chrono::January / 1 / 2026} + std::chrono::minutes{1});
        CHECK(fields[ReceiptKey::stat] == "EXPIRED");
        CHECK(fields[ReceiptKey::err] == "3");
        CHECK(fields[ReceiptKey::text] == "x");
    }
}

TEST_CASE("receipt fields: an empty value does not take the next key") {
    const ReceiptFields fields = scan("id: sub: dlvrd: submit date: done date: stat: err: text:");
    for (const auto& value : fields.values) {
        REQUIRE(value.has_value());
        CHECK(value->empty());
    }
}

TEST_CASE("receipt fields: a key that is missing is not there") {
    const ReceiptFields fields = scan("id:5 stat:EXPIRED");
    CHECK_FALSE(fields.has(ReceiptKey::sub));
    CHECK_FALSE(fields.has(ReceiptKey::text));
    CHECK_FALSE(scan("").has(ReceiptKey::id));
    CHECK_FALSE(scan("id").has(ReceiptKey::id));
    CHECK_FALSE(scan("paid:5").has(ReceiptKey::id));
    CHECK_FALSE(scan("submit of date:5").has(ReceiptKey::submit_date));
}

TEST_CASE("receipt fields: ids keep what belongs to them") {
    CHECK(field("id:a-id:7_$:x stat:EXPIRED", ReceiptKey::id) == "a-id:7_$:x");
    CHECK(field("id:'a b' stat:EXPIRED", ReceiptKey::id) == "a b");
    CHECK(field("id:\"a stat:EXPIRED text:\"", ReceiptKey::id) == "a");
    CHECK(field("id:\"a stat:EXPIRED text:\"", ReceiptKey::stat) == "EXPIRED");
    CHECK(field("id:QUJDRA== stat:EXPIRED", ReceiptKey::id) == "QUJDRA==");
    CHECK(field("id:stat=x err:0", ReceiptKey::id).empty());
    CHECK(field("id:{5,6}|7 err:0", ReceiptKey::id) == "{5,6}|7");
    const std::string longest(255, '7');
    CHECK(field("id:" + longest, ReceiptKey::id) == longest);
}

TEST_CASE("receipt fields: the first value that is not empty wins") {
    CHECK(field("id:5 stat:EXPIRED id:6", ReceiptKey::id) == "5");
    CHECK(field("id: stat:EXPIRED id:6", ReceiptKey::id) == "6");
}

TEST_CASE("receipt fields: all after text: is text, where nothing is missing") {
    const std::string_view text = "id:5 stat:EXPIRED text:id:6 stat:DELIVRD err:7 text:8";
    const ReceiptFields fields = scan(text);
    CHECK(fields[ReceiptKey::id] == "5");
    CHECK(fields[ReceiptKey::stat] == "EXPIRED");
    CHECK_FALSE(fields.has(ReceiptKey::err));
    CHECK(fields[ReceiptKey::text] == "id:6 stat:DELIVRD err:7 text:8");

    const ReceiptFields by_tlv = scan_receipt("text:hi id:6 stat:DELIVRD", {});
    CHECK_FALSE(by_tlv.has(ReceiptKey::id));
    CHECK(by_tlv[ReceiptKey::text] == "hi id:6 stat:DELIVRD");
}

TEST_CASE("receipt fields: keys behind the text are taken where they are missing before it") {
    const ReceiptFields last = scan("stat:EXPIRED err:000 text:my id:9 is id:5");
    CHECK(last[ReceiptKey::id] == "5");
    CHECK(last[ReceiptKey::text] == "my id:9 is ");

    const ReceiptFields middle = scan("id:5 text:hello stat:EXPIRED err:7 \r\n");
    CHECK(middle[ReceiptKey::stat] == "EXPIRED");
    CHECK(middle[ReceiptKey::err] == "7");
    CHECK(middle[ReceiptKey::text] == "hello ");

    // The message goes on behind them: they are the message's.
    const ReceiptFields inside = scan("id:5 text:my stat:EXPIRED is not true");
    CHECK_FALSE(inside.has(ReceiptKey::stat));
    CHECK(inside[ReceiptKey::text] == "my stat:EXPIRED is not true");

    // Only what is missing makes them the carrier's.
    const ReceiptFields needless = scan("id:5 stat:EXPIRED text:hello err:7");
    CHECK_FALSE(needless.has(ReceiptKey::err));
    CHECK(needless[ReceiptKey::text] == "hello err:7");
}

TEST_CASE("receipt fields: blanks after text: are not the text's, the others are") {
    CHECK(field("id:5 stat:EXPIRED text: ok ", ReceiptKey::text) == "ok ");
    CHECK(field("id:5 stat:EXPIRED text:a\nb", ReceiptKey::text) == "a\nb");
}

TEST_CASE("receipt fields: a state without its key is found") {
    CHECK(scan("id:5 done date:260903120816 DELIVRD err:000 text:").bare_state == "DELIVRD");
    CHECK(scan("id:5 stat DELIVRD err:000").bare_state == "DELIVRD");
    CHECK(scan("id:5 done date:2609031208 expired, err:000").bare_state == "expired");
    CHECK(scan("id:5 err:000 text:DELIVRD").bare_state.empty());
    CHECK(scan("id:DELIVRD err:000").bare_state.empty());
    CHECK(scan("id:5 sent date:2609031208").bare_state.empty());
    CHECK(scan("id:5 DELI").bare_state.empty());
}

TEST_CASE("receipt fields: glued keys are taken only when asked for") {
    CHECK(scan_receipt("id:5 err:000text:hi", {.glued = true})[ReceiptKey::text] == "hi");
    CHECK(scan_receipt("id:5 err:000text:hi", {.glued = false})[ReceiptKey::err] == "000text:hi");
}

TEST_CASE("receipt fields: 4 MiB of hostile text are read in linear time") {
    for (const std::string_view piece :
         {"id:", "id:\"", "id:' ", "submit ", "submit  \t ", "text:", "text:id:", "err code ",
          "sub:1", "stat", ": ", ",", "\"'", "DELIVRD ", "=", "id:5,", " "}) {
        CAPTURE(piece);
        const auto read = [piece](std::size_t size) {
            std::string text;
            while (text.size() < size) text += piece;
            const auto begin = std::chrono::steady_clock::now();
            scan_receipt(text, all_needed);
            return std::chrono::steady_clock::now() - begin;
        };
        // Quadratic would be minutes here; the bound leaves room for sanitizers and a busy machine.
        CHECK(read(4 * 1024 * 1024) < std::chrono::seconds{20});
    }
}
