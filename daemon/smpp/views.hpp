// daemon/smpp/views.hpp - what the outside sees of carriers and binds, and the little it may do.
// Values only: who holds a view cannot reach a link.
#pragma once

#include "protocol/bind.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smppd::smpp {

struct BindView {
    std::string id;  ///< "acme/1" for a carrier's, "acme/outbind-7"; "platform/12" for a platform's
    std::string carrier;   ///< or empty
    std::string platform;  ///< or empty
    std::string system_id;
    std::string type;     ///< "transceiver"
    std::string state;    ///< "bound", "binding", "connecting", "waiting", "stopped", ...
    std::string address;  ///< host:port it is connected to, or will be
    bool tls = false;
    protocol::WallTime since{};            ///< when this state began
    protocol::WallTime next_attempt_at{};  ///< state waiting
    std::string last_error;  ///< why it is not bound, in words; empty when all is well
    /// Of the last enquire_link of ours that was answered; absent: none was yet.
    std::optional<std::chrono::nanoseconds> round_trip;
    std::uint64_t messages = 0;  ///< carriers: received; platforms: acknowledged by it
    std::uint64_t refused = 0;   ///< answered with an error
    std::uint32_t in_flight = 0, window = 0;
    protocol::BindCounters counters;
};

struct CarrierView {
    struct Alarm {
        std::string word;        ///< "bad_credentials", "silence", ...
        std::uint32_t bind = 0;  ///< 0: all of them, or those for outbind
    };
    std::string name, profile;
    bool stopped = false;
    bool draining = false;  ///< its numbers are not leased; it stops when no session has one
    std::uint32_t binds_bound = 0, binds = 0;
    std::string alarm;          ///< the gravest one's word, or empty
    std::vector<Alarm> alarms;  ///< all of them, the gravest first
    protocol::WallTime last_message_at{};
    std::uint64_t messages = 0, receipts = 0, duplicates = 0, unowned = 0;
};

/// What became of an enquire_link that was asked for.
struct ProbeResult {
    std::string bind;                                    ///< as BindView::id
    std::string state;                                   ///< as BindView::state, when it was asked
    std::optional<std::chrono::nanoseconds> round_trip;  ///< absent: it was not answered
    std::string error;                                   ///< why not, in words
};

/// What an admin may do to carriers. Implemented by the set of carriers.
class CarrierControl {
public:
    virtual ~CarrierControl() = default;
    virtual std::vector<CarrierView> carriers() const = 0;
    virtual std::vector<BindView> binds() const = 0;  ///< of carriers and of platforms
    /// Unbinds and stays away until started; `bind` from 1, 0: all. False: no such carrier or bind.
    virtual bool stop(const std::string& carrier, std::uint32_t bind) = 0;
    virtual bool start(const std::string& carrier, std::uint32_t bind) = 0;
    /// Its numbers are leased to nobody from now on; when no session has one any more it is
    /// stopped. start() and stop() end that. False: no such carrier.
    virtual bool drain(const std::string& carrier) = 0;
    /// Asks the peers of a carrier's binds for a sign of life (`bind` as for stop()); `done` gets
    /// one result a bind, when all are known. Dropped when the binds go meanwhile.
    virtual bool probe(const std::string& carrier, std::uint32_t bind,
                       std::function<void(std::vector<ProbeResult>)> done) = 0;
    /// Unbinds one platform bind by its view's id ("platform/12"); it may come back.
    virtual bool disconnect(const std::string& id) = 0;
};

}  // namespace smppd::smpp
