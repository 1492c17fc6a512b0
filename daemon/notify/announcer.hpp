// daemon/notify/announcer.hpp - every commit of the daemon goes through here: events get their
// deliveries in the same transaction, and are told once they are durable.
#pragma once

#include "daemon/store/committer.hpp"
#include "pool/pool.hpp"

#include <memory>
#include <span>
#include <vector>

namespace smppd::notify {

using EventPtr = std::shared_ptr<const pool::Event>;

/// An event that has just been recorded, and the webhooks that a delivery was recorded for.
struct Announcement {
    EventPtr event;
    std::vector<pool::Id> webhooks;
};

/// Hears of what was recorded, on the network thread, in the order of the commits.
class Audience {
public:
    virtual ~Audience() = default;
    virtual void announced(std::span<const Announcement> news) = 0;
    /// A webhook was added, changed or removed; the pool knows how it is now.
    virtual void webhook_changed(pool::Id) {}
};

class Announcer final : public store::Committer {
public:
    Announcer(store::Committer& committer, const pool::Pool& pool)
        : committer_(committer), pool_(pool) {}
    ~Announcer() override { *alive_ = false; }

    /// Told in the order of joining; must outlive the last commit's end.
    void join(Audience& audience) { audience_.push_back(&audience); }

    /// Adds a waiting Delivery for each webhook that wants one of the events; `done` is called
    /// before the audience hears of them.
    void commit(pool::Changes changes, std::function<void(std::error_code)> done) override;

private:
    struct News {
        std::vector<Announcement> events;
        std::vector<pool::Id> webhooks;
    };
    News gather(pool::Changes& changes) const;
    std::vector<pool::Id> hearers(const pool::Event& event) const;
    void tell(const News& news) const;

    store::Committer& committer_;
    const pool::Pool& pool_;
    std::vector<Audience*> audience_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace smppd::notify
