// tools/smscsim/client.hpp - an ESME that shows and answers what arrives, and submits:
// `smscsim client`.
#pragma once

#include "tools/smscsim/joiner.hpp"
#include "tools/smscsim/player.hpp"

#include "protocol/backoff.hpp"

namespace smppd::smscsim {

class Client final : public Player {
public:
    /// `options` outlives it. Throws std::runtime_error for files that cannot be read.
    explicit Client(const ClientOptions& options);
    /// Until the count, the time, the script or a signal ends it. Returns the exit code.
    int run();

    void perform(const Command& command) override;
    Met met(const WaitCommand& wait) const override;
    void script_done() override {}

    void on_state(Link& link, const protocol::StateChanged& change) override;
    void on_bind_asked(Link&, const protocol::Pdu&) override {}  // an SMSC's business
    void on_deliver(Link& link, protocol::Pdu request) override;
    void on_completed(Link& link, const protocol::Completed& completed) override;
    void on_gone(Link& link, const std::string& why) override;

private:
    Link* pick(const std::string& system_id) override;
    void finish() override;

    void connect();
    void connect_again(const std::string& why);
    void answer(Link& link, const protocol::Header& request);
    void show(const protocol::Pdu& request);
    void show_message(const Shown& message);
    void show_receipt(const protocol::Inbound& inbound);
    void end_when_counted();
    void ask(const AskCommand& command);
    bool bound() const { return link_ && link_->bind().state() == protocol::BindState::bound; }

    const ClientOptions& options_;
    TlsContext tls_;
    protocol::Backoff backoff_;
    Joiner joiner_;
    std::shared_ptr<Link> link_;
    std::uint64_t links_made_ = 0, received_ = 0, asked_ = 0;
    std::size_t answers_pending_ = 0;
    bool ever_bound_ = false;
    protocol::Status refused_with_ = protocol::ESME_ROK;
};

}  // namespace smppd::smscsim
