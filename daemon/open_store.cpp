// daemon/open_store.cpp - the store's key, file and retention from the configuration.
#include "daemon/open_store.hpp"

#include "daemon/exit_status.hpp"
#include "daemon/store/seal.hpp"
#include "daemon/store/sqlite.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace smppd {
namespace {

store::Seal open_seal(const conf::Secret& key) {
    switch (key.from) {
        case conf::Secret::From::file: return {1, store::load_key(key.name, true)};
        case conf::Secret::From::credential: {
            const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
            if (directory == nullptr) {
                throw ConfigError("store.key: credential " + key.name +
                                  ": $CREDENTIALS_DIRECTORY is not set");
            }
            return {1, store::load_key(std::string(directory) + "/" + key.name, false)};
        }
        case conf::Secret::From::environment: return {1, store::parse_key(key.value, key.name)};
        case conf::Secret::From::none: break;
    }
    throw ConfigError("store.key is missing: name a file, it is made on first start");
}

store::Seal checked_seal(const conf::Secret& key) {
    try {
        return open_seal(key);
    } catch (const std::runtime_error& error) {
        throw ConfigError(error.what());
    }
}

}  // namespace

std::unique_ptr<store::Store> open_store(const conf::Config& config) {
    store::SqliteOptions options;
    options.path = config.store_path;
    store::Seal seal = checked_seal(config.store_key);
    try {
        return store::open_sqlite(std::move(options), std::move(seal));
    } catch (const std::system_error& error) {
        if (error.code() == store::Errc::wrong_key) throw ConfigError(error.what());
        throw StoreError(error.what());
    }
}

std::chrono::seconds longest_window(const conf::Config& config) {
    std::chrono::milliseconds longest = protocol::Profile{}.duplicates;
    for (const conf::Carrier& carrier : config.carriers)
        longest = std::max(longest, carrier.profile.duplicates);
    return std::chrono::ceil<std::chrono::seconds>(longest);
}

store::Retention retention_of(const conf::Config& config) {
    const conf::Retention& configured = config.retention;
    store::Retention retention;
    retention.parts = std::max(retention.parts, longest_window(config));
    retention.messages = configured.messages;
    retention.waiting = configured.waiting;
    retention.receipts = configured.receipts;
    retention.sessions = configured.sessions;
    retention.events = configured.events;
    return retention;
}

}  // namespace smppd
