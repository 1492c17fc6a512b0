// daemon/sandbox/sandbox.cpp - see sandbox.hpp.
#include "daemon/sandbox/sandbox.hpp"

#include "daemon/log.hpp"
#include "protocol/decode.hpp"
#include "protocol/encode.hpp"

#include <algorithm>
#include <utility>

namespace smppd::sandbox {

using smpp::Now;

namespace {

/// Messages that wait; beyond it new sessions of the sandbox hear nothing.
constexpr std::size_t waiting_max = 10'000;

}  // namespace

Sandbox::Sandbox(Parts parts)
    : parts_(parts), timer_(parts.timers.timer([this](Now now) { ring(now); })) {}

Sandbox::~Sandbox() { *alive_ = false; }

void Sandbox::import(protocol::WallTime now) {
    pool::Changes changes;
    for (pool::Number& number : all_numbers()) {
        if (parts_.pool.number(number.number)) continue;
        auto added = parts_.pool.import_number(std::move(number), now);
        if (added) std::move(added->begin(), added->end(), std::back_inserter(changes));
    }
    if (changes.empty()) return;
    auto kept = std::make_shared<pool::Changes>(changes);
    parts_.committer.commit(std::move(changes),
                            [this, alive = alive_, kept](std::error_code error) {
                                if (!error || !*alive) return;
                                parts_.pool.revert(*kept);
                                log::warning("sandbox_not_made", {{"reason", error.message()}});
                            });
}

void Sandbox::announced(std::span<const notify::Announcement> news) {
    for (const notify::Announcement& one : news) {
        const pool::Event& event = *one.event;
        const bool begins = event.type == pool::EventType::session_created ||
                            event.type == pool::EventType::session_swapped;
        if (event.test && begins) begin(event);
    }
}

void Sandbox::begin(const pool::Event& event) {
    const auto outcome = outcome_of(event.number);
    const auto session = parts_.pool.session(event.session);
    if (!outcome || !session) return;
    const Now now = parts_.timers.now();
    if (*outcome == Outcome::carrier_down) return carrier_down(event, now.wall);
    send_to(*session, *outcome, std::chrono::milliseconds{0}, now);
}

void Sandbox::resume(Now now) {
    for (std::size_t i = 1; i <= outcomes; ++i)
        for (unsigned index = 1; index <= numbers_each; ++index) {
            const auto outcome = static_cast<Outcome>(i);
            const auto number = parts_.pool.number(number_of(outcome, index));
            const auto session = number ? parts_.pool.session(number->session) : std::nullopt;
            // What has arrived is recorded; what had not when the daemon ended is sent anew.
            if (session && session->holds() && session->arrived.messages == 0)
                send_to(*session, outcome, now.wall - session->leased_at, now);
        }
}

void Sandbox::send_to(const pool::Session& session, Outcome outcome, std::chrono::milliseconds ago,
                      Now now) {
    if (due_.size() >= waiting_max) return;
    std::string expected;
    const auto& workflows = parts_.pool.workflows();
    const auto workflow = workflows.find(session.workflow);
    const auto& senders = session.expected_senders.empty() && workflow != workflows.end()
                              ? workflow->second.expected_senders
                              : session.expected_senders;
    if (!senders.empty() && !senders.front().ends_with('*')) expected = senders.front();
    for (Sent& sent : messages_of(outcome, session.number, expected, ++reference_))
        due_.emplace(now.mono + std::max(sent.after - ago, std::chrono::milliseconds{0}),
                     Due{std::move(sent.pdu), session.id, session.leased_at});
    rearm();
}

void Sandbox::carrier_down(const pool::Event& cause, protocol::WallTime now) {
    pool::Event event;
    event.id = parts_.ids.next(now);
    event.type = pool::EventType::carrier_down;
    event.platform = cause.platform;
    event.session = cause.session;
    event.test = true;
    event.at = now;
    event.token = cause.token;
    event.number = cause.number;
    event.subject = carrier_name;
    event.reason = "simulated";
    pool::Changes changes;
    changes.emplace_back(pool::EventAdded{std::move(event)});
    parts_.committer.commit(std::move(changes), [](std::error_code) {});
}

void Sandbox::deliver(const Due& due, Now now) {
    const auto session = parts_.pool.session(due.session);
    if (!session || !session->holds() || session->leased_at != due.leased_at) return;
    // Through the octets, as from a socket: what cannot be packed or read would show here too.
    protocol::Header header;
    header.command_id = protocol::CommandId::deliver_sm;
    header.sequence_number = ++sequence_;
    const auto octets = protocol::encode(header, due.pdu);
    if (!octets) return log::error("sandbox_not_sent", {{"reason", octets.error().message()}});
    const auto decoded = protocol::decode(*octets);
    if (decoded.fault != protocol::ESME_ROK)
        return log::error("sandbox_not_sent", {{"reason", "not readable"}});
    parts_.router.inbound({carrier_, 1, profile_, counters_, due.session}, decoded.pdu, now,
                          [](protocol::Status, Now) {});
}

void Sandbox::ring(Now now) {
    while (!due_.empty() && due_.begin()->first <= now.mono) {
        const auto next = due_.extract(due_.begin());
        deliver(next.mapped(), now);
    }
    parts_.router.commit(now);
    rearm();
}

void Sandbox::rearm() { timer_->at(due_.empty() ? protocol::Instant::max() : due_.begin()->first); }

}  // namespace smppd::sandbox
