// protocol/bind.hpp - the SMPP session as a state machine, for both roles, without sockets or
// clocks: octets and the time in, actions out. Used by one thread at a time.
// Source: SMPP 3.4 §2.2 (states), §2.3 (commands by state), §7.2 (timers).
#pragma once

#include "protocol/decode.hpp"
#include "protocol/framer.hpp"
#include "protocol/sequence.hpp"
#include "protocol/window.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smppd::protocol {

enum class Role : std::uint8_t {
    esme,  ///< we bind: to a carrier
    smsc,  ///< the peer binds: a platform
};
enum class BindType : std::uint8_t { transmitter, receiver, transceiver };
std::string_view name(BindType type) noexcept;

enum class BindState : std::uint8_t {
    closed,   ///< no connection
    open,     ///< connected, no bind yet; the esme role waits for outbind when told so
    binding,  ///< esme: bind_* sent. smsc: bind_* received, not yet decided
    bound,
    unbinding,  ///< unbind sent, its response awaited
};
std::string_view name(BindState state) noexcept;

struct BindOptions {
    Role role = Role::esme;
    BindType type = BindType::transceiver;                        ///< esme: what to bind as
    std::string system_id, password, system_type, address_range;  ///< esme: sent in bind_*
    std::uint8_t interface_version = 0x34;
    std::uint8_t addr_ton = 0, addr_npi = 0;
    std::string smsc_system_id = "smppd";  ///< smsc: sent in bind_*_resp
    bool await_outbind = false;            ///< esme: the peer connected; bind only after outbind
    /// smsc: send outbind with this system_id and password first, then await bind_receiver.
    bool send_outbind = false;

    std::uint32_t window = 10;         ///< our requests in flight
    std::uint32_t inbound_max = 2000;  ///< the peer's requests not yet answered; then no reading
    std::uint32_t command_length_max = 66'560;
    std::uint32_t command_length_max_before_bind = 1'024;  ///< smsc role and await_outbind
    std::uint32_t errors_max = 100;  ///< smsc role: bad PDUs in a row before it closes; 0: no limit

