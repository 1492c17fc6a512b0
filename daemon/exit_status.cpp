// daemon/exit_status.cpp - see exit_status.hpp.
#include "daemon/exit_status.hpp"

#include "daemon/store/store.hpp"

#include <system_error>

namespace smppd {

int exit_status(const std::exception& error) noexcept {
    if (dynamic_cast<const ConfigError*>(&error) != nullptr) return exit_config;
    if (dynamic_cast<const StoreError*>(&error) != nullptr) return exit_io_error;
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    const bool of_store = system != nullptr && system->code().category() == store::error_category();
    return of_store ? exit_io_error : exit_unavailable;
}

}  // namespace smppd
