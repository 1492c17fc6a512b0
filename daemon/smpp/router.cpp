// daemon/smpp/router.cpp - see router.hpp.
#include "daemon/smpp/router.hpp"

#include "daemon/log.hpp"
#include "daemon/smpp/records.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace std::chrono_literals;
using protocol::Status;

namespace {

// A carrier that never takes our answer must not fill the store with its redeliveries.
constexpr unsigned traced_again_max = 20;

}  // namespace

/// One PDU on its way through the router.
struct Router::Arrival {
    const Origin& origin;
    Now now;
    std::uint64_t key = 0;
    Answer answer;
};

Router::Router(Parts parts, std::uint64_t salt)
    : parts_(std::move(parts)),
      salt_(salt),
      timer_(parts_.timers.timer([this](Now now) { ring(now); })),
      alive_(std::make_shared<bool>(true)) {}

Router::~Router() { *alive_ = false; }

void Router::inbound(const Origin& origin, const protocol::Pdu& pdu, Now now, Answer answer) {
    protocol::Inbound in = protocol::read_inbound(pdu, origin.profile);
    Arrival arrival{origin, now, key_of(salt_ ^ origin.lease, origin.carrier, in),
                    std::move(answer)};
    if (in.receipt) {
        if (!known(arrival, false)) receipt(arrival, std::move(in));
    } else if (in.user_data.part) {
        part(arrival, std::move(in));
    } else {
        if (!known(arrival, true)) whole(arrival, std::move(in));
    }
}

/// `traced`: it is a message, and that it came again belongs to its story.
bool Router::known(Arrival& arrival, bool traced) {
    const pool::Id earlier = parts_.duplicates.find(arrival.key, arrival.now.wall);
    if (earlier == 0) return false;
    if (traced) trace_again(arrival, earlier);
    answer_again(arrival, earlier);
    return true;
}

void Router::trace_again(const Arrival& arrival, pool::Id earlier) {
    const unsigned times = parts_.duplicates.again(arrival.key);
    if (times == 0 || times > traced_again_max) return;
    changes_.push_back(pool::TraceAdded{
        {earlier, arrival.now.wall, "duplicate_dropped",
         "carrier=" + arrival.origin.carrier + " bind=" + std::to_string(arrival.origin.bind)}});
}

void Router::answer_again(Arrival& arrival, pool::Id earlier) {
    ++arrival.origin.counters.duplicates;
    // What is still on its way to the disk is not promised yet.
    if (Recording* recording = under_way(earlier)) {
        recording->again.push_back(std::move(arrival.answer));
        return;
    }
    log::debug("duplicate_dropped",
               {{"carrier", arrival.origin.carrier}, {"earlier", pool::id_text(earlier)}});
    arrival.answer(protocol::ESME_ROK, arrival.now);
}

Router::Recording* Router::under_way(pool::Id id) {
    const auto in = [id](Batch& batch) -> Recording* {
        const auto found = std::ranges::lower_bound(batch, id, {}, &Recording::id);
        return found != batch.end() && found->id == id ? &*found : nullptr;
    };
    for (const auto& batch : under_way_) {
        if (Recording* found = in(*batch)) return found;
    }
    return in(batch_);
}

pool::Ownership Router::owner(const Arrival& arrival, const protocol::Inbound& in) const {
    if (!in.destination_number) return {{}, pool::Unowned::bad_destination};
    return parts_.pool.owner_of(*in.destination_number, arrival.origin.carrier, arrival.now.wall);
}

void Router::receipt(Arrival& arrival, protocol::Inbound&& in) {
    ++arrival.origin.counters.receipts;
    const pool::Id id = parts_.ids.next(arrival.now.wall);
    changes_.push_back(pool::ReceiptAdded{receipt_record(
        id, arrival.origin.carrier, arrival.origin.bind, std::move(in), arrival.now)});
    record(arrival, id);
}

void Router::whole(Arrival& arrival, protocol::Inbound&& in) {
    ++arrival.origin.counters.messages;
    const pool::Ownership ownership = owner(arrival, in);
    const pool::Id id = parts_.ids.next(arrival.now.wall);
    auto message = std::make_shared<pool::Message>(
        whole_message(id, arrival.origin.carrier, arrival.origin.bind, std::move(in), arrival.now));
    message->duplicate_key = arrival.key;
    message->owner = ownership.owner;
    message->unowned = ownership.why;
    if (message->owner.platform == 0) {
        message->state = pool::MessageState::unowned;
        ++arrival.origin.counters.unowned;
    }
    Recording& recording = record(arrival, id);
    arrived(*message, recording, arrival.now);
    changes_.push_back(pool::MessageAdded{message});
    recording.message = std::move(message);
}

void Router::arrived(pool::Message& message, Recording& recording, Now now) {
    pool::Changes made = parts_.pool.arrived(message, now.wall);
    for (pool::Change& change : made) {
        // What memory has to take back is kept; texts in events need not be held for that.
        if (!std::holds_alternative<pool::EventAdded>(change)) recording.pool.push_back(change);
        changes_.push_back(std::move(change));
    }
}

void Router::part(Arrival& arrival, protocol::Inbound&& in) {
    const pool::Ownership ownership = owner(arrival, in);
    pool::Part part =
        part_record(0, arrival.origin.carrier, arrival.origin.bind, std::move(in), arrival.now);
    const pool::Id earlier = parts_.duplicates.find(arrival.key, arrival.now.wall);
    if (earlier != 0 && !parts_.assembler.lacks(part)) {
        trace_again(arrival, earlier);
        return answer_again(arrival, earlier);
    }
    ++arrival.origin.counters.messages;
    part.id = parts_.ids.next(arrival.now.wall);
    part.duplicate_key = arrival.key;
    part.owner = ownership.owner;
    part.unowned = ownership.why;
    add_part(arrival, std::move(part), earlier);
}

