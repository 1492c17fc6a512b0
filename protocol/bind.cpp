// protocol/bind.cpp - the session: what leaves it, and its changes of state. What comes in stands
// in bind_receive.cpp, what time brings in bind_timers.cpp, the tables in bind_tables.cpp.
#include "protocol/bind.hpp"

#include "protocol/bind_tables.hpp"
#include "protocol/encode.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace smppd::protocol {
namespace {

/// Above this the peer spoke SMPP 3.4 or later. Source: SMPP 3.4 §5.2.4.
constexpr std::uint8_t version_3_3 = 0x33;

CommandId bind_command(BindType type) noexcept {
    switch (type) {
        case BindType::transmitter: return CommandId::bind_transmitter;
        case BindType::receiver: return CommandId::bind_receiver;
        case BindType::transceiver: break;
    }
    return CommandId::bind_transceiver;
}

BindType bind_type(CommandId id) noexcept {
    switch (id) {
        case CommandId::bind_transmitter: return BindType::transmitter;
        case CommandId::bind_receiver: return BindType::receiver;
        default: return BindType::transceiver;
    }
}

bool small_pdus_first(const BindOptions& options) noexcept {
    return options.role == Role::smsc || options.await_outbind;
}

/// What a response holds when the owner names nothing.
Body default_response(CommandId request) {
    switch (request) {
        case CommandId::submit_sm:
        case CommandId::deliver_sm:
        case CommandId::data_sm: return MessageResp{};
        case CommandId::submit_multi: return SubmitMultiResp{};
        case CommandId::query_sm: return QuerySmResp{};
        default: return Empty{};
    }
}

/// The shortest response there is: a header, and in deliver_sm_resp, whatever its status, the
/// NUL of an empty message_id. Peers that refuse it without are known, peers that refuse the NUL
/// are not. Source: SMPP 3.4 §4.6.2.
Octets short_response(const Header& request, Status status) {
    Octets octets = encode_empty(response_of(request.command_id), status, request.sequence_number);
    if (request.command_id == CommandId::deliver_sm) {
        octets.push_back(0);
        octets[3] = static_cast<std::uint8_t>(octets.size());
    }
    return octets;
}

bool is_plain(const Body& body) noexcept {
    if (std::holds_alternative<Empty>(body)) return true;
    const auto* message = std::get_if<MessageResp>(&body);
    return message != nullptr && message->message_id.empty() && message->tlvs.empty();
}

/// Whether short_response() says all there is to say. An error has a header only in
/// submit_sm_resp (SMPP 3.4 §4.4.2), query_sm_resp and submit_multi_resp; in the others what the
/// owner gave is kept, their TLVs may say why.
bool may_be_short(CommandId request, Status status, const Body& body) noexcept {
    switch (request) {
        case CommandId::deliver_sm: return is_plain(body);
        case CommandId::data_sm: return status != ESME_ROK && is_plain(body);
        default: return status != ESME_ROK || std::holds_alternative<Empty>(body);
    }
}

Octets response_octets(const Header& request, Status status, const Body& body) {
    if (may_be_short(request.command_id, status, body)) return short_response(request, status);
    auto octets =
        encode({0, response_of(request.command_id), status, request.sequence_number}, body);
    if (octets) return std::move(*octets);
    // The peer must have its answer; one that cannot be packed becomes the status for our fault.
    return short_response(request, ESME_RSYSERR);
}

}  // namespace

BindCounters& BindCounters::operator+=(const BindCounters& other) noexcept {
    pdus_in += other.pdus_in;
    pdus_out += other.pdus_out;
    bad_pdus += other.bad_pdus;
    unknown_pdus += other.unknown_pdus;
    wrong_state += other.wrong_state;
    late_responses += other.late_responses;
    timed_out += other.timed_out;
    return *this;
}

Bind::Bind(BindOptions options)
    : options_(std::move(options)),
      type_(options_.type),
      framer_(options_.command_length_max),
      window_(options_.window) {}

bool Bind::may_receive() const noexcept {
    return state_ == BindState::bound && type_ != BindType::transmitter;
}
std::uint32_t Bind::window_free() const noexcept { return window_.size() - window_.in_flight(); }
std::uint32_t Bind::in_flight() const noexcept { return window_.in_flight(); }

