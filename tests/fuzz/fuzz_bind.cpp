// tests/fuzz/fuzz_bind.cpp - libFuzzer target: a peer, an owner and a clock that do anything, in
// both roles. Each token must come back once, the count of what is unanswered must be right,
// nothing may follow Close, and deadlines must move on.
#include "tests/support/bind_script.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace smppd::protocol;
using namespace smppd::test;

/// Hands out the fuzzer's octets; 0 once there are no more.
class Input {
public:
    explicit Input(Bytes octets) : rest_(octets) {}
    bool empty() const { return rest_.empty(); }
    std::uint8_t octet() {
        if (rest_.empty()) return 0;
        const std::uint8_t value = rest_.front();
        rest_ = rest_.subspan(1);
        return value;
    }
    Octets octets(std::size_t count) {
        const Bytes some = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(some.size());
        return {some.begin(), some.end()};
    }

private:
    Bytes rest_;
};

void hold(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

BindOptions options_of(Input& input) {
    const std::uint8_t bits = input.octet();
    BindOptions options;
    options.role = (bits & 1) != 0 ? Role::smsc : Role::esme;
    options.await_outbind = options.role == Role::esme && (bits & 2) != 0;
    options.send_outbind = options.role == Role::smsc && (bits & 2) != 0;
    options.type = static_cast<BindType>(((bits >> 2) & 3) % 3);
    options.decode.tolerate_broken_tlvs = (bits & 16) != 0;
    options.window = 3;
    options.inbound_max = 4;
    options.errors_max = 5;
    return options;
}

/// A whole PDU of a likely kind, so that the fuzzer needs not find all four header fields.
Octets likely_pdu(Input& input) {
    static constexpr CommandId ids[] = {CommandId::bind_transceiver_resp,
                                        CommandId::bind_transceiver,
                                        CommandId::bind_receiver,
                                        CommandId::enquire_link,
                                        CommandId::enquire_link_resp,
                                        CommandId::unbind,
                                        CommandId::unbind_resp,
                                        CommandId::submit_sm_resp,
                                        CommandId::deliver_sm_resp,
                                        CommandId::generic_nack,
                                        CommandId::outbind,
                                        CommandId::deliver_sm,
                                        CommandId::submit_sm,
                                        CommandId::data_sm,
                                        CommandId::alert_notification,
                                        CommandId::query_sm};
    const std::uint8_t what = input.octet();
    const std::uint8_t sequence_number = input.octet();
    switch (what & 0xc0) {
        case 0x00: return message_pdu(CommandId::submit_sm, sequence_number);
        case 0x40: return message_pdu(CommandId::deliver_sm, sequence_number);
        case 0x80: return bind_pdu(CommandId::bind_transceiver, sequence_number, what & 0x3f);
        default: break;
    }
    const Status status = (what & 0x10) != 0 ? input.octet() : ESME_ROK;
    return pdu(ids[what & 15], status, sequence_number,
               (what & 0x20) != 0 ? input.octets(input.octet()) : Octets{});
}

void step(BindRun& run, Input& input, std::uint64_t& token) {
    switch (input.octet() % 14) {
        case 0:
        case 1:
        case 2: run.receive(likely_pdu(input)); break;
        case 3: run.receive(likely_pdu(input) + likely_pdu(input) + likely_pdu(input)); break;
        case 4: run.receive(input.octets(input.octet())); break;
        case 5: run.receive_split(likely_pdu(input)); break;
        case 6: (void)run.request(++token); break;
        case 7: run.answer_all(); break;
        case 8:
            if (!run.unanswered().empty()) {
                run.respond(Header(run.unanswered().front().header), input.octet());
            }
            break;
        case 9: run.wait(std::chrono::milliseconds(100) * input.octet()); break;
        case 10: run.accept(); break;
        case 11: run.refuse(ESME_RBINDFAIL); break;
        case 12: (input.octet() & 1) != 0 ? run.unbind() : run.start_bind(); break;
        default:
            run.close();
            if (run.bind.state() == BindState::closed) run.connect();
            break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    BindRun run(options_of(input));
    std::uint64_t token = 0;
    run.connect();
    while (!input.empty()) {
        step(run, input, token);
        run.take_log();
        const BindOptions& options = run.bind.options();
        const bool asked = options.role == Role::smsc && run.bind.state() == BindState::binding;
        hold(run.fault().empty(), run.fault().c_str());
        hold(run.bind.wants_read() == (!asked && run.unanswered().size() < options.inbound_max),
             "wants_read() does not follow the unanswered requests");
        hold(run.bind.in_flight() + run.bind.window_free() == options.window, "the window's size");
        if (run.bind.state() == BindState::closed) {
            hold(run.bind.in_flight() == 0, "in flight after the end");
            hold(run.bind.deadline() == Instant::max(), "a deadline after the end");
        } else if (!asked) {
            hold(run.bind.deadline() != Instant::max() || !run.bind.wants_read(),
                 "nothing that ends a session in which the peer falls silent");
        }
    }
    run.close();
    hold(run.fault_after_close().empty(), run.fault().c_str());
    return 0;
}
