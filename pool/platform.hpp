// pool/platform.hpp - a tenant, and the SMPP account that it binds with.
#pragma once

#include "pool/types.hpp"

#include <string_view>

namespace smppd::pool {

struct Platform {
    PlatformId id = 0;
    std::string name;  ///< 1 to 64 of a-z 0-9 - _ .
    bool disabled = false;
    WallTime created_at{};
    std::uint32_t numbers_max = 0;  ///< leased at once, 0: no limit
    std::uint32_t allocations_per_minute = 0, allocations_per_day = 0;  ///< 0: no limit
    std::uint32_t ttl_max_s = 0;            ///< of a session with its extensions; 0: the workflow's
    std::uint32_t requests_per_second = 0;  ///< over the API, all its keys together; 0: default
    friend bool operator==(const Platform&, const Platform&) = default;
};

/// How a text too long for one short_message goes to the platform.
enum class LongMessages : std::uint8_t { payload = 0, udh };

/// One SMPP login of a platform. Source: SMPP behaviour, As an SMSC.
struct SmppAccount {
    std::string system_id;  ///< 1 to 15 characters, unique in the daemon
    PlatformId platform = 0;
    std::string password_hash;  ///< Argon2id, libsodium's text form
    bool disabled = false;
    std::uint32_t binds_max = 4;
    std::uint32_t window = 10;
    bool tlvs = true;  ///< vendor TLVs 0x1500 to 0x1502 on what it receives
    LongMessages long_messages = LongMessages::payload;
    std::vector<std::string> allow;  ///< CIDR blocks; empty: any address
    WallTime created_at{};
    friend bool operator==(const SmppAccount&, const SmppAccount&) = default;
};

/// Whether the text may name a platform: 1 to 64 of a-z, 0-9, - _ . and no dot in front.
bool valid_platform_name(std::string_view name) noexcept;
/// 1 to 15 printable ASCII characters without blank (SMPP 3.4 §5.2.1).
bool valid_system_id(std::string_view system_id) noexcept;

}  // namespace smppd::pool
