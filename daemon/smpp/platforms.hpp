// daemon/smpp/platforms.hpp - the platforms that bind to us: who may, how many, and what they
// receive. Knows no socket and no clock.
#pragma once

#include "conf/config.hpp"
#include "daemon/smpp/dispatcher.hpp"
#include "daemon/smpp/link.hpp"
#include "daemon/smpp/passwords.hpp"
#include "daemon/smpp/records.hpp"
#include "daemon/smpp/views.hpp"
#include "pool/pool.hpp"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace smppd::smpp {

class Platforms;

/// One connection of a platform's, from its first octet on.
class PlatformLink final : public Link, public Receiver {
public:
    PlatformLink(Platforms& platforms, const conf::PlatformListener& listener,
                 std::uint64_t number);

    pool::PlatformId platform() const override { return account_.platform; }
    const std::string& id() const override { return id_; }
    std::uint32_t free() const override;
    void deliver(const MessagePtr& message, Now now) override;

    const std::string& system_id() const noexcept { return account_.system_id; }
    const std::string& host() const noexcept { return host_; }
    bool attached() const noexcept { return attached_; }
    /// Says unbind and goes.
    void leave(Now now);
    BindView view() const;

private:
    friend class Platforms;
    protocol::BindOptions bind_options() override;
    void on_deliver(protocol::Pdu&& request, Now now) override;
    void on_bind_asked(protocol::Pdu&& request, Now now) override;
    void on_completed(protocol::Completed&& completed, Now now) override;
    void on_state(const protocol::StateChanged& change, Now now) override;
    void on_close(const protocol::Close& close, Now now) override;
    void on_disconnected(const std::string& why, Now now) override;
    void on_event_end(Now now) override;
    protocol::Instant own_deadline() const override { return decide_at_; }
    void on_own_deadline(Now now) override;

    void check();
    void checked(Proof proof, Now now);
    void refuse(protocol::Status status, const char* reason, Now now);
    void detach();
    void send_outgoing(Now now);

    /// What is left of a message that goes out in several PDUs.
    struct Flight {
        pool::Id message = 0;
        std::size_t open = 0;  ///< PDUs without an answer yet
        Delivery worst = Delivery::acknowledged;
        protocol::Status status = protocol::ESME_ROK;
    };
    struct Outgoing {
        protocol::DeliverSm pdu;
        std::uint64_t flight = 0;
    };
    void part_done(std::uint64_t flight, Delivery outcome, protocol::Status status, Now now);

    Platforms& platforms_;
    conf::PlatformListener listener_;
    std::string id_;
    std::string host_;
    pool::SmppAccount account_;  ///< empty until bound
    DeliveryForm form_;          ///< of what it receives, once bound
    bool attached_ = false;      ///< the dispatcher has it
    bool held_ = false;          ///< it counts among the account's binds
    std::unordered_map<std::uint64_t, Flight> flights_;
    std::deque<Outgoing> outgoing_;  ///< packed into the window as it empties
    std::uint64_t next_flight_ = 1;
    std::shared_ptr<const Login> asking_;  ///< of the bind request that waits for our word
    /// When that is checked, or refused if there is a refusal.
    protocol::Instant decide_at_ = protocol::Instant::max();
    std::optional<protocol::Status> refusal_;
    protocol::WallTime since_{};
    std::uint64_t acknowledged_ = 0, refused_ = 0;
    bool freed_ = false;  ///< window came free in this event
};

class Platforms {
public:
    struct Parts {
        pool::Pool& pool;
        Dispatcher& dispatcher;
        Passwords& passwords;
        Timers& timers;
    };
    explicit Platforms(Parts parts) : parts_(parts) {}

    /// A connection that has just been accepted from `host`; empty: over a limit or not allowed,
    /// close it. Call connected() on what it returns.
    std::shared_ptr<PlatformLink> accept(const conf::PlatformListener& listener,
                                         const std::string& host);
    /// An account was disabled or removed, or its password changed: its binds are ended.
    void accounts_changed(Now now);
    /// Says unbind to all; for draining.
    void leave(Now now);
    bool disconnect(const std::string& id, Now now);
    std::vector<BindView> binds() const;
    std::size_t connections() const noexcept { return links_.size(); }
    std::uint64_t turned_away() const noexcept { return turned_away_; }
    std::uint64_t failed_binds() const noexcept { return failed_binds_; }
    /// How long a bind from `host` waits before its password is looked at: grows with each that
    /// was refused, forgotten with time.
    std::chrono::milliseconds penalty(const std::string& host, Now now) const;

private:
    friend class PlatformLink;
    void gone(PlatformLink& link);
    void failed(const std::string& host, Now now);
    void turned_away(const std::string& host, const char* reason);
    /// For the UDH parts of a message: no two of a platform's messages in a row have the same,
    /// whatever bind they go out on.
    std::uint16_t next_reference(pool::PlatformId platform);

    Parts parts_;
    std::map<std::uint64_t, std::shared_ptr<PlatformLink>> links_;
    std::map<std::string, unsigned> unbound_;  ///< connections not bound yet, by host
    std::map<std::string, unsigned> binds_;    ///< by system_id
    std::unordered_map<pool::PlatformId, std::uint16_t> references_;  ///< the last of each
    struct Failures {
        unsigned count = 0;
        protocol::Instant last{};
    };
    std::map<std::string, Failures> failures_;  ///< by host; bounded
    std::uint64_t next_number_ = 1;
    std::uint64_t turned_away_ = 0, failed_binds_ = 0;
    std::uint64_t turned_away_logged_ = 0;  ///< turned_away_ as of the last line in the log
    protocol::Instant log_again_at_ = protocol::Instant::min();
};

}  // namespace smppd::smpp
