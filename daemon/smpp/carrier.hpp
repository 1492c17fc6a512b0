// daemon/smpp/carrier.hpp - a configured carrier: its binds, when to connect to which host, when
// to give up, when to raise an alarm. Knows no socket and no clock.
#pragma once

#include "conf/config.hpp"
#include "daemon/smpp/link.hpp"
#include "daemon/smpp/router.hpp"
#include "daemon/smpp/views.hpp"
#include "protocol/silence.hpp"

#include <random>

namespace smppd::smpp {

class Carrier;

/// One of a carrier's configured binds, with its reconnect loop; or a connection that the carrier
/// made to us for outbind, which has none.
class CarrierBind final : public Link {
public:
    /// `index` from 1. `outbind`: the peer connected and is expected to send outbind.
    CarrierBind(Carrier& carrier, std::uint32_t index, bool outbind);

    void start(Now now);
    /// Unbinds and stays away until start().
    void stop(Now now);
    /// Unbinds and comes back; for silence and for a reload.
    void rebind(Now now);
    bool stopped() const noexcept { return stopped_; }
    bool bound() const noexcept;
    bool gone() const noexcept { return outbind_ && !is_connected(); }
    BindView view(Now now) const;

private:
    friend class Carrier;
    protocol::BindOptions bind_options() override;
    void on_deliver(protocol::Pdu&& request, Now now) override;
    void on_outbind(const protocol::Outbind& outbind, Now now) override;
    void on_state(const protocol::StateChanged& change, Now now) override;
    void on_close(const protocol::Close& close, Now now) override;
    void on_disconnected(const std::string& why, Now now) override;
    protocol::Instant own_deadline() const override { return dial_at_; }
    void on_own_deadline(Now now) override;

    void connect_failed(Now now);
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
    bool dialling_ = false;
    bool was_bound_ = false;  ///< on this connection
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

    void start(Now now);
    /// All binds, or one from 1. False: no such bind.
    bool stop(std::uint32_t bind, Now now);
    bool start(std::uint32_t bind, Now now);
    /// A connection for outbind; call connected() on what it returns.
    std::shared_ptr<CarrierBind> accept(Now now);
    /// An outbind whose system_id is `other`'s moves there before it binds.
    void hand_over(CarrierBind& bind, Carrier& other);
    /// Takes a reloaded configuration whose hosts, credentials and binds are the same: profile,
    /// timers and window apply from the next bind on.
    void update(conf::Carrier config);

    const conf::Carrier& config() const noexcept { return config_; }
    CarrierView view() const;
    std::vector<BindView> binds(Now now) const;
    std::size_t bound() const;
    /// Whether any bind still has a connection; for draining.
    bool connected() const;

    // What its binds tell it.
    void bind_changed(Now now);
    void message(Now now);
    void alarm(std::string word);
    void clear_alarm(std::string_view word);

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
    std::string alarm_;
    protocol::WallTime last_message_at_{};
};

}  // namespace smppd::smpp
