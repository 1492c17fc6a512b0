// daemon/restore.hpp - puts what the store holds back into memory, at start.
#pragma once

#include "daemon/store/store.hpp"
#include "pool/assembler.hpp"
#include "pool/duplicates.hpp"
#include "pool/ids.hpp"
#include "pool/pool.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace smppd {

/// A carrier's times; those of one that is no longer configured are the defaults.
struct CarrierTimes {
    std::chrono::milliseconds reassembly{}, duplicates{};
};

/// An answer to a call with an Idempotency-Key; its body stays in the store. See pool::AnswerKept.
struct AnswerKnown {
    std::uint64_t key = 0, request = 0;
    pool::Id id = 0;
    pool::WallTime at{};
};

class Restore final : public store::Visitor {
public:
    Restore(pool::Pool& pool, pool::Assembler& assembler, pool::Duplicates& duplicates,
            pool::Ids& ids, std::function<CarrierTimes(const std::string& carrier)> times)
        : pool_(pool),
          assembler_(assembler),
          duplicates_(duplicates),
          ids_(ids),
          times_(std::move(times)) {}

    void platform(pool::Platform platform) override { pool_.restore(std::move(platform)); }
    void account(pool::SmppAccount account) override { pool_.restore(std::move(account)); }
    void number(pool::Number number) override { pool_.restore(std::move(number)); }
    void session(pool::Session session) override {
        // They come in the order of their ids: older ended ones than the first are in the store.
        if (!session.holds() && ended_from_ == 0) ended_from_ = session.id;
        pool_.restore(std::move(session));
    }
    void allocation(pool::PlatformId platform, pool::WallTime at) override {
        pool_.restore_allocation(platform, at);
    }
    void webhook(pool::Webhook webhook) override { pool_.restore(std::move(webhook)); }
    void api_key(pool::ApiKey key) override { pool_.restore(std::move(key)); }
    void brand_use(pool::BrandUse use) override { pool_.restore(std::move(use)); }
    void part(pool::Part part) override {
        const auto timeout = times_(part.key.carrier).reassembly;
        assembler_.restore(std::move(part), timeout);
    }
    void delivery(pool::Delivery delivery) override { deliveries_.push_back(std::move(delivery)); }
    void answer(std::uint64_t key, std::uint64_t request, pool::Id id, pool::WallTime at) override {
        answers_.push_back({.key = key, .request = request, .id = id, .at = at});
    }
    void duplicate(std::uint64_t key, pool::Id id, const std::string& carrier,
                   pool::WallTime recorded_at) override {
        duplicates_.add(key, id, recorded_at + times_(carrier).duplicates);
    }
    void last_id(pool::Id id) override {
        ids_.seen(id);
        if (ended_from_ != 0) pool_.sessions_forgotten(ended_from_ - 1);
    }
    void salt(std::uint64_t salt) override {
        salt_ = salt;
        pool_.salt(salt);
    }

    std::uint64_t salt_for_duplicates() const noexcept { return salt_; }
    /// Those that wait, by event. To be taken once.
    std::vector<pool::Delivery> take_deliveries() noexcept {
        return std::exchange(deliveries_, {});
    }
    /// Oldest first. To be taken once.
    std::vector<AnswerKnown> take_answers() noexcept { return std::exchange(answers_, {}); }

private:
    pool::Pool& pool_;
    pool::Assembler& assembler_;
    pool::Duplicates& duplicates_;
    pool::Ids& ids_;
    std::function<CarrierTimes(const std::string&)> times_;
    std::vector<pool::Delivery> deliveries_;
    std::vector<AnswerKnown> answers_;
    pool::Id ended_from_ = 0;
    std::uint64_t salt_ = 0;
};

}  // namespace smppd
