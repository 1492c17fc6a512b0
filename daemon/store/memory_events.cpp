// daemon/store/memory_events.cpp - events and what is around them, in plain maps.
#include "daemon/store/memory_events.hpp"

#include "daemon/store/filter.hpp"

#include "pool/ids.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

template <class T, class Map, class KeyOf>
void put(const pool::Put<T>& change, Map& map, KeyOf key_of) {
    if (change.after)
        map.insert_or_assign(key_of(*change.after), *change.after);
    else if (change.before)
        map.erase(key_of(*change.before));
}

}  // namespace

void EventRecords::record(const pool::WebhookPut& change) {
    put(change, webhooks, [](const pool::Webhook& webhook) { return webhook.id; });
}

void EventRecords::record(const pool::ApiKeyPut& change) {
    put(change, api_keys, [](const pool::ApiKey& key) { return key.id; });
}

void EventRecords::record(const pool::BrandUsePut& change) {
    put(change, brand_uses, [](const pool::BrandUse& use) {
        return std::pair{use.number, use.brand};
    });
}

void EventRecords::record(const pool::EventAdded& added) {
    events.emplace(added.event.id, added.event);
}

void EventRecords::record(const pool::DeliveryPut& change) {
    const pool::Delivery& delivery = change.delivery;
    deliveries.insert_or_assign(std::pair{delivery.event, delivery.webhook}, delivery);
}

void EventRecords::record(const pool::AnswerKept& answer) { answers.emplace(answer.id, answer); }

pool::Id EventRecords::last_id() const {
    const auto last = [](const auto& map) { return map.empty() ? 0 : map.rbegin()->first; };
    return std::max({last(webhooks), last(events), last(answers)});
}

void EventRecords::load_keys(Visitor& visitor) const {
    for (const auto& [id, webhook] : webhooks) visitor.webhook(webhook);
    for (const auto& [id, key] : api_keys) visitor.api_key(key);
    for (const auto& [key, use] : brand_uses) visitor.brand_use(use);
}

void EventRecords::load_deliveries(Visitor& visitor) const {
    for (const auto& [key, delivery] : deliveries)
        if (delivery.state == pool::DeliveryState::waiting) visitor.delivery(delivery);
}

void EventRecords::load_answers(Visitor& visitor, pool::Id last) const {
    if (last == 0) return;
    const pool::Id from = pool::first_id_at(pool::time_of(last) - answers_window);
    for (auto at = answers.lower_bound(from); at != answers.end(); ++at)
        visitor.answer(at->second.key, at->second.request, at->first, at->second.at);
}

EventPage EventHistory::events_after(const EventFilter& filter, pool::Id after, std::size_t limit,
                                     bool text) {
    EventPage page;
    page.reached = after;
    for (auto at = records_.events.upper_bound(after); at != records_.events.end(); ++at) {
        if (page.events.size() == limit) {
            page.more = true;
            break;
        }
        page.reached = at->first;
        if (!matches(filter, at->second)) continue;
        pool::Event& event = page.events.emplace_back(at->second);
        if (text) continue;
        event.text.clear();
        event.code.clear();
        event.link.clear();
    }
    return page;
}

std::vector<pool::Event> EventHistory::events(std::span<const pool::Id> ids) {
    std::vector<pool::Event> found;
    for (const pool::Id id : ids) {
        const auto event = records_.events.find(id);
        if (event != records_.events.end()) found.push_back(event->second);
    }
    return found;
}

std::vector<pool::Delivery> EventHistory::deliveries(pool::Id webhook,
                                                     std::optional<pool::DeliveryState> state,
                                                     pool::Id before_event, std::size_t limit) {
    std::vector<pool::Delivery> found;
    auto at = before_event == 0 ? records_.deliveries.end()
                                : records_.deliveries.lower_bound({before_event, 0});
    while (at != records_.deliveries.begin() && found.size() < limit) {
        const pool::Delivery& delivery = (--at)->second;
        if (delivery.webhook == webhook && (!state || *state == delivery.state))
            found.push_back(delivery);
    }
    return found;
}

std::optional<pool::AnswerKept> EventHistory::answer(pool::Id id) {
    const auto found = records_.answers.find(id);
    if (found == records_.answers.end()) return std::nullopt;
    return found->second;
}

}  // namespace smppd::store
