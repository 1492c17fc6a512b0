// pool/number.hpp - one phone number of the pool and what is known of it.
#pragma once

#include "pool/types.hpp"

#include <string_view>

namespace smppd::pool {

enum class NumberState : std::uint8_t {
    available = 0,  ///< free to be leased
    leased,         ///< a session has it
    cooling,        ///< released, not yet leased again
    assigned,       ///< a platform has it for good
    reserved,       ///< kept back by an admin
    disabled,       ///< taken out by an admin; its messages are recorded as unowned
    retired,
};
std::string_view name(NumberState state) noexcept;

/// A number as it is imported, listed, stored. In memory the pool keeps it compactly.
struct Number {
    E164 number = 0;
    std::string carrier;  ///< the carrier that it comes in by, empty: any
    std::string country;  ///< ISO 3166-1 alpha-2, may be empty
    std::string area;
    bool mo = true, mt = false;  ///< capabilities
    std::vector<std::string> tags;
    std::int64_t monthly_cost_micros = 0;  ///< millionths of the operator's currency
    std::string isolation_group;
    PlatformId platform =
        0;  ///< the owner when assigned; else the only platform that may lease it, 0: any
    NumberState state = NumberState::available;
    Id session = 0;                                  ///< the session that has it when leased
    WallTime changed_at{};                           ///< when the state last changed
    WallTime cool_until{};                           ///< when cooling ends
    WallTime last_used_at{};                         ///< last release, or import
    std::uint64_t uses = 0;                          ///< leases so far
    std::uint64_t verified = 0;                      ///< of them, those whose code was verified
    PlatformId last_platform = 0;                    ///< who leased it last
    NumberState after_lease = NumberState::cooling;  ///< cooling, disabled, retired or reserved
    friend bool operator==(const Number&, const Number&) = default;
};

}  // namespace smppd::pool