Actions Bind::connected(Instant now) {
    assert(state_ == BindState::closed);
    Actions actions;
    framer_ = Framer(small_pdus_first(options_) ? options_.command_length_max_before_bind
                                                : options_.command_length_max);
    sequence_numbers_ = SequenceNumbers{};
    inbound_ = 0;
    errors_in_row_ = 0;
    first_count_ = 0;
    type_ = options_.type;
    peer_version_ = 0x34;
    peer_system_id_.clear();
    outbind_taken_ = false;
    unbind_why_ = Errc::unbound;
    connected_at_ = heard_at_ = message_at_ = now;
    change(actions, BindState::open);
    if (options_.role == Role::smsc) {
        if (options_.send_outbind) send_outbind(actions);
    } else if (!options_.await_outbind) {
        send_bind(actions, now);
    }
    return actions;
}

Result<Actions> Bind::request(const Body& body, CommandId id, std::uint64_t token, Instant now) {
    // What the session itself sends (bind_*, enquire_link, unbind) and what has no response is
    // no request of an owner's.
    if (state_ != BindState::bound || !is_message(id) || !has_response(id) ||
        !allowed(id, options_.role, state_, type_)) {
        return Errc::wrong_state;
    }
    if (window_.full()) return Errc::window_full;
    // Packed before the number is drawn, so that what cannot be packed leaves no gap.
    auto octets = encode({0, id, ESME_ROK, 0}, body);
    if (!octets) return octets.error();
    const std::uint32_t sequence_number = next_sequence();
    patch_sequence(*octets, sequence_number);
    window_.add({sequence_number, id, token, now});
    message_at_ = now;
    Actions actions;
    write(actions, std::move(*octets));
    return actions;
}

Actions Bind::respond(const Header& request, Status status, Instant now) {
    return respond(request, status, default_response(request.command_id), now);
}

Actions Bind::respond(const Header& request, Status status, const Body& body, Instant now) {
    if (state_ == BindState::closed || inbound_ == 0 || !has_response(request.command_id))
        return {};
    Actions actions;
    const bool was_full = !wants_read();
    --inbound_;
    message_at_ = now;
    write(actions, response_octets(request, status, body));
    if (was_full && wants_read()) {
        // While we did not read, the silence was ours; it is counted anew from here.
        heard_at_ = now;
        if (probe_ && probe_open_) probe_->sent_at = now;
    }
    return actions;
}

Actions Bind::accept_bind(Instant now) {
    if (!holding()) return {};
    Actions actions;
    const Header asking = *std::exchange(asking_, std::nullopt);
    const CommandId id = response_of(asking.command_id);
    BindResp body{.system_id = options_.smsc_system_id, .tlvs = {}};
    if (peer_version_ > version_3_3) {
        body.tlvs.push_back({tag::sc_interface_version, {0x34}});
    }
    auto octets = encode({0, id, ESME_ROK, asking.sequence_number}, body);
    // A system_id that cannot be packed is no reason to fail the bind: peers take 16 octets.
    write(actions,
          octets ? std::move(*octets) : encode_empty(id, ESME_ROK, asking.sequence_number));
    now_bound(actions, bind_type(asking.command_id), now);
    take_pdus(actions, now);
    return actions;
}

Actions Bind::refuse_bind(Status status, Instant now) {
    if (!holding()) return {};
    Actions actions;
    const Header asking = *std::exchange(asking_, std::nullopt);
    write_empty(actions, response_of(asking.command_id), status, asking.sequence_number);
    change(actions, BindState::open, Errc::refused, status);
    take_pdus(actions, now);
    return actions;
}

Actions Bind::bind(Instant now) {
    if (options_.role != Role::esme || state_ != BindState::open) return {};
    Actions actions;
    send_bind(actions, now);
    return actions;
}

Actions Bind::bind(BindOptions options, Instant now) {
    if (options_.role != Role::esme || state_ != BindState::open) return {};
    assert(options.role == Role::esme);
    options_ = std::move(options);
    type_ = options_.type;
    window_ = Window(options_.window);
    return bind(now);
}

