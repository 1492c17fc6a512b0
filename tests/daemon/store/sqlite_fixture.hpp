// tests/daemon/store/sqlite_fixture.hpp - a store on a file of its own, to be restarted at will.
#pragma once

#include "tests/daemon/store/sample.hpp"

#include <doctest/doctest.h>

namespace smppd::store {

struct SqliteFixture {
    TemporaryDirectory directory;
    SqliteOptions options = small(directory / "store");
    std::unique_ptr<Store> store = open_sqlite(options, test_seal());
    std::unique_ptr<History> history = store->history();

    void apply_all(pool::Changes changes) { REQUIRE_FALSE(apply(*store, std::move(changes))); }
    void restart() {
        history.reset();
        store.reset();
        store = open_sqlite(options, test_seal());
        history = store->history();
    }
    /// All slices until there is nothing more to do.
    pool::Changes age(const Retention& retention, pool::WallTime now) {
        pool::Changes changes;
        std::error_code error;
        while (store->maintain(retention, now, changes, error)) CHECK_FALSE(error);
        CHECK_FALSE(error);
        return changes;
    }
};

inline std::vector<pool::Id> ids(const std::vector<pool::Message>& messages) {
    std::vector<pool::Id> all;
    for (const auto& message : messages) all.push_back(message.id);
    return all;
}

}  // namespace smppd::store
