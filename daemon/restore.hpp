// daemon/restore.hpp - puts what the store holds back into memory, at start.
#pragma once

#include "daemon/store/store.hpp"
#include "pool/assembler.hpp"
#include "pool/duplicates.hpp"
#include "pool/ids.hpp"
#include "pool/pool.hpp"

#include <functional>

namespace smppd {

/// A carrier's times; those of one that is no longer configured are the defaults.
struct CarrierTimes {
    std::chrono::milliseconds reassembly{}, duplicates{};
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
    void session(pool::Session session) override { pool_.restore(std::move(session)); }
    void part(pool::Part part) override {
        const auto timeout = times_(part.key.carrier).reassembly;
        assembler_.restore(std::move(part), timeout);
    }
    void duplicate(std::uint64_t key, pool::Id id, const std::string& carrier,
                   pool::WallTime recorded_at) override {
        duplicates_.add(key, id, recorded_at + times_(carrier).duplicates);
    }
    void last_id(pool::Id id) override { ids_.seen(id); }
    void salt(std::uint64_t salt) override { salt_ = salt; }

    std::uint64_t salt_for_duplicates() const noexcept { return salt_; }

private:
    pool::Pool& pool_;
    pool::Assembler& assembler_;
    pool::Duplicates& duplicates_;
    pool::Ids& ids_;
    std::function<CarrierTimes(const std::string&)> times_;
    std::uint64_t salt_ = 0;
};

}  // namespace smppd
