// tools/smppctl/event_line.hpp - an event of the API as one line.
#pragma once

#include "tools/smppctl/fields.hpp"

namespace smppd::ctl {

/// "2026-11-24 17:00:03Z  code.received  acme  ses_…  +447700900101  sender=Meadow code=6
/// characters". Texts, codes and links are there when `texts`, else their length. Escaped; no line
/// break.
std::string event_line(const json::object& event, bool texts, bool colour);

/// The event without its texts, codes and links: null in their place, as the API has it for keys
/// that may not read them.
json::object without_texts(json::object event);

}  // namespace smppd::ctl
