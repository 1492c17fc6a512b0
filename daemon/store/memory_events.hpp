// daemon/store/memory_events.hpp - events and what is around them, in memory; see memory.hpp.
#pragma once

#include "daemon/store/store.hpp"

#include <map>

namespace smppd::store {

/// What is recorded of them.
struct EventRecords {
    std::map<pool::Id, pool::Webhook> webhooks;
    std::map<std::string, pool::ApiKey> api_keys;
    std::map<std::pair<pool::E164, std::uint64_t>, pool::BrandUse> brand_uses;
    std::map<pool::Id, pool::Event> events;
    std::map<std::pair<pool::Id, pool::Id>, pool::Delivery> deliveries;  ///< by event, webhook
    std::map<pool::Id, pool::AnswerKept> answers;

    void record(const pool::WebhookPut& change);
    void record(const pool::ApiKeyPut& change);
    void record(const pool::BrandUsePut& change);
    void record(const pool::EventAdded& added);
    void record(const pool::DeliveryPut& change);
    void record(const pool::AnswerKept& answer);

    pool::Id last_id() const;
    void load_keys(Visitor& visitor) const;        ///< webhooks, API keys and brand uses
    void load_deliveries(Visitor& visitor) const;  ///< waiting ones
    void load_answers(Visitor& visitor, pool::Id last) const;
};

/// The part of History that reads them.
class EventHistory : public History {
public:
    explicit EventHistory(const EventRecords& records) : records_(records) {}

    EventPage events_after(const EventFilter& filter, pool::Id after, std::size_t limit,
                           bool text) override;
    std::vector<pool::Event> events(std::span<const pool::Id> ids) override;
    std::vector<pool::Delivery> deliveries(pool::Id webhook,
                                           std::optional<pool::DeliveryState> state,
                                           pool::Id before_event, std::size_t limit) override;
    std::optional<pool::AnswerKept> answer(pool::Id id) override;

private:
    const EventRecords& records_;
};

}  // namespace smppd::store
