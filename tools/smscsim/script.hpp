// tools/smscsim/script.hpp - the commands of scripts and of standard input, as values. Pure.
// What each command does is told in help.cpp, which `smscsim serve --help` and `smscsim client
// --help` print.
#pragma once

#include "tools/smscsim/mo.hpp"
#include "tools/smscsim/receipts.hpp"

#include "protocol/status.hpp"

#include <variant>

namespace smppd::smscsim {

/// `mo` of the simulator, `submit` of the client.
struct SendCommand {
    MessageSpec message;
};
struct ReceiptCommand {
    ReceiptSpec receipt;
};
/// Octets as they are, to the first bind that takes messages.
struct PduCommand {
    protocol::Octets octets;
    std::string system_id;
};
enum class Until : std::uint8_t {
    time,       ///< so long
    bound,      ///< `count` binds stand that take messages; the client: its bind stands
    unbound,    ///< no bind stands
    idle,       ///< everything sent has its final answer
    answered,   ///< and every answer was ESME_ROK
    submitted,  ///< `count` submissions came in all
    received,   ///< the client: `count` messages came in all
};
struct WaitCommand {
    Until until = Until::time;
    std::uint64_t count = 1;
    std::chrono::milliseconds within{0};  ///< 0: for ever
    bool must = false;                    ///< `expect`: what does not come in time is a failure
};
enum class Fault : std::uint8_t {
    none,
    throttle,
    drop,
    slow,
    half_open,
    garbage,
    unbind,
    silent,
    reject_binds,
};
struct FaultCommand {
    Fault fault = Fault::none;
    std::string name;                              ///< as written, for events
    std::chrono::milliseconds delay{0};            ///< slow
    protocol::Status status = protocol::ESME_ROK;  ///< reject_binds
};
struct OutbindCommand {
    HostPort at;
    std::string system_id, password;
};
/// The client's query_sm and cancel_sm.
struct AskCommand {
    bool cancel = false;
    std::string id, from, to;
};
struct UnbindCommand {};
struct QuitCommand {};

using Command = std::variant<SendCommand, ReceiptCommand, PduCommand, WaitCommand, FaultCommand,
                             OutbindCommand, AskCommand, UnbindCommand, QuitCommand>;

enum class Side : std::uint8_t { smsc, esme };

/// The command of one line; nothing for blanks and comments. Throws UsageError.
std::optional<Command> parse_command(std::string_view line, Side side);

/// A whole script. Throws UsageError that names `file` and the line.
std::vector<Command> parse_script(std::string_view text, std::string_view file, Side side);

}  // namespace smppd::smscsim
