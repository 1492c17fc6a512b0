// tools/smscsim/smsc.hpp - the simulator: `smscsim serve`.
#pragma once

#include "tools/smscsim/player.hpp"

namespace smppd::smscsim {

class Smsc final : public Player {
public:
    /// `options` outlives it.
    explicit Smsc(const ServeOptions& options);
    /// Serves until the script, a signal or the time ends it. Returns the exit code. Throws
    /// std::runtime_error when it cannot listen.
    int run();

    void perform(const Command& command) override;
    Met met(const WaitCommand& wait) const override;
    void script_done() override;

    void on_state(Link& link, const protocol::StateChanged& change) override;
    void on_bind_asked(Link& link, const protocol::Pdu& request) override;
    void on_deliver(Link& link, protocol::Pdu request) override;
    void on_gone(Link& link, const std::string& why) override;

private:
    Link* pick(const std::string& system_id) override;
    void finish() override;
    void progress() override;

    void add_link(std::shared_ptr<Connection> connection, protocol::BindOptions options);
    protocol::BindOptions smsc_options() const;
    protocol::Status judge(const protocol::BindRequest& request) const;
    void answer(Link& link, const protocol::Pdu& request, const Submissions::Answer& answer);
    void schedule_receipts(const Submissions::Answer& answer);
    void send_receipt(const std::string& id, std::size_t n);
    void say_submission(const Link& link, const protocol::Pdu& request,
                        const Submissions::Answer& answer);

    // smsc_script.cpp: what scripts ask for.
    void send_pdu(const PduCommand& command);
    void make_fault(const FaultCommand& fault);
    void outbind(const OutbindCommand& command);
    bool idle() const { return outbox_.idle() && receipts_pending_ == 0; }
    std::uint64_t receivers() const;

    struct Faults {
        bool throttle = false, half_open = false, silent = false;
        std::chrono::milliseconds slow{0};
        protocol::Status reject_binds = protocol::ESME_ROK;
    };

    const ServeOptions& options_;
    TlsContext tls_;
    Submissions submissions_;
    std::vector<std::shared_ptr<Link>> links_;
    std::size_t turn_ = 0;  ///< round robin: where pick() begins
    std::uint64_t links_made_ = 0;
    std::size_t receipts_pending_ = 0;
    Faults faults_;
    bool script_done_ = false;
};

}  // namespace smppd::smscsim
