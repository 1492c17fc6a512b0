// daemon/smpp/carrier.hpp - a configured carrier: its binds, when to connect to which host, when
// to give up, when to raise an alarm. Knows no socket and no clock.
#pragma once

#include "conf/config.hpp"
#include "daemon/smpp/link.hpp"
#include "daemon/smpp/router.hpp"
#include "daemon/smpp/views.hpp"
#include "protocol/silence.hpp"

#include <random>
#include <set>

namespace smppd::smpp {

class Carrier;

/// One of a carrier's configured binds, with its reconnect loop; or a connection that the carrier
/// made to us for outbind, which has none.
class CarrierBind final : public Link {
public:
    /// `index` from 1. `outbind`: the peer connected and is expected to send outbind.
    CarrierBind(Carrier& carrier, std::uint32_t index, bool outbind);

    void start(Now now);
    /// Unbinds and stays away until start(); a connection that is being made is closed unused.
    void stop(Now now);
    /// Unbinds and comes back; for silence.
    void rebind(Now now);
    bool stopped() const noexcept { return stopped_; }
    bool bound() const noexcept;
    /// Whether a connection stands or is being made.
    bool busy() const noexcept { return is_connected() || dialling_; }
    /// A connection for outbind that has ended; one that still shakes hands has not.
    bool gone() const noexcept { return outbind_ && ended_; }
    /// Whom a connection for outbind is from.
    const std::string& host() const noexcept { return host_name_; }
    BindView view(Now now) const;
    /// Asks for a sign of life; `done` runs once it has come, or is not to come any more.
    void probe(std::function<void(ProbeResult)> done, Now now);

private:
    friend class Carrier;
    bool wanted() const override { return !stopped_; }
    protocol::BindOptions bind_options() override;
    protocol::BindOptions options_of_carrier() const;
    void on_deliver(protocol::Pdu&& request, Now now) override;
    void on_outbind(const protocol::Outbind& outbind, Now now) override;
    void on_probed(std::chrono::nanoseconds round_trip, Now now) override;
    void on_state(const protocol::StateChanged& change, Now now) override;
    void on_close(const protocol::Close& close, Now now) override;
    void on_disconnected(const std::string& why, Now now) override;
    void on_event_end(Now now) override;
    protocol::Instant own_deadline() const override { return dial_at_; }
    void on_own_deadline(Now now) override;

    /// The configured waits before connecting again are others now.
    void waits_changed();
    void connect_failed(Now now);
    void tell_probes(const std::optional<std::chrono::nanoseconds>& round_trip,
                     const std::string& error);
    void refused(protocol::Status status, Now now);
    std::size_t choose_host(protocol::Instant now) const;

    struct Host {
        protocol::Backoff backoff;
        protocol::Instant not_before{};
    };

    Carrier* carrier_;
    std::uint32_t index_;
    bool outbind_;
    bool stopped_ = true;
    bool stopped_by_admin_ = false;  ///< this one alone
    bool dialling_ = false;
    bool ended_ = false;
    bool counted_ = true;     ///< counters_before_ has the last connection's
    bool was_bound_ = false;  ///< on this connection
    std::string host_name_;   ///< of an outbind's peer
    std::vector<Host> hosts_;
    std::size_t host_ = 0;
    protocol::Status refusal_ = 0;  ///< of this connection's bind
    unsigned bad_credentials_ = 0;
    protocol::Instant dial_at_ = protocol::Instant::max();
    protocol::Instant dialled_at_{};
    protocol::WallTime since_{};
    std::string last_error_;
    std::uint64_t messages_ = 0, refused_ = 0;
    protocol::BindCounters counters_before_;  ///< of earlier connections
    std::optional<std::chrono::nanoseconds> round_trip_;
    std::vector<std::function<void(ProbeResult)>> probes_;  ///< that wait for an answer
};

class Carrier {
public:
    struct Parts {
        Router& router;
        Dialer& dialer;
        Timers& timers;
        std::mt19937_64& engine;
        /// Finds the carrier that an outbind's system_id belongs to; may be empty.
        std::function<Carrier*(const std::string& system_id)> by_outbind;
    };
    Carrier(conf::Carrier config, Parts parts);
    ~Carrier();

    /// As the configuration says.
    void start(Now now);
    /// In place of `before`, whose configuration has changed: what an admin has stopped or started
    /// stays so, unless the configuration itself now says otherwise than it did.
    void start_after(const Carrier& before, Now now);
    /// Unbinds all for good: it is replaced, removed, or the daemon ends.
    void leave(Now now);
    /// An admin's word: all binds, or one from 1. False: no such bind.
    bool stop(std::uint32_t bind, Now now);
    bool start(std::uint32_t bind, Now now);
    /// Until it is stopped or started, its numbers are not to be leased.
    void drain();
    bool draining() const noexcept { return draining_; }
    /// False: no such bind.
    bool probe(std::uint32_t bind, std::function<void(std::vector<ProbeResult>)> done, Now now);
    /// A connection for outbind from `host`; call connected() on what it returns.
    std::shared_ptr<CarrierBind> accept(const std::string& host, Now now);
    /// An outbind whose system_id is `other`'s moves there before it binds.
    void hand_over(CarrierBind& bind, Carrier& other);
    /// Takes a reloaded configuration whose hosts, credentials and binds are the same: the profile
    /// applies at once, timers and window from the next bind on.
    void update(conf::Carrier config, Now now);

    const conf::Carrier& config() const noexcept { return config_; }
    /// Whether it shall be bound: as configured, or as an admin said since.
    bool running() const noexcept { return running_; }
    CarrierView view() const;
    std::vector<BindView> binds(Now now) const;
    std::size_t bound() const;
    /// Connections for outbind, and how many of them are from `host` and not bound.
    struct Outbinds {
        std::size_t all = 0, unbound = 0;
    };
    Outbinds outbinds(const std::string& host) const;
    /// Whether any bind still has a connection; for draining.
    bool connected() const;
    /// The same, or one is being made.
    bool busy() const;

    // What its binds tell it. `bind`: the index of the one it is about, 0: of all or of outbinds.
    void bind_changed(Now now);
    void message(Now now);
    void alarm(std::string_view word, std::uint32_t bind);
    void clear_alarm(std::string_view word, std::uint32_t bind);

    Parts& parts() noexcept { return parts_; }
    InboundCounters& counters() noexcept { return counters_; }

private:
    friend class CarrierBind;
    void ring(Now now);
    void rearm();

    conf::Carrier config_;
    Parts parts_;
    std::vector<std::shared_ptr<CarrierBind>> binds_;
    std::vector<std::shared_ptr<CarrierBind>> outbinds_;
    std::uint32_t next_outbind_ = 1;
    protocol::SilenceWatch silence_;
    std::unique_ptr<Timer> timer_;
    InboundCounters counters_;
    bool running_ = false;
    bool draining_ = false;
    std::set<std::pair<std::string, std::uint32_t>> alarms_;  ///< word, and the bind it is about
    protocol::WallTime last_message_at_{};
};

}  // namespace smppd::smpp
