// daemon/notify/address_rules.hpp - which addresses a webhook may be at. What is checked is the
// address that is connected to, never the name, so that no answer of a name server gets around it.
#pragma once

#include <sys/socket.h>

#include <string_view>

namespace smppd::notify {

/// Why an address is no public host's: "private", "loopback", "link-local", ...; empty when it may
/// be connected to. Addresses that carry an IPv4 address (mapped, NAT64, 6to4) are judged by it.
/// Source: IANA's special-purpose address registries (RFC 6890), RFC 6052, RFC 4291.
std::string_view not_public(const sockaddr& address) noexcept;

}  // namespace smppd::notify
