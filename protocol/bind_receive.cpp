// protocol/bind_receive.cpp - the session: what comes from the peer.
#include "protocol/bind.hpp"
#include "protocol/bind_tables.hpp"
#include "protocol/encode.hpp"

#include <algorithm>
#include <utility>

namespace smppd::protocol {
namespace {

/// The status that a response stands for. A generic_nack never means success (SMPP 3.4 §4.3.1),
/// whatever it carries.
Status meaning_of(const Header& response) noexcept {
    if (response.command_id == CommandId::generic_nack && response.command_status == ESME_ROK) {
        return ESME_RUNKNOWNERR;
    }
    return response.command_status;
}

}  // namespace

Actions Bind::received(Bytes octets, Instant now) {
    Actions actions;
    if (state_ == BindState::closed || octets.empty()) return actions;
    heard_at_ = now;
    if (const std::string_view protocol = foreign(octets); !protocol.empty()) {
        // No answer: it would be noise to whoever speaks that protocol.
        shut(actions, Errc::not_smpp, std::string(protocol));
        return actions;
    }
    framer_.feed(octets);
    take_pdus(actions, now);
    return actions;
}

/// Looks at the connection's first octets as they come, before four of them would be waited for
/// as a command_length. "" for what may be SMPP.
std::string_view Bind::foreign(Bytes octets) {
    if (first_count_ == first_octets_.size()) return {};
    const std::size_t count = std::min(octets.size(), first_octets_.size() - first_count_);
    std::copy_n(octets.begin(), count,
                first_octets_.begin() + static_cast<std::ptrdiff_t>(first_count_));
    first_count_ += count;
    return foreign_protocol(Bytes(first_octets_).first(first_count_));
}

/// Takes up every whole PDU, as long as none has to be held back behind a BindAsked.
void Bind::take_pdus(Actions& actions, Instant now) {
    while (state_ != BindState::closed && !holding()) {
        const auto pdu = framer_.next();
        if (!pdu) {
            write_empty(actions, CommandId::generic_nack, ESME_RINVCMDLEN, 0);
            shut(actions, pdu.error(), "command_length out of range");
            return;
        }
        if (pdu->empty()) return;
        take(actions, *pdu, now);
    }
}

void Bind::take(Actions& actions, Bytes pdu, Instant now) {
    ++counters_.pdus_in;
    const Header header = decode_header(pdu);
    if (!known(header.command_id)) {
        ++counters_.unknown_pdus;
        // A response that nobody knows answers nothing of ours; nacking it could go on for ever.
        if (!is_response(header.command_id)) {
            write_empty(actions, CommandId::generic_nack, ESME_RINVCMDID, header.sequence_number);
        }
    } else if (is_response(header.command_id)) {
        take_response(actions, header, pdu, now);
    } else {
        take_request(actions, header, pdu, now);
    }
}

void Bind::take_request(Actions& actions, const Header& header, Bytes pdu, Instant now) {
    const Role peer = options_.role == Role::esme ? Role::smsc : Role::esme;
    if (!allowed(header.command_id, peer, state_, type_)) return not_allowed(actions, header);
    switch (header.command_id) {
        case CommandId::enquire_link:
            // Nothing of its body counts: some send octets that do not belong there (q010).
            // A platform that probes wants the bind: it may wait for its next message for hours. A
            // carrier may have lost what stands behind the bind and probe on.
            errors_in_row_ = 0;
            if (options_.role == Role::smsc) message_at_ = now;
            write_empty(actions, CommandId::enquire_link_resp, ESME_ROK, header.sequence_number);
            return;
        case CommandId::unbind:
            write_empty(actions, CommandId::unbind_resp, ESME_ROK, header.sequence_number);
            shut(actions, state_ == BindState::unbinding ? unbind_why_ : Errc::unbound,
                 "unbind from the peer");
            return;
        default: break;
    }
    Decoded decoded = decode(pdu, options_.decode);
    if (decoded.fault != ESME_ROK) {
        answer_error(actions, header, decoded.fault);
        bad_pdu(actions);
        return;
    }
    errors_in_row_ = 0;
    take_allowed(actions, std::move(decoded.pdu), now);
}

/// A whole request that the state allows: it is the owner's.
void Bind::take_allowed(Actions& actions, Pdu request, Instant now) {
    const CommandId id = request.header.command_id;
    if (is_bind(id)) return take_bind_request(actions, std::move(request));
    if (id == CommandId::outbind) {
        auto* outbind = std::get_if<Outbind>(&request.body);
        if (outbind == nullptr || std::exchange(outbind_taken_, true)) {
            ++counters_.wrong_state;
            return;
        }
        actions.push_back(OutbindReceived{std::move(*outbind)});
        return;
    }
    message_at_ = now;
    if (has_response(id)) ++inbound_;
    actions.push_back(Deliver{std::move(request)});
}

void Bind::take_bind_request(Actions& actions, Pdu request) {
    asking_ = request.header;
    if (const auto* body = std::get_if<BindRequest>(&request.body)) {
        peer_version_ = body->interface_version;
        peer_system_id_ = body->system_id;
    }
    change(actions, BindState::binding);
    actions.push_back(BindAsked{std::move(request)});
}

void Bind::take_response(Actions& actions, const Header& header, Bytes pdu, Instant now) {
    // What could be read of a response counts: the request has been answered, and saying so once
    // more with an error would answer nobody.
    Decoded decoded = decode(pdu, options_.decode);
    if (decoded.fault == ESME_ROK) {
        errors_in_row_ = 0;
    } else {
        bad_pdu(actions);
        if (state_ == BindState::closed) return;
    }
    const auto answers = [&](const std::optional<Asked>& asked) {
        return asked && asked->sequence_number == header.sequence_number;
    };
    if (answers(bind_asked_)) return take_bind_response(actions, decoded.pdu, now);
    if (answers(unbind_asked_)) return shut(actions, unbind_why_, "unbind was answered");
    if (answers(probe_)) return take_enquire_link_response(actions, header, now);
    const auto request = window_.take(header.sequence_number);
    if (!request) {
        ++counters_.late_responses;
        return;
    }
    // Whoever answers a request lives, whether he knows enquire_link or not.
    probe_open_ = false;
    message_at_ = now;
    decoded.pdu.header.command_status = meaning_of(header);
    actions.push_back(
        Completed{request->token, Completed::Outcome::answered, std::move(decoded.pdu)});
}

void Bind::take_bind_response(Actions& actions, const Pdu& response, Instant now) {
    const Status status = meaning_of(response.header);
    if (status != ESME_ROK) {
        return shut(actions, Errc::refused, status_name(status), status);
    }
    bind_asked_.reset();
    if (const auto* body = std::get_if<BindResp>(&response.body)) {
        peer_system_id_ = body->system_id;
        const auto version = tlv_integer(body->tlvs, tag::sc_interface_version);
        if (version && *version <= 0xff) peer_version_ = static_cast<std::uint8_t>(*version);
    }
    now_bound(actions, type_, now);
}

void Bind::take_enquire_link_response(Actions& actions, const Header& header, Instant now) {
    const auto round_trip = now - probe_->sent_at;
    probe_.reset();
    probe_open_ = false;
    const Status status = meaning_of(header);
    // A peer that does not know the command still lives; any other status says that it does not
    // know this bind (q035).
    if (status == ESME_ROK || status == ESME_RINVCMDID)
        return actions.push_back(Probed{round_trip});
    shut(actions, Errc::not_known, "enquire_link_resp " + status_name(status), status);
}

/// A known request that this state, role or type of bind does not allow (q018, q048).
void Bind::not_allowed(Actions& actions, const Header& header) {
    ++counters_.wrong_state;
    const bool again = options_.role == Role::smsc && is_bind(header.command_id) &&
                       (state_ == BindState::bound || state_ == BindState::unbinding);
    answer_error(actions, header, again ? ESME_RALYBND : ESME_RINVBNDSTS);
}

void Bind::bad_pdu(Actions& actions) {
    ++counters_.bad_pdus;
    ++errors_in_row_;
    if (options_.role == Role::smsc && options_.errors_max != 0 &&
        errors_in_row_ >= options_.errors_max) {
        shut(actions, Errc::too_many_errors, std::to_string(errors_in_row_) + " bad PDUs in a row");
    }
}

}  // namespace smppd::protocol
