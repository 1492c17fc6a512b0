// daemon/store/schema_3.cpp - version 3: a partner's task is found when memory has forgotten it.
#include "daemon/store/schema.hpp"

namespace smppd::store {

// Of sessions of tasks alone: the others' allocations do not pay for it.
const char version_3[] = R"(
CREATE INDEX session_task ON session(platform, task, id) WHERE task <> '';
)";

}  // namespace smppd::store