void Router::add_part(Arrival& arrival, pool::Part part, pool::Id earlier) {
    const pool::Id id = part.id;
    auto added = parts_.assembler.add(std::move(part), arrival.origin.profile.reassembly);
    if (!added) {
        log::warning("assembler_full", {{"carrier", arrival.origin.carrier}});
        ++arrival.origin.counters.refused;
        arrival.answer(arrival.origin.profile.retry_status, arrival.now);
        return;
    }
    if (added->duplicate) return answer_again(arrival, added->part.id);
    changes_.push_back(pool::PartAdded{added->part});
    Recording& recording = record(arrival, id, earlier);
    if (added->complete) {
        auto made =
            assembled_message(parts_.ids.next(arrival.now.wall), *added->complete, arrival.now);
        if (made->owner.platform == 0) ++arrival.origin.counters.unowned;
        arrived(*made, recording, arrival.now);
        changes_.push_back(pool::MessageAdded{made});
        changes_.push_back(pool::PartsClosed{added->complete->id, arrival.now.wall});
        recording.message = std::move(made);
    }
    recording.undo = [this, kept = std::make_shared<pool::Assembler::Added>(std::move(*added))] {
        parts_.assembler.revert(*kept);
    };
    rearm();
}

/// What `arrival` brought, in the next commit; its changes are the caller's to add. `earlier`: what
/// its key meant until now.
Router::Recording& Router::record(Arrival& arrival, pool::Id id, pool::Id earlier) {
    ++pending_;
    Recording& recording = batch_.emplace_back();
    recording.id = id;
    recording.key = arrival.key;
    recording.earlier = earlier;
    recording.until = arrival.now.wall + arrival.origin.profile.duplicates;
    parts_.duplicates.add(recording.key, id, recording.until);
    recording.retry = arrival.origin.profile.retry_status;
    recording.counters = &arrival.origin.counters;
    recording.answer = std::move(arrival.answer);
    return recording;
}

void Router::commit(Now now) {
    if (batch_.empty() && changes_.empty()) return;
    parts_.duplicates.sweep(now.wall, 16 * batch_.size());
    auto batch = std::make_shared<Batch>(std::exchange(batch_, {}));
    under_way_.push_back(batch);
    parts_.committer.commit(std::exchange(changes_, {}),
                            [this, alive = alive_, batch](std::error_code error) {
                                if (*alive) committed(batch, error);
                            });
}

void Router::committed(const std::shared_ptr<Batch>& batch, std::error_code error) {
    std::erase(under_way_, batch);
    pending_ -= batch->size();
    const Now now = parts_.timers.now();
    if (error) {
        // As if they had never come, the newest first; the carriers send them again.
        for (auto one = batch->rbegin(); one != batch->rend(); ++one) take_back(*one, now);
        return rearm();
    }
    bool messages = false;
    for (const Recording& one : *batch) {
        if (one.answer) one.answer(protocol::ESME_ROK, now);
        for (const Answer& answer : one.again) answer(protocol::ESME_ROK, now);
        if (!one.message) continue;
        recorded(one.message, now);
        messages = true;
    }
    if (messages) parts_.recorded();
}

void Router::take_back(Recording& recording, Now now) {
    if (recording.undo) recording.undo();
    parts_.pool.revert(recording.pool);
    if (recording.key != 0) parts_.duplicates.remove(recording.key);
    if (recording.earlier != 0)
        parts_.duplicates.add(recording.key, recording.earlier, recording.until);
    if (!recording.answer) return;
    recording.counters->refused += 1 + recording.again.size();
    recording.answer(recording.retry, now);
    for (const Answer& answer : recording.again) answer(recording.retry, now);
}

void Router::recorded(const MessagePtr& message, Now now) {
    if (message->incomplete) {
        log::info("message_incomplete", {{"id", pool::id_text(message->id)},
                                         {"carrier", message->carrier},
                                         {"parts", message->parts},
                                         {"expected", message->parts_expected}});
    }
    if (message->state == pool::MessageState::waiting) parts_.dispatcher.message(message, now);
}

void Router::give_up(pool::Assembly assembly, Now now) {
    auto message = assembled_message(parts_.ids.next(now.wall), assembly, now);
    ++pending_;
    Recording& recording = batch_.emplace_back();
    recording.id = message->id;
    arrived(*message, recording, now);
    changes_.push_back(pool::MessageAdded{message});
    changes_.push_back(pool::PartsClosed{assembly.id, now.wall});
    recording.message = std::move(message);
    recording.undo = [this, kept = std::make_shared<pool::Assembly>(std::move(assembly))] {
        parts_.assembler.put_back(std::move(*kept), parts_.timers.now().wall + 5s);
    };
}

void Router::ring(Now now) {
    for (pool::Assembly& assembly : parts_.assembler.expired(now.wall)) {
        give_up(std::move(assembly), now);
    }
    commit(now);
    rearm();
}

void Router::rearm() {
    const pool::WallTime deadline = parts_.assembler.deadline();
    if (deadline == pool::WallTime::max()) {
        timer_->at(protocol::Instant::max());
        return;
    }
    // The wall clock may be set meanwhile: look again within a minute.
    const Now now = parts_.timers.now();
    const auto wait = std::clamp<std::chrono::milliseconds>(deadline - now.wall, 0ms, 60s);
    timer_->at(now.mono + wait);
}

}  // namespace smppd::smpp
