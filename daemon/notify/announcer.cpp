// daemon/notify/announcer.cpp - see announcer.hpp.
#include "daemon/notify/announcer.hpp"

#include <algorithm>
#include <utility>

namespace smppd::notify {

std::vector<pool::Id> Announcer::hearers(const pool::Event& event) const {
    std::vector<pool::Id> ids;
    // Operators' events are for no platform; and a test tries one webhook alone.
    if (event.platform == 0) return ids;
    for (const pool::Webhook* webhook : pool_.hearers_of(event)) ids.push_back(webhook->id);
    return ids;
}

Announcer::News Announcer::gather(pool::Changes& changes) const {
    News news;
    const std::size_t count = changes.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (const auto* put = std::get_if<pool::WebhookPut>(&changes[i])) {
            news.webhooks.push_back(put->after ? put->after->id : put->before->id);
            continue;
        }
        const auto* added = std::get_if<pool::EventAdded>(&changes[i]);
        if (added == nullptr) continue;
        auto event = std::make_shared<const pool::Event>(added->event);
        std::vector<pool::Id> webhooks = hearers(*event);
        for (const pool::Id webhook : webhooks) {
            pool::Delivery delivery;
            delivery.event = event->id;
            delivery.webhook = webhook;
            delivery.session = event->session;
            changes.push_back(pool::DeliveryPut{std::move(delivery)});
        }
        news.events.push_back({std::move(event), std::move(webhooks)});
    }
    return news;
}

void Announcer::commit(pool::Changes changes, std::function<void(std::error_code)> done) {
    News news = gather(changes);
    if (news.events.empty() && news.webhooks.empty())
        return committer_.commit(std::move(changes), std::move(done));
    committer_.commit(std::move(changes), [this, alive = alive_, done = std::move(done),
                                           news = std::move(news)](std::error_code error) {
        done(error);
        if (!error && *alive) tell(news);
    });
}

void Announcer::tell(const News& news) const {
    for (Audience* audience : audience_) {
        for (const pool::Id webhook : news.webhooks) audience->webhook_changed(webhook);
        if (!news.events.empty()) audience->announced(news.events);
    }
}

}  // namespace smppd::notify
