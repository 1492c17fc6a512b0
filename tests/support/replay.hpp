// tests/support/replay.hpp - plays one row of the vectors to a World and says what is not as the
// row expects.
#pragma once

#include "tests/support/pdu_fields.hpp"
#include "tests/support/world.hpp"

namespace smppd::test {

struct ReplayOptions {
    bool one_octet_segments = false;
    /// Clauses about submissions of ours, which a daemon that submits nothing cannot meet.
    bool skip_submissions = false;
};

/// What is wrong, a sentence each; empty: the row holds.
std::vector<std::string> replay(const Row& row, const ReplayOptions& options);

}  // namespace smppd::test
