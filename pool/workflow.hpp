// pool/workflow.hpp - the configured verification journey that a session follows.
// Source: Pool and verification, Workflow.
#pragma once

#include "pool/extract.hpp"
#include "pool/types.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::pool {

enum class Direction : std::uint8_t {
    inbound = 0,  ///< a code arrives on the leased number
    outbound,     ///< we send a code to the user's number
};
std::string_view name(Direction direction) noexcept;

/// Which of the numbers that fit is leased.
enum class Rotation : std::uint8_t {
    least_recent = 0,  ///< longest idle first
    random,            ///< any, with equal chance
    sticky,            ///< the one that this reference had last, if it is free; else least_recent
    fresh,             ///< never used for this brand, longest idle first
};
std::string_view name(Rotation rotation) noexcept;

/// What the journey does next, as verifyCode and the events say it: words of the platform's own.
struct NextSteps {
    std::string verified = "continue";
    std::string failed = "retry_with_new_number";
    std::string expired = "switch_to_primary_number";
};

/// When a code that we send may be sent again.
struct Resend {
    Seconds after{30};
    unsigned max = 3;
};

struct Workflow {
    std::string name;
    Direction direction = Direction::inbound;
    Seconds ttl = std::chrono::minutes{10};
    Seconds ttl_max = std::chrono::minutes{30};  ///< with all extensions
    std::vector<std::string> regions;            ///< ISO 3166-1 alpha-2; empty: any
    CodeShape code;
    /// Who may send the code: "*" (any), an alphanumeric sender ("Google"), a brand, or digits with
    /// or without + and with * behind ("+4477*").
    std::vector<std::string> expected_senders{"*"};
    unsigned attempts = 5;
    bool release_on_verified = true, release_on_failed = true;
    Rotation rotation = Rotation::least_recent;
    std::optional<Seconds> cool_down, brand_cool_down;  ///< empty: the pool's
    NextSteps next_step;
    bool elevated = false;  ///< fresh number, one attempt fewer
    unsigned swaps_max = 3;
    std::string isolation_group;  ///< only numbers of this group; empty: only those of none
    std::string carrier, tag;     ///< empty: any
    // Outbound alone:
    std::map<std::string, std::string> templates;  ///< by language: "Your code is {code}."
    Resend resend;

    /// How often a wrong code may be tried in a session.
    unsigned attempts_allowed() const noexcept {
        return elevated && attempts > 1 ? attempts - 1 : attempts;
    }
    Rotation rotation_used() const noexcept { return elevated ? Rotation::fresh : rotation; }
};

/// Whether one of the patterns names the sender; see Workflow::expected_senders. `brand` is
/// brand_of() of the message.
bool sender_expected(const std::vector<std::string>& patterns, std::string_view sender,
                     std::string_view brand) noexcept;

}  // namespace smppd::pool
