// pool/pool_arrivals.cpp - what a message does to the pool: the code in it, the events about it,
// the rest that its number needs.
#include "pool/extract_reading.hpp"
#include "pool/pool_state.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

/// A brand's use is written down again when this much later: one row, not one a message.
constexpr Seconds use_again = std::chrono::hours{1};

}  // namespace

void Pool::State::use_brand(E164 number, std::uint64_t brand, WallTime now, Changes& changes) {
    const WallTime last = brands.last(number, brand);
    if (last + use_again > now) return;
    BrandUsePut put{std::nullopt, BrandUse{number, brand, now}};
    if (last != WallTime{}) put.before = BrandUse{number, brand, last};
    brands.put(*put.after);
    changes.emplace_back(std::move(put));
}

void Pool::State::arrived_unowned(const Message& message, WallTime now, Changes& changes) {
    const auto slot = message.number != 0 ? numbers.find(message.number) : std::nullopt;
    if (!slot || numbers.at(*slot).state != NumberState::cooling) return;
    const std::uint64_t writer = writer_hash(message, brand_of(message.source, message.text));
    if (brands.last(message.number, writer) == WallTime{}) return;
    use_brand(message.number, writer, now, changes);
    NumberRecord after = numbers.at(*slot);
    // As long as it was to rest: that is the workflow's word, or the pool's.
    const auto rest = after.cool_until - after.changed_at;
    const WallTime until = now + rest;
    // An hour more is worth a row, a second is not.
    if (until < after.cool_until + std::min<WallTime::duration>(use_again, rest / 4)) return;
    after.cool_until = until;
    after.changed_at = now;
    change(*slot, after, changes);
}

/// What `message` says to `session`; nothing when its sender is not one that the session expects.
Pool::State::Arrival Pool::State::read(const Message& message, const Session& session) const {
    const Workflow* flow = workflow(session.workflow);
    const auto& senders = session.expected_senders.empty() && flow != nullptr
                              ? flow->expected_senders
                              : session.expected_senders;
    TextOnce text(message.text);
    Arrival arrival;
    arrival.brand = brand_of(message.source, text);
    arrival.expected = sender_expected(senders, message.source, arrival.brand);
    if (message.is_text && arrival.expected)
        arrival.found = extract(text, message.source, flow != nullptr ? flow->code : CodeShape{});
    return arrival;
}

/// The message and its code, in the session that has the number.
void Pool::State::count_message(const Session& session, const Message& message,
                                const Arrival& arrival, WallTime now, Changes& changes) {
    SessionHeard heard{session.id, session.arrived, session.arrived};
    ++heard.after.messages;
    const std::string& code = arrival.found.code;
    if (!code.empty() && session.state == SessionState::active && session.holds()) {
        auto& codes = heard.after.codes;
        codes.push_back({message.id, now, fold_code(code)});
        if (codes.size() > session_codes_max) codes.erase(codes.begin());
    }
    sessions.heard(session.id, heard.after);
    changes.emplace_back(std::move(heard));
    if (session.test) return;
    const std::uint64_t writer = writer_hash(message, arrival.brand);
    if (writer != 0) use_brand(message.number, writer, now, changes);
}

void Pool::State::tell_arrival(const Session& session, const Message& message,
                               const Arrival& arrival, WallTime now, Changes& changes) {
    const auto about = [&](EventType type) -> Event& {
        Event& event = tell(type, session, now, changes);
        event.number = message.number;
        event.message = message.id;
        event.sender = message.source;
        event.expected_sender = arrival.expected;
        return event;
    };
    about(EventType::message_received).text = message.text;
    const Extraction& found = arrival.found;
    if (found.code.empty() && found.link.empty()) return;
    Event& event = about(EventType::code_received);
    event.code = found.code;
    event.link = found.link;
    event.confidence = static_cast<std::uint8_t>(std::clamp(found.confidence, 0, 100));
}

Changes Pool::arrived(Message& message, WallTime now) {
    State& state = *state_;
    Changes changes;
    if (message.owner.platform == 0) {
        // Nobody's: where it comes from whoever wrote to the last session, its number rests longer.
        state.arrived_unowned(message, now, changes);
        return changes;
    }
    const Session* found =
        message.owner.session != 0 ? state.sessions.find(message.owner.session) : nullptr;
    const bool by_smpp = state.account_counts.contains(message.owner.platform);
    if (message.state == MessageState::waiting && (!by_smpp || (found != nullptr && found->test)))
        message.state = MessageState::kept;
    if (found == nullptr && !state.listeners.contains(message.owner.platform)) return changes;

    Session none;  // an assigned number's messages are told of as a session's, without one
    none.platform = message.owner.platform;
    none.number = message.number;
    const Session& session = found != nullptr ? *found : none;
    const State::Arrival arrival = state.read(message, session);
    if (found != nullptr) state.count_message(session, message, arrival, now, changes);
    state.tell_arrival(session, message, arrival, now, changes);
    return changes;
}

}  // namespace smppd::pool