Actions Bind::unbind(Instant now) {
    Actions actions;
    if (state_ == BindState::bound) {
        send_unbind(actions, Errc::unbound, now);
    } else if (state_ == BindState::open || state_ == BindState::binding) {
        shut(actions, Errc::unbound, "before the bind stood");
    }
    return actions;
}

Actions Bind::closed(Instant) {
    Actions actions;
    if (state_ == BindState::closed) return actions;
    const Errc why = state_ == BindState::unbinding ? unbind_why_ : Errc::closed;
    lose(actions);
    change(actions, BindState::closed, why);
    return actions;
}

void Bind::write(Actions& actions, Octets octets) {
    ++counters_.pdus_out;
    if (!actions.empty()) {
        if (auto* last = std::get_if<Write>(&actions.back())) {
            last->octets.insert(last->octets.end(), octets.begin(), octets.end());
            return;
        }
    }
    actions.push_back(Write{std::move(octets)});
}

void Bind::write_empty(Actions& actions, CommandId id, Status status,
                       std::uint32_t sequence_number) {
    write(actions, encode_empty(id, status, sequence_number));
}

/// For a request that the owner never sees. Nothing for those that have no response.
void Bind::answer_error(Actions& actions, const Header& request, Status status) {
    if (has_response(request.command_id)) write(actions, short_response(request, status));
}

void Bind::change(Actions& actions, BindState to, boost::system::error_code why, Status status) {
    const BindState from = std::exchange(state_, to);
    actions.push_back(StateChanged{from, to, why, status});
}

/// Each request of ours comes back, the oldest first, and nothing waits any more.
void Bind::lose(Actions& actions) {
    while (auto request = window_.take_older(Instant::max())) {
        actions.push_back(Completed{request->token, Completed::Outcome::lost, {}});
    }
    asking_.reset();
    bind_asked_.reset();
    unbind_asked_.reset();
    probe_.reset();
    probe_open_ = false;
    inbound_ = 0;
}

void Bind::shut(Actions& actions, boost::system::error_code why, std::string detail,
                Status status) {
    lose(actions);
    change(actions, BindState::closed, why, status);
    actions.push_back(Close{why, std::move(detail)});
}

std::uint32_t Bind::next_sequence() {
    const auto is = [](const std::optional<Asked>& asked, std::uint32_t number) {
        return asked && asked->sequence_number == number;
    };
    return sequence_numbers_.next([&](std::uint32_t number) {
        return window_.contains(number) || is(bind_asked_, number) || is(probe_, number) ||
               is(unbind_asked_, number);
    });
}

void Bind::send_bind(Actions& actions, Instant now) {
    BindRequest body;
    body.system_id = options_.system_id;
    body.password = options_.password;
    body.system_type = options_.system_type;
    body.interface_version = options_.interface_version;
    body.addr_ton = options_.addr_ton;
    body.addr_npi = options_.addr_npi;
    body.address_range = options_.address_range;
    const std::uint32_t sequence_number = next_sequence();
    auto octets = encode({0, bind_command(type_), ESME_ROK, sequence_number}, body);
    if (!octets) return shut(actions, octets.error(), "our bind request cannot be packed");
    // Whom we bind to we trust with whole messages, some come before the response (q028).
    framer_.length_max(options_.command_length_max);
    bind_asked_ = Asked{sequence_number, now};
    write(actions, std::move(*octets));
    change(actions, BindState::binding);
}

void Bind::send_outbind(Actions& actions) {
    const Outbind body{options_.system_id, options_.password};
    auto octets = encode({0, CommandId::outbind, ESME_ROK, next_sequence()}, body);
    if (!octets) return shut(actions, octets.error(), "our outbind cannot be packed");
    write(actions, std::move(*octets));
}

void Bind::send_unbind(Actions& actions, Errc why, Instant now) {
    unbind_why_ = why;
    unbind_asked_ = Asked{next_sequence(), now};
    write_empty(actions, CommandId::unbind, ESME_ROK, unbind_asked_->sequence_number);
    change(actions, BindState::unbinding, why);
}

void Bind::now_bound(Actions& actions, BindType type, Instant now) {
    type_ = type;
    heard_at_ = message_at_ = now;
    framer_.length_max(options_.command_length_max);
    change(actions, BindState::bound);
}

}  // namespace smppd::protocol
