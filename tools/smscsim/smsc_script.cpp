// tools/smscsim/smsc_script.cpp - the simulator's commands; see smsc.hpp.
#include "tools/smscsim/smsc.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

void Smsc::perform(const Command& command) {
    if (finishing_) return;
    if (const auto* send = std::get_if<SendCommand>(&command)) {
        outbox_.add(send->message, now());
        pump();
    } else if (const auto* receipt = std::get_if<ReceiptCommand>(&command)) {
        const ReceiptSpec spec = submissions_.completed(receipt->receipt);
        outbox_.add_receipt(build_receipt(spec, wall_now()), spec.system_id, spec.id, now());
        pump();
    } else if (const auto* pdu = std::get_if<PduCommand>(&command)) {
        send_pdu(*pdu);
    } else if (const auto* fault = std::get_if<FaultCommand>(&command)) {
        make_fault(*fault);
    } else if (const auto* out = std::get_if<OutbindCommand>(&command)) {
        outbind(*out);
    } else if (std::holds_alternative<QuitCommand>(command)) {
        finish();
    }
}

void Smsc::send_pdu(const PduCommand& command) {
    // Past the session, and past its window too.
    const auto found = std::find_if(links_.begin(), links_.end(), [&](const auto& link) {
        return link->bind().may_receive() &&
               (command.system_id.empty() || link->bind().peer_system_id() == command.system_id);
    });
    if (found == links_.end()) {
        throw UsageError("pdu: no bind takes messages now; write 'wait bound' before it");
    }
    Link* const link = found->get();
    link->raw(command.octets);
    say(Event("pdu_sent").number("link", link->number()).number("octets", command.octets.size()));
}

void Smsc::make_fault(const FaultCommand& command) {
    const auto each = [this](const auto& act) {
        for (const auto& link : std::vector(links_)) act(*link);
    };
    const bool lasting = command.fault != Fault::drop && command.fault != Fault::garbage &&
                         command.fault != Fault::unbind;
    say(Event("fault")
            .add("kind", command.name)
            .flag("lasting", lasting)
            .number("links", links_.size()));
    switch (command.fault) {
        case Fault::none: {
            const bool thaw = std::exchange(faults_, Faults{}).half_open;
            if (thaw) each([](Link& link) { link.freeze(false); });
            pump();
            break;
        }
        case Fault::throttle: faults_.throttle = true; break;
        case Fault::slow: faults_.slow = command.delay; break;
        case Fault::silent: faults_.silent = true; break;
        case Fault::reject_binds: faults_.reject_binds = command.status; break;
        case Fault::half_open:
            faults_.half_open = true;
            each([](Link& link) { link.freeze(true); });
            break;
        case Fault::drop: each([](Link& link) { link.drop(); }); break;
        case Fault::unbind: each([](Link& link) { link.unbind(); }); break;
        case Fault::garbage:
            // A command_length beyond every limit, and noise: the stream is lost.
            each([](Link& link) {
                link.raw({0xff, 0xff, 0xff, 0xff, 0xde, 0xad, 0xbe, 0xef, 0x00, 0x01, 0x02, 0x03,
                          0x47, 0x45, 0x54, 0x20, 0x2f, 0x0d, 0x0a, 0x0d, 0x0a, 0x7f, 0x80, 0x81});
            });
            break;
    }
}

void Smsc::outbind(const OutbindCommand& command) {
    BindOptions options = smsc_options();
    options.send_outbind = true;
    options.system_id = command.system_id;
    options.password = command.password;
    const std::string at = command.at.host + ":" + command.at.port;
    dial(*io_, command.at, nullptr,
         [this, at, options](std::shared_ptr<Connection> connection, const std::string& error) {
             if (!connection) return failed("outbind to " + at + ": " + error);
             add_link(std::move(connection), options);
         });
}

std::uint64_t Smsc::receivers() const {
    return static_cast<std::uint64_t>(std::count_if(
        links_.begin(), links_.end(), [](const auto& link) { return link->bind().may_receive(); }));
}

Met Smsc::met(const WaitCommand& wait) const {
    const auto when = [](bool is) { return is ? Met::yes : Met::not_yet; };
    switch (wait.until) {
        case Until::bound: return when(receivers() >= wait.count);
        case Until::unbound:
            return when(std::none_of(links_.begin(), links_.end(), [](const auto& link) {
                return link->bind().state() == BindState::bound;
            }));
        case Until::idle: return when(idle());
        case Until::answered: return outbox_.refused() > 0 ? Met::never : when(idle());
        case Until::submitted: return when(submissions_.count() >= wait.count);
        default: return Met::never;
    }
}

void Smsc::script_done() {
    script_done_ = true;
    if (!options_.once) return;
    say(Event("script_done").number("unanswered", outbox_.waiting()));
    if (idle()) return finish();
    later(options_.settle, [this] { finish(); });
}

}  // namespace smppd::smscsim
