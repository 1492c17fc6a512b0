// daemon/sandbox/outcomes.hpp - the sandbox's magic numbers: what each brings, the same every time.
// Source: product, P19.
#pragma once

#include "pool/number.hpp"
#include "protocol/pdu.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::sandbox {

/// What happens on a number of the sandbox once it is leased.
enum class Outcome : std::uint8_t {
    code = 1,      ///< a code, at once
    late,          ///< a code, after late_after
    parts,         ///< a code in a long message of three parts, the last one first
    duplicate,     ///< the same message twice
    chinese,       ///< a code in Chinese, UCS-2
    link,          ///< a link to follow instead of a code
    wrong_sender,  ///< a code from somebody else than was expected
    never,         ///< nothing
    carrier_down,  ///< nothing, as the carrier goes down; a swap helps
};
inline constexpr std::size_t outcomes = 9;
inline constexpr std::chrono::seconds late_after{15};
/// The code that every message of the sandbox has.
inline constexpr std::string_view code_value = "123456";

inline constexpr std::string_view carrier_name = "sandbox";
inline constexpr std::string_view group_name = "sandbox";
inline constexpr unsigned numbers_each = 200;

/// "wrong-sender": the outcome as the area of its numbers, and of an allocation that wants it.
std::string_view area_of(Outcome outcome) noexcept;
std::optional<Outcome> parse_area(std::string_view area) noexcept;
/// +999, three digits of the outcome, six that count from 1: +999002000001 is the first late one.
pool::E164 number_of(Outcome outcome, unsigned index) noexcept;
/// Nothing when the number is none of the sandbox's.
std::optional<Outcome> outcome_of(pool::E164 number) noexcept;
/// All of them, as they are imported at the first start.
std::vector<pool::Number> all_numbers();

/// One PDU that the simulated carrier sends, so long after the number was leased.
struct Sent {
    std::chrono::milliseconds after{0};
    protocol::DeliverSm pdu;
};
/// `expected`: the sender that the session waits for, empty for any. `reference` tells the parts of
/// one message from those of others.
std::vector<Sent> messages_of(Outcome outcome, pool::E164 number, const std::string& expected,
                              std::uint8_t reference);

}  // namespace smppd::sandbox
