// daemon/smpp/link.hpp - one connection that speaks SMPP: performs what its Bind says, in order.
// Knows no socket; what arrives is handed to the class that derives from it.
#pragma once

#include "daemon/smpp/transport.hpp"
#include "protocol/bind.hpp"

#include <memory>
#include <optional>

namespace smppd::smpp {

class Link : public Peer, public std::enable_shared_from_this<Link> {
public:
    explicit Link(Timers& timers);

    void connected(Transport& transport, const std::string& address, Now now) override;
    void received(protocol::Bytes octets, Now now) override;
    void disconnected(const std::string& why, Now now) override;

    /// Answers a request that came on connection `epoch`; nothing when that one is gone.
    void respond(std::uint64_t epoch, const protocol::Header& request, protocol::Status status,
                 Now now);
    /// Counts connections, so that an answer never goes to a later one.
    std::uint64_t epoch() const noexcept { return epoch_; }
    bool is_connected() const noexcept { return transport_ != nullptr; }
    const std::string& address() const noexcept { return address_; }
    /// The machine of the present connection, or of the last one.
    const protocol::Bind* bind() const noexcept { return bind_ ? &*bind_ : nullptr; }

protected:
    /// Whether the connection that has just been made is still wanted; if not, it is closed and
    /// nothing is said on it.
    virtual bool wanted() const { return true; }
    /// Options for the connection that has just been made.
    virtual protocol::BindOptions bind_options() = 0;
    virtual void on_deliver(protocol::Pdu&& request, Now now) = 0;
    virtual void on_bind_asked(protocol::Pdu&&, Now) {}
    virtual void on_outbind(const protocol::Outbind&, Now) {}
    virtual void on_completed(protocol::Completed&&, Now) {}
    virtual void on_probed(std::chrono::nanoseconds, Now) {}
    virtual void on_state(const protocol::StateChanged&, Now) {}
    /// The machine ends the connection; disconnected() follows.
    virtual void on_close(const protocol::Close&, Now) {}
    virtual void on_disconnected(const std::string& why, Now now) = 0;
    /// All actions of one event have been performed.
    virtual void on_event_end(Now) {}
    /// The deriving class's own deadline, and what to do then.
    virtual protocol::Instant own_deadline() const { return protocol::Instant::max(); }
    virtual void on_own_deadline(Now) {}

    protocol::Bind* machine() noexcept { return bind_ ? &*bind_ : nullptr; }
    void perform(protocol::Actions&& actions, Now now);
    /// Says unbind when the peer's requests have been answered, at the latest after a few seconds;
    /// until then nothing more is read. Then the connection ends.
    void leave_when_answered(Now now);
    /// Looks again at what is waited for: the nearest deadline, and whether to read. Call after
    /// own_deadline() has changed or the machine was told something from outside.
    void rearm();

private:
    void perform_one(protocol::Action& action, Now now);
    void ring(Now now);
    void after_event(Now now);
    void leave_if_answered(Now now);

    std::unique_ptr<Timer> timer_;
    Transport* transport_ = nullptr;
    std::optional<protocol::Bind> bind_;
    std::string address_;
    std::uint64_t epoch_ = 0;
    bool reading_ = true;
    protocol::Instant leave_by_ = protocol::Instant::max();  ///< max: not leaving
};

}  // namespace smppd::smpp
