// daemon/sandbox/sandbox.hpp - the built-in simulated carrier: what a session of the sandbox waits
// for comes as a deliver_sm by the way of every other message.
#pragma once

#include "daemon/notify/announcer.hpp"
#include "daemon/sandbox/outcomes.hpp"
#include "daemon/smpp/router.hpp"

#include <map>

namespace smppd::sandbox {

class Sandbox final : public notify::Audience {
public:
    struct Parts {
        pool::Pool& pool;
        pool::Ids& ids;
        store::Committer& committer;
        smpp::Router& router;
        smpp::Timers& timers;
    };
    explicit Sandbox(Parts parts);
    ~Sandbox() override;

    /// Adds the sandbox's numbers that the pool lacks.
    void import(protocol::WallTime now);
    /// At start, after import(): what the sessions under way wait for still comes, at its time.
    void resume(smpp::Now now);
    /// A session that got one of its numbers, by lease or swap, has its messages sent.
    void announced(std::span<const notify::Announcement> news) override;
    /// Messages that are still to be sent.
    std::size_t waiting() const noexcept { return due_.size(); }

private:
    void begin(const pool::Event& event);
    /// Has the messages of the session's number sent, as if it had been leased `ago`.
    void send_to(const pool::Session& session, Outcome outcome, std::chrono::milliseconds ago,
                 smpp::Now now);
    void carrier_down(const pool::Event& event, protocol::WallTime now);
    /// What is to be sent, and for which lease: of one that has ended it is not sent.
    struct Due {
        protocol::DeliverSm pdu;
        pool::Id session = 0;
        pool::WallTime leased_at{};
    };
    void deliver(const Due& due, smpp::Now now);
    void ring(smpp::Now now);
    void rearm();

    Parts parts_;
    std::unique_ptr<smpp::Timer> timer_;
    std::multimap<protocol::Instant, Due> due_;
    const std::string carrier_{carrier_name};
    const protocol::Profile profile_;
    smpp::InboundCounters counters_;
    std::uint32_t sequence_ = 0;
    std::uint8_t reference_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace smppd::sandbox
