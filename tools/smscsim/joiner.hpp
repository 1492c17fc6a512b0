// tools/smscsim/joiner.hpp - the client's view of long messages: parts put together as they come.
// Knows no socket and no clock.
#pragma once

#include "protocol/inbound.hpp"

#include <map>
#include <string>
#include <tuple>

namespace smppd::smscsim {

/// A message as it is shown.
struct Shown {
    std::string from, to, text;
    unsigned parts = 1;      ///< how many there are in `text`
    unsigned total = 1;      ///< how many there should be
    protocol::Inbound last;  ///< the part that came last, for its other fields
    protocol::Tlvs tlvs;     ///< of that part
};

class Joiner {
public:
    /// Open messages; above it the oldest is given up for.
    static constexpr std::size_t open_max = 10'000;

    /// Nothing while parts are missing. A part that came twice counts once.
    std::optional<Shown> take(protocol::Inbound inbound, protocol::Tlvs tlvs);
    /// What never became whole, with the parts that came, in the order of their numbers.
    std::vector<Shown> rest();

private:
    using Key = std::tuple<std::string, std::string, unsigned, unsigned, unsigned>;
    struct Open {
        std::map<unsigned, protocol::TextPiece> pieces;
        Shown shown;
        std::uint64_t turn = 0;
    };
    static Shown finish(Open open);

    std::map<Key, Open> open_;
    std::uint64_t turns_ = 0;
};

}  // namespace smppd::smscsim
