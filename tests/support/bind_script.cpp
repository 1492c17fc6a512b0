// tests/support/bind_script.cpp - a Bind with a clock and an owner, for tests.
#include "tests/support/bind_script.hpp"

#include "protocol/decode.hpp"

#include <algorithm>
#include <cstdio>

namespace smppd::test {
namespace {

using namespace smppd::protocol;

std::string number(Status status) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%x", status);
    return text;
}

std::string code_name(const boost::system::error_code& code) {
    static constexpr std::string_view names[] = {
        "none",         "bad_length",  "not_smpp",  "bad_body", "too_long",        "not_packable",
        "wrong_state",  "window_full", "timed_out", "lost",     "no_answer",       "not_known",
        "session_init", "inactivity",  "refused",   "unbound",  "too_many_errors", "closed"};
    return std::string(names[static_cast<std::size_t>(code.value())]);
}

void add_text(Octets& octets, std::string_view text) {
    octets.insert(octets.end(), text.begin(), text.end());
    octets.push_back(0);
}

std::vector<Bytes> pdus_of(const Octets& octets) {
    std::vector<Bytes> pdus;
    for (Bytes rest(octets); !rest.empty();) {
        const std::size_t length = decode_header(rest).command_length;
        pdus.push_back(rest.first(length));
        rest = rest.subspan(length);
    }
    return pdus;
}

Lines lines_of(const Action& action) {
    if (const auto* write = std::get_if<Write>(&action)) {
        Lines all;
        for (const Bytes pdu : pdus_of(write->octets)) {
            const Header header = decode_header(pdu);
            all.push_back("> " + std::string(name(header.command_id)) + " " +
                          number(header.command_status) + " " +
                          std::to_string(header.sequence_number));
        }
        return all;
    }
    const auto request = [](const char* word, const Pdu& pdu) {
        return Lines{std::string(word) + " " + std::string(name(pdu.header.command_id)) + " " +
                     std::to_string(pdu.header.sequence_number)};
    };
    if (const auto* deliver = std::get_if<Deliver>(&action))
        return request("deliver", deliver->request);
    if (const auto* asked = std::get_if<BindAsked>(&action))
        return request("asked", asked->request);
    if (const auto* outbind = std::get_if<OutbindReceived>(&action)) {
        return {"outbind " + outbind->outbind.system_id};
    }
    if (const auto* done = std::get_if<Completed>(&action)) {
        const std::string start = "done " + std::to_string(done->token);
        switch (done->outcome) {
            case Completed::Outcome::answered:
                return {start + " answered " + number(done->response.header.command_status)};
            case Completed::Outcome::timed_out: return {start + " timed_out"};
            case Completed::Outcome::lost: return {start + " lost"};
        }
    }
    if (std::holds_alternative<Probed>(action)) return {};
    if (const auto* change = std::get_if<StateChanged>(&action)) {
        std::string line =
            "state " + std::string(name(change->from)) + ">" + std::string(name(change->to));
        if (change->why) line += " " + code_name(change->why);
        if (change->status != ESME_ROK) line += " " + number(change->status);
        return {line};
    }
    return {"close " + code_name(std::get<Close>(action).why)};
}

}  // namespace

Octets pdu(CommandId id, Status status, std::uint32_t sequence_number, const Octets& body) {
    Octets octets;
    const auto size = static_cast<std::uint32_t>(16 + body.size());
    for (const std::uint32_t field :
         {size, static_cast<std::uint32_t>(id), status, sequence_number}) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            octets.push_back(static_cast<std::uint8_t>(field >> shift));
        }
    }
    octets.insert(octets.end(), body.begin(), body.end());
    return octets;
}

Octets message_pdu(CommandId id, std::uint32_t sequence_number) {
    Octets body{0, 1, 1};             // service_type, source TON and NPI
    add_text(body, "447700900990");   // source_addr
    body.insert(body.end(), {1, 1});  // destination TON and NPI
    add_text(body, "447700900101");   // destination_addr
    body.insert(body.end(), 9, 0);    // esm_class to sm_default_msg_id
    body.insert(body.end(), {2, 'h', 'i'});
    return pdu(id, ESME_ROK, sequence_number, body);
}

Octets bind_pdu(CommandId id, std::uint32_t sequence_number, std::uint8_t interface_version) {
    Octets body;
    add_text(body, "client0");
    add_text(body, "secret0");
    add_text(body, "");
    body.insert(body.end(), {interface_version, 0, 0, 0});  // TON, NPI, address_range
    return pdu(id, ESME_ROK, sequence_number, body);
}

Octets operator+(Octets front, const Octets& back) {
    front.insert(front.end(), back.begin(), back.end());
    return front;
}

Lines lines(const Actions& actions) {
    Lines all;
    for (const Action& action : actions) {
        for (std::string& line : lines_of(action)) all.push_back(std::move(line));
    }
    return all;
}

Octets written(const Actions& actions) {
    Octets octets;
    for (const Action& action : actions) {
        if (const auto* write = std::get_if<Write>(&action))
            octets = std::move(octets) + write->octets;
    }
    return octets;
}

