// pool/pool_numbers.cpp - the pool's numbers: import, assignment, listing.
#include "pool/pool_state.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr E164 number_min = 100;                  // 3 digits
constexpr E164 number_max = 999'999'999'999'999;  // 15 digits, E.164 §6.2.1
constexpr std::size_t digits_max = 15;

/// The ranges of numbers that begin with the digits, ascending; none for other text.
std::vector<std::pair<E164, E164>> ranges_of(std::string_view prefix) {
    std::vector<std::pair<E164, E164>> ranges;
    if (prefix.empty()) return {{0, number_max}};
    const bool digits =
        std::all_of(prefix.begin(), prefix.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || prefix.size() > digits_max || prefix.front() == '0') return ranges;
    E164 low = 0;
    for (const char c : prefix) low = low * 10 + static_cast<E164>(c - '0');
    E164 width = 1;
    for (std::size_t length = prefix.size(); length <= digits_max; ++length) {
        ranges.emplace_back(low, low + width - 1);
        low *= 10;
        width *= 10;
    }
    return ranges;
}

/// A NumberFilter whose texts are looked up once.
class Matcher {
public:
    Matcher(const NumberFilter& filter, const NumberTable& numbers, const SessionTable& sessions)
        : filter_(filter), numbers_(numbers), sessions_(sessions) {
        wanted_.country = word(filter.country);
        wanted_.carrier = word(filter.carrier);
        wanted_.area = word(filter.area);
        wanted_.tag = word(filter.tag);
        if (!filter.not_carrier.empty()) unwanted_ = numbers.words().find(filter.not_carrier);
    }
    /// Whether a number can match at all: all the filter's words are known.
    bool possible() const noexcept { return possible_; }
    bool operator()(Slot slot) const {
        const NumberRecord& record = numbers_.at(slot);
        if (filter_.state && record.state != *filter_.state) return false;
        const Profile& profile = numbers_.profile(slot);
        if (!wanted_.fits(profile) || (unwanted_ && profile.carrier == *unwanted_)) return false;
        return filter_.platform == 0 || record.platform == filter_.platform || leased_by(record);
    }

private:
    Word word(const std::string& text) {
        const auto found = numbers_.words().find(text);
        possible_ = possible_ && found.has_value();
        return found.value_or(0);
    }
    bool leased_by(const NumberRecord& record) const {
        if (record.state != NumberState::leased) return false;
        const Session* session = sessions_.find(record.session);
        return session != nullptr && session->platform == filter_.platform;
    }

    const NumberFilter& filter_;
    const NumberTable& numbers_;
    const SessionTable& sessions_;
    bool possible_ = true;
    Wanted wanted_;
    std::optional<Word> unwanted_;
};

/// A number that is new to the pool.
Result<Number> fresh(Number number, WallTime now) {
    if (number.state == NumberState::leased) return Errc::bad_value;
    number.session = 0;
    number.changed_at = now;
    if (number.last_used_at == WallTime{}) number.last_used_at = now;
    if (number.state != NumberState::cooling) number.cool_until = {};
    return number;
}

/// May be given to a platform for good.
bool can_be_assigned(NumberState state) noexcept {
    return state == NumberState::available || state == NumberState::cooling ||
           state == NumberState::reserved;
}

}  // namespace

void Pool::State::change(Slot slot, const NumberRecord& after, Changes& changes) {
    NumberPut put{numbers.number(slot), std::nullopt};
    numbers.change(slot, after);
    put.after = numbers.number(slot);
    changes.emplace_back(std::move(put));
}

Result<Number> Pool::State::imported(Number number, WallTime now) const {
    if (number.number < number_min || number.number > number_max) return Errc::bad_value;
    if (number.platform != 0 && !has_platform(number.platform)) return Errc::bad_value;
    const bool for_good = number.state == NumberState::assigned;
    if (for_good && number.platform == 0) return Errc::bad_value;
    const auto slot = numbers.find(number.number);
    if (!slot) return fresh(std::move(number), now);

    const NumberRecord& known = numbers.at(*slot);
    const bool gets_owner =
        for_good && (known.state != NumberState::assigned || known.platform != number.platform);
    if (gets_owner && known.state != NumberState::assigned && !can_be_assigned(known.state))
        return Errc::not_available;
    // Only an import that says `assigned` changes whose an assigned number is.
    if (known.state == NumberState::assigned && !for_good) number.platform = known.platform;
    number.state = gets_owner ? NumberState::assigned : known.state;
    number.session = known.session;
    number.changed_at = gets_owner ? now : known.changed_at;
    const bool rests = number.state == NumberState::cooling || number.state == NumberState::leased;
    number.cool_until = rests ? known.cool_until : WallTime{};
    number.last_used_at = known.last_used_at;
    number.uses = known.uses;
    number.verified = known.verified;
    number.last_platform = known.last_platform;
    number.after_lease = known.after_lease;
    return number;
}

Result<Changes> Pool::import_number(Number number, WallTime now) {
    auto after = state_->imported(std::move(number), now);
    if (!after) return after.error();
    NumberPut put{this->number(after->number), std::nullopt};
    state_->numbers.put(*after);
    put.after = std::move(*after);
    return Changes{std::move(put)};
}

