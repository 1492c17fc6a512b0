// daemon/smpp/router.cpp - see router.hpp.
#include "daemon/smpp/router.hpp"

#include "daemon/log.hpp"
#include "daemon/smpp/records.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace std::chrono_literals;
using protocol::Status;

/// One PDU on its way through the router.
struct Router::Arrival {
    const Origin& origin;
    Now now;
    std::uint64_t key = 0;
    std::function<void(Status)> answer;
};

Router::Router(Parts parts, std::uint64_t salt)
    : parts_(std::move(parts)),
      salt_(salt),
      timer_(parts_.timers.timer([this](Now now) { ring(now); })),
      alive_(std::make_shared<bool>(true)) {}

Router::~Router() { *alive_ = false; }

void Router::inbound(const Origin& origin, const protocol::Pdu& pdu, Now now,
                     std::function<void(Status)> answer) {
    protocol::Inbound in = protocol::read_inbound(pdu, origin.profile);
    parts_.duplicates.sweep(now.wall, 16);
    Arrival arrival{origin, now, key_of(salt_, origin.carrier, in), std::move(answer)};
    if (known(arrival)) return;
    if (in.receipt) {
        receipt(arrival, std::move(in));
    } else if (in.user_data.part) {
        part(arrival, std::move(in));
    } else {
        whole(arrival, std::move(in));
    }
}

bool Router::known(const Arrival& arrival) {
    const pool::Id earlier = parts_.duplicates.find(arrival.key, arrival.now.wall);
    if (earlier == 0) return false;
    answer_again(arrival, earlier);
    return true;
}

void Router::answer_again(const Arrival& arrival, pool::Id earlier) {
    ++arrival.origin.counters.duplicates;
    // What is still on its way to the disk is not promised yet.
    if (const auto waits = uncommitted_.find(earlier); waits != uncommitted_.end()) {
        waits->second.push_back(arrival.answer);
        return;
    }
    log::debug("duplicate_dropped",
               {{"carrier", arrival.origin.carrier}, {"earlier", pool::id_text(earlier)}});
    arrival.answer(protocol::ESME_ROK);
}

pool::Ownership Router::owner(const Arrival& arrival, const protocol::Inbound& in) const {
    if (!in.destination_number) return {{}, pool::Unowned::bad_destination};
    return parts_.pool.owner_of(*in.destination_number, arrival.origin.carrier, arrival.now.wall);
}

void Router::receipt(const Arrival& arrival, protocol::Inbound&& in) {
    ++arrival.origin.counters.receipts;
    const pool::Id id = parts_.ids.next(arrival.now.wall);
    pool::Changes changes;
    changes.push_back(pool::ReceiptAdded{receipt_record(
        id, arrival.origin.carrier, arrival.origin.bind, std::move(in), arrival.now)});
    record(arrival, id, std::move(changes), nullptr, [] {});
}

void Router::whole(const Arrival& arrival, protocol::Inbound&& in) {
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
    pool::Changes changes;
    changes.push_back(pool::MessageAdded{*message});
    record(arrival, id, std::move(changes), std::move(message), [] {});
}

void Router::part(const Arrival& arrival, protocol::Inbound&& in) {
    ++arrival.origin.counters.messages;
    const pool::Ownership ownership = owner(arrival, in);
    const pool::Id id = parts_.ids.next(arrival.now.wall);
    pool::Part part =
        part_record(id, arrival.origin.carrier, arrival.origin.bind, std::move(in), arrival.now);
    part.duplicate_key = arrival.key;
    part.owner = ownership.owner;
    part.unowned = ownership.why;
    auto added = parts_.assembler.add(std::move(part), arrival.origin.profile.reassembly);
    if (!added) {
        log::warning("assembler_full", {{"carrier", arrival.origin.carrier}});
        ++arrival.origin.counters.refused;
        arrival.answer(arrival.origin.profile.retry_status);
        return;
    }
    if (added->duplicate) return answer_again(arrival, added->part.id);
    pool::Changes changes;
    changes.push_back(pool::PartAdded{added->part});
    MessagePtr message;
    if (added->complete) {
        auto made =
            assembled_message(parts_.ids.next(arrival.now.wall), *added->complete, arrival.now);
        if (made->owner.platform == 0) ++arrival.origin.counters.unowned;
        changes.push_back(pool::MessageAdded{*made});
        changes.push_back(pool::PartsClosed{added->complete->id, arrival.now.wall});
        message = std::move(made);
    }
    auto undo = [this, kept = std::make_shared<pool::Assembler::Added>(std::move(*added))] {
        parts_.assembler.revert(*kept);
    };
    record(arrival, id, std::move(changes), std::move(message), std::move(undo));
    rearm();
}

void Router::record(const Arrival& arrival, pool::Id id, pool::Changes changes, MessagePtr message,
                    std::function<void()> undo) {
    parts_.duplicates.add(arrival.key, id, arrival.now.wall + arrival.origin.profile.duplicates);
    uncommitted_[id].push_back(arrival.answer);
    ++pending_;
    auto done = [this, alive = alive_, id, key = arrival.key, message = std::move(message),
                 undo = std::move(undo), retry = arrival.origin.profile.retry_status,
                 counters = &arrival.origin.counters](std::error_code error) {
        if (!*alive) return;
        --pending_;
        auto waiting = uncommitted_.extract(id);
        if (error) {
            // As if it had never come: the carrier sends it again.
            undo();
            parts_.duplicates.remove(key);
            counters->refused += waiting.mapped().size();
            for (const auto& answer : waiting.mapped()) answer(retry);
            return;
        }
        for (const auto& answer : waiting.mapped()) answer(protocol::ESME_ROK);
        if (message) recorded(message);
    };
    parts_.committer.commit(std::move(changes), std::move(done));
}

void Router::recorded(MessagePtr message) {
    if (message->state == pool::MessageState::waiting) {
        parts_.dispatcher.message(std::move(message), parts_.timers.now());
    }
    parts_.recorded();
}

void Router::give_up(pool::Assembly assembly, Now now) {
    const pool::Id id = assembly.id;
    auto message = assembled_message(parts_.ids.next(now.wall), assembly, now);
    pool::Changes changes;
    changes.push_back(pool::MessageAdded{*message});
    changes.push_back(pool::PartsClosed{id, now.wall});
    ++pending_;
    parts_.committer.commit(
        std::move(changes),
        [this, alive = alive_, message = MessagePtr(std::move(message)),
         kept = std::make_shared<pool::Assembly>(std::move(assembly))](std::error_code error) {
            if (!*alive) return;
            --pending_;
            if (error) {
                parts_.assembler.put_back(std::move(*kept), parts_.timers.now().wall + 5s);
                rearm();
                return;
            }
            log::info("message_incomplete", {{"id", pool::id_text(message->id)},
                                             {"carrier", message->carrier},
                                             {"parts", message->parts},
                                             {"expected", message->parts_expected}});
            recorded(message);
        });
}

void Router::ring(Now now) {
    for (pool::Assembly& assembly : parts_.assembler.expired(now.wall)) {
        give_up(std::move(assembly), now);
    }
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
