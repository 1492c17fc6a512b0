// tools/smppctl/story.hpp - a message's trace in sentences.
#pragma once

#include <string>
#include <string_view>

namespace smppd::ctl {

/// The sentence for an event of the API's trace and its details ("carrier=acme bind=1"). An event
/// that is not known is told with its own words. Escaped.
std::string sentence(std::string_view event, std::string_view detail);

}  // namespace smppd::ctl