Result<void> Pool::can_import(const Number& number, WallTime now) const {
    const auto after = state_->imported(number, now);
    if (!after) return after.error();
    return {};
}

Result<Changes> Pool::assign(E164 number, PlatformId platform, WallTime now) {
    const auto slot = state_->numbers.find(number);
    if (!slot || !state_->has_platform(platform)) return Errc::not_found;
    NumberRecord after = state_->numbers.at(*slot);
    if (!can_be_assigned(after.state)) return Errc::not_available;
    after.state = NumberState::assigned;
    after.platform = platform;
    after.changed_at = now;
    after.cool_until = {};
    Changes changes;
    state_->change(*slot, after, changes);
    return changes;
}

Result<Changes> Pool::unassign(E164 number, WallTime now) {
    const auto slot = state_->numbers.find(number);
    if (!slot) return Errc::not_found;
    NumberRecord after = state_->numbers.at(*slot);
    if (after.state != NumberState::assigned) return Errc::not_available;
    after = state_->cooled(after, now, nullptr);
    after.platform = 0;
    Changes changes;
    state_->change(*slot, after, changes);
    return changes;
}

Result<Changes> Pool::set_state(E164 number, NumberState wanted, WallTime now) {
    const bool known = wanted == NumberState::available || wanted == NumberState::reserved ||
                       wanted == NumberState::disabled || wanted == NumberState::retired;
    if (!known) return Errc::bad_value;
    const auto slot = state_->numbers.find(number);
    if (!slot) return Errc::not_found;
    NumberRecord after = state_->numbers.at(*slot);
    Changes changes;
    if (after.state == NumberState::leased) {
        const auto then = wanted == NumberState::available ? NumberState::cooling : wanted;
        if (after.after_lease == then) return changes;
        after.after_lease = then;
        state_->change(*slot, after, changes);
        return changes;
    }
    if (after.state == wanted) return changes;
    if (after.state == NumberState::assigned || after.state == NumberState::retired)
        return Errc::not_available;
    after.state = wanted;
    after.cool_until = {};
    after.changed_at = now;
    state_->change(*slot, after, changes);
    return changes;
}

Result<Changes> Pool::quarantine(E164 number, WallTime until, std::string reason, WallTime now) {
    const auto slot = state_->numbers.find(number);
    if (!slot) return Errc::not_found;
    NumberRecord after = state_->numbers.at(*slot);
    const bool may = after.state == NumberState::available || after.state == NumberState::cooling ||
                     after.state == NumberState::leased;
    if (!may) return Errc::not_available;
    if (until <= now) return Errc::bad_value;
    Changes changes;
    if (after.state != NumberState::leased) after.state = NumberState::cooling;
    after.cool_until = std::max(until, after.cool_until);
    after.changed_at = now;
    state_->change(*slot, after, changes);
    Event event;
    event.id = state_->event_id(now);
    // Whoever has the number hears of it; operators hear of all.
    if (const Session* holder = state_->sessions.find(after.session)) {
        event.platform = holder->platform;
        event.session = holder->id;
        event.token = holder->token;
        event.webhook = holder->webhook;
        event.test = holder->test;
    }
    event.type = EventType::number_quarantined;
    event.at = now;
    event.number = number;
    event.expires_at = after.cool_until;
    event.reason = std::move(reason);
    changes.emplace_back(EventAdded{std::move(event)});
    return changes;
}

void Pool::carrier_up(std::string_view carrier, bool up) {
    if (up)
        state_->carriers_down.erase(std::string(carrier));
    else
        state_->carriers_down.emplace(carrier);
}

void Pool::carrier_drains(std::string_view carrier, bool drains) {
    if (drains)
        state_->carriers_draining.emplace(carrier);
    else if (const auto found = state_->carriers_draining.find(carrier);
             found != state_->carriers_draining.end())
        state_->carriers_draining.erase(found);
}

std::optional<Number> Pool::number(E164 number) const {
    const auto slot = state_->numbers.find(number);
    if (!slot) return std::nullopt;
    return state_->numbers.number(*slot);
}

std::vector<Number> Pool::numbers(const NumberFilter& filter, E164 after, std::size_t limit,
                                  E164* looked_to) const {
    std::vector<Number> out;
    if (looked_to != nullptr) *looked_to = 0;
    std::size_t looks = 0;
    const Matcher matches(filter, state_->numbers, state_->sessions);
    if (!matches.possible() || limit == 0 || after >= number_max) return out;
    const auto take = [&](E164 number, Slot slot) {
        if (matches(slot)) out.push_back(state_->numbers.number(slot));
        if (out.size() >= limit) return false;
        if (looked_to == nullptr || ++looks < numbers_looked_at) return true;
        *looked_to = number;
        return false;
    };
    for (const auto& [low, high] : ranges_of(filter.prefix)) {
        if (!state_->numbers.index().visit(std::max(low, after + 1), high, take)) break;
    }
    return out;
}

std::vector<std::uint64_t> Pool::counts() const {
    const auto& counts = state_->numbers.counts();
    return {counts.begin(), counts.end()};
}

std::size_t Pool::size() const noexcept { return state_->numbers.size(); }

}  // namespace smppd::pool