Actions BindRun::receive_split(const Octets& octets) {
    Actions all;
    for (const std::uint8_t octet : octets) {
        Actions some = receive({octet});
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

Actions BindRun::wait(Millis time) {
    Actions all;
    const Instant until = now + time;
    for (int round = 0; bind.deadline() <= until; ++round) {
        if (round == 1000) {
            wrong("deadline() does not move on");
            break;
        }
        now = std::max(now, bind.deadline());
        Actions some = note(bind.deadline_passed(now));
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    now = until;
    return all;
}

Result<Actions> BindRun::request(std::uint64_t token) {
    ShortMessage message;
    message.source_addr = "447700900101";
    message.destination_addr = "447700900990";
    message.short_message = {'h', 'i'};
    const bool esme = bind.options().role == Role::esme;
    const Body body = esme ? Body(SubmitSm{message}) : Body(DeliverSm{message});
    auto actions =
        bind.request(body, esme ? CommandId::submit_sm : CommandId::deliver_sm, token, now);
    if (!actions) return actions.error();
    open_tokens_[token] = 1;
    return note(std::move(*actions));
}

Actions BindRun::respond(const Header& request, Status status) {
    // Only one of them: a peer may give two requests the same number.
    const auto one = std::find_if(unanswered_.begin(), unanswered_.end(),
                                  [&](const Pdu& pdu) { return pdu.header == request; });
    if (one != unanswered_.end()) unanswered_.erase(one);
    return note(bind.respond(request, status, now));
}

Actions BindRun::answer_all(Status status) {
    Actions all;
    for (const Pdu& pdu : std::exchange(unanswered_, {})) {
        Actions some = note(bind.respond(pdu.header, status, now));
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

void BindRun::wrong(const std::string& what) {
    if (fault_.empty()) fault_ = what;
}

Actions BindRun::note(Actions actions) {
    for (const Action& action : actions) {
        if (std::holds_alternative<Close>(action) && &action != &actions.back()) {
            wrong("an action after Close");
        }
        note_one(action);
    }
    if (bind.state() != state_) wrong("state() is not what StateChanged said");
    return actions;
}

void BindRun::note_one(const Action& action) {
    for (std::string& line : lines_of(action)) log_.push_back(std::move(line));
    if (const auto* probed = std::get_if<Probed>(&action))
        round_trips.push_back(probed->round_trip);
    if (const auto* write = std::get_if<Write>(&action)) {
        for (const Bytes pdu : pdus_of(write->octets)) {
            const Header header = decode_header(pdu);
            if (!is_response(header.command_id)) last_sequence_ = header.sequence_number;
        }
    } else if (const auto* deliver = std::get_if<Deliver>(&action)) {
        if (deliver->request.header.command_id != CommandId::alert_notification) {
            unanswered_.push_back(deliver->request);
        }
    } else if (const auto* done = std::get_if<Completed>(&action)) {
        if (open_tokens_[done->token]-- != 1) wrong("a token completed twice or never given");
    } else if (const auto* change = std::get_if<StateChanged>(&action)) {
        if (change->from != state_) wrong("StateChanged from another state");
        if (change->from == change->to) wrong("StateChanged without a change");
        state_ = change->to;
        if (state_ == BindState::closed) unanswered_.clear();
    }
}

const std::string& BindRun::fault_after_close() {
    for (const auto& [token, open] : open_tokens_) {
        if (open != 0) wrong("token " + std::to_string(token) + " has not come back");
    }
    if (bind.state() != BindState::closed) wrong("not closed");
    if (bind.in_flight() != 0) wrong("still something in flight");
    if (bind.deadline() != Instant::max()) wrong("a deadline after the end");
    log_.clear();
    receive(pdu(CommandId::enquire_link, ESME_ROK, 1));
    note(bind.deadline_passed(now + std::chrono::hours(24)));
    note(bind.respond(Header{16, CommandId::deliver_sm, ESME_ROK, 1}, ESME_ROK, now));
    accept();
    refuse(ESME_RBINDFAIL);
    start_bind();
    unbind();
    close();
    if (!log_.empty()) wrong("after the end: " + log_.front());
    if (request(999).has_value()) wrong("a request taken after the end");
    return fault_;
}

BindRun bound_carrier(BindOptions options) {
    options.role = Role::esme;
    BindRun run(std::move(options));
    run.connect();
    run.receive(pdu(CommandId::bind_transceiver_resp, ESME_ROK, run.last_sequence()));
    run.take_log();
    return run;
}

BindRun bound_platform(BindOptions options, BindType type) {
    static constexpr CommandId ids[] = {CommandId::bind_transmitter, CommandId::bind_receiver,
                                        CommandId::bind_transceiver};
    options.role = Role::smsc;
    BindRun run(std::move(options));
    run.connect();
    run.receive(bind_pdu(ids[static_cast<std::size_t>(type)], 1));
    run.accept();
    run.take_log();
    return run;
}

std::string replay_with_cuts(const BindOptions& options, const std::vector<Step>& steps) {
    for (std::size_t count = 0; count <= steps.size(); ++count) {
        BindRun run(options);
        run.connect();
        for (std::size_t i = 0; i < count; ++i) steps[i](run);
        run.close();
        if (const std::string& fault = run.fault_after_close(); !fault.empty()) {
            return "cut after step " + std::to_string(count) + ": " + fault;
        }
    }
    return {};
}

}  // namespace smppd::test
