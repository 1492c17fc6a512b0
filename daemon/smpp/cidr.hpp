// daemon/smpp/cidr.hpp - address blocks of allow lists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smppd::smpp {

/// Whether `address` ("10.1.2.3", "::1", "::ffff:10.1.2.3") is inside one of the blocks
/// ("10.0.0.0/8", "::1"). No blocks: yes. A block that is none holds nothing.
bool allowed(const std::vector<std::string>& blocks, const std::string& address);
/// Whether the text is an address or a CIDR block.
bool valid_block(std::string_view block);

}  // namespace smppd::smpp
