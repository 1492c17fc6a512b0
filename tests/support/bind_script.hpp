// tests/support/bind_script.hpp - a Bind with a clock and an owner, for tests: everything that it
// does becomes one line of a log, and what must always hold is checked as it goes.
#pragma once

#include "protocol/bind.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::test {

namespace smpp = smppd::protocol;
using Lines = std::vector<std::string>;

/// The octets of one PDU: header, and a body as it stands.
smpp::Octets pdu(smpp::CommandId id, smpp::Status status, std::uint32_t sequence_number,
                 const smpp::Octets& body = {});
/// A whole deliver_sm or submit_sm, its text "hi".
smpp::Octets message_pdu(smpp::CommandId id, std::uint32_t sequence_number);
/// A whole bind request of client0.
smpp::Octets bind_pdu(smpp::CommandId id, std::uint32_t sequence_number,
                      std::uint8_t interface_version = 0x34);
smpp::Octets operator+(smpp::Octets front, const smpp::Octets& back);

/// One line for each PDU written and each other action:
///   "> enquire_link_resp 0x0 7"  "deliver deliver_sm 8"  "asked bind_receiver 1"  "outbind abc"
///   "done 5 answered 0x0"  "done 5 lost"  "state open>binding"  "state bound>closed lost"
///   "close bad_length"
Lines lines(const smpp::Actions& actions);
/// All octets of the Writes.
smpp::Octets written(const smpp::Actions& actions);

/// Runs one Bind. Each call returns the Actions and notes them in log().
class BindRun {
public:
    using Millis = std::chrono::milliseconds;

    explicit BindRun(smpp::BindOptions options) : bind(std::move(options)) {}

    smpp::Actions connect() { return note(bind.connected(now)); }
    smpp::Actions receive(const smpp::Octets& octets) { return note(bind.received(octets, now)); }
    /// Each octet a segment of its own.
    smpp::Actions receive_split(const smpp::Octets& octets);
    /// Lets time pass, calling deadline_passed() whenever it is due.
    smpp::Actions wait(Millis time);
    /// Sends a submit_sm or, in the smsc role, a deliver_sm; whether it was taken.
    smpp::Result<smpp::Actions> request(std::uint64_t token);
    smpp::Actions accept() { return note(bind.accept_bind(now)); }
    smpp::Actions refuse(smpp::Status status) { return note(bind.refuse_bind(status, now)); }
    smpp::Actions probe() { return note(bind.probe(now)); }
    smpp::Actions unbind() { return note(bind.unbind(now)); }
    smpp::Actions start_bind() { return note(bind.bind(now)); }
    smpp::Actions respond(const smpp::Header& request, smpp::Status status);
    /// Answers all that has been delivered and not yet answered.
    smpp::Actions answer_all(smpp::Status status = smpp::ESME_ROK);
    smpp::Actions close() { return note(bind.closed(now)); }

    /// The sequence_number of the request that the Bind wrote last.
    std::uint32_t last_sequence() const noexcept { return last_sequence_; }
    /// Requests delivered that want an answer.
    const std::vector<smpp::Pdu>& unanswered() const noexcept { return unanswered_; }
    const Lines& log() const noexcept { return log_; }
    /// Of the enquire_links that were answered.
    std::vector<std::chrono::nanoseconds> round_trips;
    Lines take_log() { return std::exchange(log_, {}); }
    /// What is wrong with the Bind's conduct so far; "" for nothing.
    const std::string& fault() const noexcept { return fault_; }
    /// Also checks what must hold once the connection is gone: all tokens back, nothing more done.
    const std::string& fault_after_close();

    smpp::Bind bind;
    smpp::Instant now{std::chrono::hours(1)};

private:
    smpp::Actions note(smpp::Actions actions);
    void note_one(const smpp::Action& action);
    void wrong(const std::string& what);

    std::map<std::uint64_t, int> open_tokens_;
    std::vector<smpp::Pdu> unanswered_;
    Lines log_;
    std::string fault_;
    smpp::BindState state_ = smpp::BindState::closed;
    std::uint32_t last_sequence_ = 0;
};

/// An esme that has bound, a smsc to which `type` has bound; the log is empty.
BindRun bound_carrier(smpp::BindOptions options = {});
BindRun bound_platform(smpp::BindOptions options = {},
                       smpp::BindType type = smpp::BindType::transceiver);

using Step = std::function<void(BindRun&)>;
/// Plays the steps, cut short after each of them by the loss of the link, and once whole. "" if
/// every token came back exactly once and nothing was done after the cut; else what went wrong.
std::string replay_with_cuts(const smpp::BindOptions& options, const std::vector<Step>& steps);

}  // namespace smppd::test
