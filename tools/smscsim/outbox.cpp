// tools/smscsim/outbox.cpp - see outbox.hpp.
#include "tools/smscsim/outbox.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

namespace {

/// The part as the PDU that this side sends.
std::pair<CommandId, Body> body_of(ShortMessage&& message, Side side, bool data_sm) {
    if (data_sm) return {CommandId::data_sm, as_data_sm(message)};
    if (side == Side::smsc) {
        DeliverSm deliver;
        static_cast<ShortMessage&>(deliver) = std::move(message);
        return {CommandId::deliver_sm, std::move(deliver)};
    }
    SubmitSm submit;
    static_cast<ShortMessage&>(submit) = std::move(message);
    return {CommandId::submit_sm, std::move(submit)};
}

}  // namespace

Instant Outbox::Feed::due() const {
    if (spec.rate <= 0) return start;
    const std::chrono::duration<double> since(static_cast<double>(next - 1) / spec.rate);
    return start + std::chrono::duration_cast<Instant::duration>(since);
}

void Outbox::add(MessageSpec spec, Instant now) {
    if (spec.count > 0) feeds_.push_back({std::move(spec), 1, now});
}

void Outbox::add_receipt(DeliverSm receipt, std::string system_id, const std::string& id,
                         Instant due) {
    Envelope envelope;
    envelope.id = ++ids_;
    envelope.message = ++messages_;
    envelope.receipt = true;
    envelope.system_id = std::move(system_id);
    envelope.command = CommandId::deliver_sm;
    envelope.from = receipt.source_addr;
    envelope.to = receipt.destination_addr;
    envelope.text = id;
    envelope.body = std::move(receipt);
    later_.emplace(due, envelope.id);
    envelopes_.emplace(envelope.id, Kept{std::move(envelope), 0});
}

void Outbox::advance(Instant now) {
    for (auto feed = feeds_.begin(); feed != feeds_.end();) {
        while (feed->next <= feed->spec.count && feed->due() <= now && !full()) build_next(*feed);
        feed = feed->next > feed->spec.count ? feeds_.erase(feed) : std::next(feed);
    }
    while (!later_.empty() && later_.begin()->first <= now) {
        const std::uint64_t id = later_.begin()->second;
        later_.erase(later_.begin());
        make_ready(id);
    }
}

void Outbox::build_next(Feed& feed) {
    const Instant due = feed.due();
    const MessageSpec spec = numbered(feed.spec, feed.next++);
    const auto reference = static_cast<std::uint16_t>(options_.first_reference + references_++);
    std::vector<BuiltPart> parts = build_parts(spec, reference);
    const std::uint64_t message = ++messages_;
    for (BuiltPart& part : parts) {
        Envelope envelope;
        envelope.id = ++ids_;
        envelope.message = message;
        envelope.system_id = spec.system_id;
        envelope.from = spec.from;
        envelope.to = spec.to;
        envelope.text = spec.text;
        envelope.part = part.part;
        envelope.total = part.total;
        std::tie(envelope.command, envelope.body) =
            body_of(std::move(part.message), options_.side, spec.data_sm);
        later_.emplace(due + part.after, envelope.id);
        envelopes_.emplace(envelope.id, Kept{std::move(envelope), 0});
    }
}

void Outbox::make_ready(std::uint64_t id) {
    Kept& kept = envelopes_.at(id);
    kept.turn = ++turns_;
    ready_[kept.envelope.system_id].emplace(kept.turn, id);
}

std::vector<std::string> Outbox::ready() const {
    std::vector<std::string> targets;
    for (const auto& [target, turns] : ready_) {
        if (!turns.empty()) targets.push_back(target);
    }
    return targets;
}

const Envelope* Outbox::front(const std::string& system_id) const {
    const auto found = ready_.find(system_id);
    if (found == ready_.end() || found->second.empty()) return nullptr;
    return &envelopes_.at(found->second.begin()->second).envelope;
}

const Envelope& Outbox::sent(std::uint64_t id, Instant now) {
    Kept& kept = envelopes_.at(id);
    ready_.at(kept.envelope.system_id).erase(kept.turn);
    ++kept.envelope.attempts;
    kept.envelope.sent_at = now;
    return kept.envelope;
}

void Outbox::unsendable(std::uint64_t id) {
    const Kept& kept = envelopes_.at(id);
    ready_.at(kept.envelope.system_id).erase(kept.turn);
    envelopes_.erase(id);
    ++refused_;
}

const Envelope* Outbox::in_flight(std::uint64_t id) const {
    const auto found = envelopes_.find(id);
    return found == envelopes_.end() ? nullptr : &found->second.envelope;
}

Fate Outbox::answered(std::uint64_t id, Status status, Instant now) {
    assert(envelopes_.contains(id));
    if (status == ESME_ROK) {
        ++accepted_;
        envelopes_.erase(id);
        return Fate::accepted;
    }
    const auto& statuses = options_.retry_statuses;
    if (std::find(statuses.begin(), statuses.end(), status) != statuses.end()) {
        back_later(id, now);
        return Fate::again;
    }
    ++refused_;
    envelopes_.erase(id);
    return Fate::refused;
}

void Outbox::timed_out(std::uint64_t id, Instant now) { back_later(id, now); }

void Outbox::lost(std::uint64_t id) {
    // Its turn is older than that of anything not yet sent, so it is the first of the next bind.
    const Kept& kept = envelopes_.at(id);
    ready_[kept.envelope.system_id].emplace(kept.turn, id);
}

void Outbox::back_later(std::uint64_t id, Instant now) { later_.emplace(now + options_.retry, id); }

Instant Outbox::deadline() const {
    Instant soonest = later_.empty() ? Instant::max() : later_.begin()->first;
    // A full outbox builds on when something has been answered, not when time passes.
    if (full()) return soonest;
    for (const Feed& feed : feeds_) soonest = std::min(soonest, feed.due());
    return soonest;
}

}  // namespace smppd::smscsim