    std::chrono::milliseconds session_init{5'000};   ///< connected to bound
    std::chrono::milliseconds enquire_link{30'000};  ///< silence before we probe; 0: never
    std::chrono::milliseconds response{10'000};      ///< our request to its response
    /// No message either way before we unbind; 0: never. smsc role: an enquire_link of the peer's
    /// counts as one.
    std::chrono::milliseconds inactivity{300'000};
    std::chrono::milliseconds unbind{5'000};  ///< our unbind to its response
    DecodeOptions decode;
};

/// Octets to send, whole PDUs, in order.
struct Write {
    Octets octets;
};
/// A request of the peer's that the owner answers, exactly once, with Bind::respond(): deliver_sm,
/// data_sm, submit_sm, ... in a state that allows it and with a whole body. (alert_notification
/// comes here too and has no answer.)
struct Deliver {
    Pdu request;
};
/// smsc role: somebody wants to bind. Answer with accept_bind() or refuse_bind(), later if need be.
struct BindAsked {
    Pdu request;
};
/// esme role with await_outbind: check it, then bind() or close.
struct OutbindReceived {
    Outbind outbind;
};
/// What became of a request of ours. `response` only when answered.
struct Completed {
    enum class Outcome : std::uint8_t { answered, timed_out, lost };
    std::uint64_t token = 0;
    Outcome outcome = Outcome::answered;
    Pdu response;
};
/// Our enquire_link was answered, with ESME_ROK or that the peer does not know the command.
struct Probed {
    std::chrono::nanoseconds round_trip{};
};
/// `why`: Errc or zero; `status`: the peer's command_status where a bind was refused.
struct StateChanged {
    BindState from{}, to{};
    boost::system::error_code why;
    Status status = ESME_ROK;
};
/// Close the connection once what is written before it has been sent. Always the last action;
/// the state is closed already, every request of ours has been completed, and closed() need not
/// be called (it is harmless).
struct Close {
    boost::system::error_code why;
    std::string detail;  ///< "an HTTP request", "command_length 0"
};
using Action = std::variant<Write, Deliver, BindAsked, OutbindReceived, Completed, Probed,
                            StateChanged, Close>;
using Actions = std::vector<Action>;

struct BindCounters {
    std::uint64_t pdus_in = 0, pdus_out = 0;
    std::uint64_t bad_pdus = 0;        ///< header whole, body bad
    std::uint64_t unknown_pdus = 0;    ///< command_ids that SMPP 3.4 does not list
    std::uint64_t wrong_state = 0;     ///< requests that the state does not allow
    std::uint64_t late_responses = 0;  ///< nothing waited for them (any more)
    std::uint64_t timed_out = 0;       ///< requests of ours without a response

    BindCounters& operator+=(const BindCounters& other) noexcept;
};

class Bind {
public:
    explicit Bind(BindOptions options);

    /// The connection stands. esme: sends bind_* at once, unless await_outbind. smsc: waits for
    /// bind_* (or sends outbind first) and starts session_init. State closed only (assert).
    Actions connected(Instant now);
    /// What was read, in pieces of any size. Responses are matched by sequence_number, whatever
    /// response id they carry; enquire_link is answered in every state.
    Actions received(Bytes octets, Instant now);
    /// When deadline() has come; harmless before.
    Actions deadline_passed(Instant now);
    /// Sends a request of ours; `token` comes back in exactly one Completed, unless this returns
    /// an error: window_full, wrong_state (not bound that way), or encode()'s.
    Result<Actions> request(const Body& body, CommandId id, std::uint64_t token, Instant now);
    /// Answers a Deliver. `body`: MessageResp for deliver_sm_resp and submit_sm_resp, ...; default:
    /// what the response's command wants, with an empty message_id. Nothing once the link is gone:
    /// a request of an earlier connection must not be answered after connected() has been called
    /// again, its sequence_number may be another's by then.
    Actions respond(const Header& request, Status status, Instant now);
    Actions respond(const Header& request, Status status, const Body& body, Instant now);
    /// smsc role, state binding: the bind stands. The response has sc_interface_version unless
    /// the peer spoke 3.3 or below (q012). Ignored when the peer has gone meanwhile. What was held
    /// back behind the bind_* is taken up now, its Actions are returned too.
    Actions accept_bind(Instant now);
    /// smsc role, state binding: the answer has no body; state open again, session_init goes on,
    /// and what was held back is taken up as by accept_bind().
    Actions refuse_bind(Status status, Instant now);
    /// esme role after OutbindReceived: sends bind_*.
    Actions bind(Instant now);
    /// The same with other options than it was made with: the outbind has told who the peer is.
    Actions bind(BindOptions options, Instant now);
    /// Sends unbind and waits for the answer at most BindOptions::unbind; then Close. Not bound:
    /// Close at once.
    Actions unbind(Instant now);
    /// Sends enquire_link now, unless one is on its way already; Probed comes for either. Without
    /// an answer the link is closed as always. Not bound: nothing.
    Actions probe(Instant now);
    /// The connection is gone: Completed{lost} for all in flight, in order of sending, state
    /// closed.
    Actions closed(Instant now);

    /// When deadline_passed() wants to be called; Instant::max() for never.
    Instant deadline() const;

    BindState state() const noexcept { return state_; }
    BindType type() const noexcept { return type_; }
    /// Whether deliver_sm may go to the peer (smsc role: bound as receiver or transceiver).
    bool may_receive() const noexcept;
    /// Whether the peer has fewer unanswered requests than inbound_max: read on. False too while
    /// a BindAsked waits for its answer: what stands behind it is held back until then.
    bool wants_read() const noexcept { return inbound_ < options_.inbound_max && !holding(); }
    std::uint32_t window_free() const noexcept;
    std::uint32_t in_flight() const noexcept;
    /// Requests of the peer's that wait for their answer.
    std::uint32_t unanswered() const noexcept { return inbound_; }
    /// smsc role: the peer's bind request's interface_version; esme: sc_interface_version or 0x34.
    std::uint8_t peer_version() const noexcept { return peer_version_; }
    const std::string& peer_system_id() const noexcept { return peer_system_id_; }
    const BindCounters& counters() const noexcept { return counters_; }
    const BindOptions& options() const noexcept { return options_; }

private:
    /// A request of the session's own (bind_*, enquire_link, unbind): no room in the window.
    struct Asked {
        std::uint32_t sequence_number = 0;
        Instant sent_at{};
    };

    // bind.cpp: what leaves, and the changes of state.
    bool holding() const noexcept {
        return options_.role == Role::smsc && state_ == BindState::binding;
    }
    void write(Actions& actions, Octets octets);
    void write_empty(Actions& actions, CommandId id, Status status, std::uint32_t sequence_number);
    void answer_error(Actions& actions, const Header& request, Status status);
    void change(Actions& actions, BindState to, boost::system::error_code why = {},
                Status status = ESME_ROK);
    void lose(Actions& actions);
    void shut(Actions& actions, boost::system::error_code why, std::string detail,
              Status status = ESME_ROK);
    std::uint32_t next_sequence();
    void send_bind(Actions& actions, Instant now);
    void send_outbind(Actions& actions);
    void send_unbind(Actions& actions, Errc why, Instant now);
    void now_bound(Actions& actions, BindType type, Instant now);

    // bind_receive.cpp: what comes.
    std::string_view foreign(Bytes octets);
    void take_pdus(Actions& actions, Instant now);
    void take(Actions& actions, Bytes pdu, Instant now);
    void take_request(Actions& actions, const Header& header, Bytes pdu, Instant now);
    void take_allowed(Actions& actions, Pdu request, Instant now);
    void take_bind_request(Actions& actions, Pdu request);
    void take_response(Actions& actions, const Header& header, Bytes pdu, Instant now);
    void take_bind_response(Actions& actions, const Pdu& response, Instant now);
    void take_enquire_link_response(Actions& actions, const Header& header, Instant now);
    void not_allowed(Actions& actions, const Header& header);
    void bad_pdu(Actions& actions);

    // bind_timers.cpp: what time brings.
    Instant session_deadline() const;
    Instant probe_deadline() const;
    Instant inactivity_deadline() const;
    void time_out_requests(Actions& actions, Instant now);
    void session_timers(Actions& actions, Instant now);
    void bound_timers(Actions& actions, Instant now);
    void send_probe(Actions& actions, Instant now);

    BindOptions options_;
    BindState state_ = BindState::closed;
    BindType type_{};
    Framer framer_;
    Window window_;
    SequenceNumbers sequence_numbers_;
    std::uint32_t inbound_ = 0;  ///< requests delivered and not yet answered
    std::uint32_t errors_in_row_ = 0;
    std::uint8_t peer_version_ = 0x34;
    std::string peer_system_id_;
    std::array<std::uint8_t, 8> first_octets_{};  ///< of the connection, for foreign_protocol()
    std::size_t first_count_ = 0;

    std::optional<Header> asking_;       ///< smsc: the bind_* that waits for the owner's word
    bool outbind_taken_ = false;         ///< esme: one outbind a connection
    std::optional<Asked> bind_asked_;    ///< our bind_*
    std::optional<Asked> unbind_asked_;  ///< our unbind
    std::optional<Asked> probe_;         ///< our latest enquire_link
    bool probe_open_ = false;            ///< no sign of life has come since
    Errc unbind_why_ = Errc::unbound;    ///< why we sent unbind

    Instant connected_at_{};
    Instant heard_at_{};    ///< octets came
    Instant message_at_{};  ///< a message PDU came or went, or what else counts as activity
    BindCounters counters_;
};

}  // namespace smppd::protocol
