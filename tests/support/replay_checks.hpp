// tests/support/replay_checks.hpp - compares what was seen with what a row expects.
#pragma once

#include "tests/support/replay.hpp"

namespace smppd::test {

/// A message as its owner got it.
struct Received {
    bool is_text = true;
    std::string text;
    protocol::Octets octets;
    std::string from, to;
    bool incomplete = false;
};

struct Observed {
    protocol::Octets sent;                    ///< what the peer sent, with places filled in
    std::vector<protocol::Decoded> answers;   ///< responses that smppd sent to the peer
    std::vector<protocol::Decoded> requests;  ///< requests that smppd sent to the peer
    std::vector<Received> texts;              ///< messages that the owner got
};

/// Reads a deliver_sm as a platform does.
Received received_of(const protocol::Pdu& pdu);

/// `answer` and `send`: each is there, and no answer beyond them.
void check_answers(const Row& row, const ReplayOptions& options, const Observed& seen,
                   std::vector<std::string>& problems);
/// `accept`, `text`, `octets`, `part`, `receipt`.
void check_values(const Row& row, World& world, const Observed& seen,
                  std::vector<std::string>& problems);

}  // namespace smppd::test
