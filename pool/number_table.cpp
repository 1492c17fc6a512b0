// pool/number_table.cpp - the pool's numbers in few octets each.
#include "pool/number_table.hpp"

#include <cassert>

namespace smppd::pool {

Number NumberTable::number(Slot slot) const {
    const NumberRecord& record = at(slot);
    Number number{.number = record.number};
    profiles_.write(record.profile, number);
    number.monthly_cost_micros = record.monthly_cost_micros;
    number.platform = record.platform;
    number.state = record.state;
    number.session = record.session;
    number.changed_at = record.changed_at;
    number.cool_until = record.cool_until;
    number.last_used_at = record.last_used_at;
    number.uses = record.uses;
    number.verified = record.verified;
    number.last_platform = record.last_platform;
    number.after_lease = record.after_lease;
    return number;
}

void NumberTable::put(const Number& number) {
    const NumberRecord record{.number = number.number,
                              .monthly_cost_micros = number.monthly_cost_micros,
                              .changed_at = number.changed_at,
                              .cool_until = number.cool_until,
                              .last_used_at = number.last_used_at,
                              .session = number.session,
                              .uses = static_cast<std::uint32_t>(number.uses),
                              .verified = static_cast<std::uint32_t>(number.verified),
                              .last_platform = number.last_platform,
                              .profile = profiles_.intern(number),
                              .platform = number.platform,
                              .state = number.state,
                              .after_lease = number.after_lease};
    if (const auto slot = find(number.number)) {
        change(*slot, record);
        return;
    }
    Slot slot = static_cast<Slot>(records_.size());
    if (unused_.empty()) {
        records_.push_back(record);
    } else {
        slot = unused_.back();
        unused_.pop_back();
        records_[slot] = record;
    }
    index_.insert(number.number, slot);
    enter(slot);
}

void NumberTable::change(Slot slot, const NumberRecord& after) {
    assert(records_[slot].number == after.number);
    leave(slot);
    records_[slot] = after;
    enter(slot);
}

void NumberTable::erase(E164 number) {
    const auto slot = find(number);
    if (!slot) return;
    leave(*slot);
    index_.erase(number);
    records_[*slot] = {};
    unused_.push_back(*slot);
}

std::optional<Slot> NumberTable::first_cooling() const {
    if (cooling_.empty()) return std::nullopt;
    return cooling_.top().slot;
}

void NumberTable::enter(Slot slot) {
    const NumberRecord& record = at(slot);
    ++counts_[static_cast<std::size_t>(record.state)];
    if (record.state == NumberState::cooling) {
        cooling_.push({record.cool_until, slot}, places_);
    } else if (record.state == NumberState::available && profiles_.at(record.profile).mo) {
        free_.add({record.last_used_at, slot}, record.profile, record.platform);
    }
}

void NumberTable::leave(Slot slot) {
    const NumberRecord& record = at(slot);
    --counts_[static_cast<std::size_t>(record.state)];
    if (record.state == NumberState::cooling) {
        cooling_.erase(slot, places_);
    } else if (record.state == NumberState::available && profiles_.at(record.profile).mo) {
        free_.remove(slot, record.profile, record.platform);
    }
}

}  // namespace smppd::pool
