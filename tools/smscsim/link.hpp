// tools/smscsim/link.hpp - drives one SMPP session over one connection: performs what the session
// says, and comes back when its time has come.
#pragma once

#include "tools/smscsim/connection.hpp"

#include "protocol/bind.hpp"

namespace smppd::smscsim {

class Link;

/// What a link tells. on_gone() comes exactly once, as the last; the owner outlives its links'
/// io_context's run.
class LinkOwner {
public:
    virtual ~LinkOwner() = default;
    virtual void on_state(Link& link, const protocol::StateChanged& change) = 0;
    virtual void on_bind_asked(Link& link, const protocol::Pdu& request) = 0;
    virtual void on_deliver(Link& link, protocol::Pdu request) = 0;
    virtual void on_completed(Link& link, const protocol::Completed& completed) = 0;
    virtual void on_gone(Link& link, const std::string& why) = 0;
};

class Link final : public ConnectionUser, public std::enable_shared_from_this<Link> {
public:
    /// `number` tells links apart in events.
    Link(boost::asio::io_context& io, protocol::BindOptions options, LinkOwner& owner,
         std::uint64_t number);

    /// The connection stands: the session begins.
    void start(std::shared_ptr<Connection> connection);

    std::uint64_t number() const noexcept { return number_; }
    const std::string& address() const noexcept { return address_; }
    const protocol::Bind& bind() const noexcept { return bind_; }
    /// Bound as one that takes messages, with room in its window, and not frozen.
    bool has_room() const { return bind_.may_receive() && bind_.window_free() > 0 && !frozen_; }

    /// Sends a request; its on_completed() bears `token`.
    boost::system::error_code request(const protocol::Body& body, protocol::CommandId id,
                                      std::uint64_t token);
    void respond(const protocol::Header& request, protocol::Status status,
                 const protocol::Body& body);
    /// As above, with the body that this response wants.
    void respond(const protocol::Header& request, protocol::Status status);
    void accept_bind();
    void refuse_bind(protocol::Status status);
    void unbind();
    /// Octets as they are, past the session.
    void raw(protocol::Octets octets);
    /// Breaks the connection with a reset.
    void drop();
    /// Half open: nothing is read, nothing is sent, no timer runs; the connection stands.
    void freeze(bool on);

    void received(protocol::Bytes octets) override;
    void gone(const std::string& why) override;

private:
    void perform(protocol::Actions actions);
    void perform_one(protocol::Action& action);
    void after_event();
    void arm(protocol::Instant deadline);

    LinkOwner& owner_;
    std::uint64_t number_;
    std::string address_;
    protocol::Bind bind_;
    std::shared_ptr<Connection> connection_;
    boost::asio::steady_timer timer_;
    protocol::Instant armed_ = protocol::Instant::max();
    std::string why_closed_;
    bool frozen_ = false;
    protocol::Octets held_;  ///< what a read brought that was under way when it froze
};

inline protocol::Instant now() { return std::chrono::steady_clock::now(); }

}  // namespace smppd::smscsim
