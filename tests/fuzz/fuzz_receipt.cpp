// tests/fuzz/fuzz_receipt.cpp - receipts of any octets and TLVs: nothing fails, and what is read
// keeps its promises. Input: esm_class, data_coding, two lengths, the id's TLV, the other TLVs'
// value, and the text.
#include "protocol/receipt.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <cstdlib>

using namespace smppd::protocol;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

Bytes take(Bytes& from, std::size_t length) {
    const Bytes taken = from.first(std::min(from.size(), length));
    from = from.subspan(taken.size());
    return taken;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input{data, size};
    if (input.size() < 4) return 0;
    const Bytes head = take(input, 4);
    const Bytes id = take(input, head[2] % 80);
    const Bytes value = take(input, head[3] % 16);
    Tlvs tlvs;
    if (!id.empty()) tlvs.push_back({tag::receipted_message_id, {id.begin(), id.end()}});
    if (!value.empty()) {
        tlvs.push_back({tag::message_state, {value.begin(), value.end()}});
        tlvs.push_back({tag::network_error_code, {value.begin(), value.end()}});
    }
    const Receipt receipt = read_receipt(input, head[1], tlvs, kind_of(head[0]));
    require(receipt.readable == !receipt.id.empty());
    require(receipt.text_id.empty() || receipt.text_id != receipt.id);
    require(receipt.state >= MessageState::enroute && receipt.state <= MessageState::rejected);
    require(valid_utf8(receipt.text) && valid_utf8(receipt.word) && valid_utf8(receipt.error));
    // No receipt is shorter than "id:1 stat:SENT err:".
    require(!looks_like_receipt(input, head[1]) || input.size() > 15);
    return 0;
}
