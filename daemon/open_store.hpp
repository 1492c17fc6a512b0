// daemon/open_store.hpp - the store as the configuration wants it.
#pragma once

#include "conf/config.hpp"
#include "daemon/store/store.hpp"

namespace smppd {

/// Opens it with its key. Throws ConfigError where the key is missing or another one, StoreError
/// for all else; with a sentence.
std::unique_ptr<store::Store> open_store(const conf::Config& config);
/// The longest time for which a carrier's redeliveries are recognised, the default at least.
std::chrono::seconds longest_window(const conf::Config& config);
/// The keys of closed parts stay at least as long as that.
store::Retention retention_of(const conf::Config& config);

}  // namespace smppd
