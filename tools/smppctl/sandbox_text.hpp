// tools/smppctl/sandbox_text.hpp - the sandbox's magic numbers, told.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace smppd::ctl {

struct SandboxOutcome {
    unsigned outcome = 0;   ///< the three digits after +999
    std::string_view area;  ///< what an allocation asks for
    std::string_view what;
};
/// As daemon/sandbox/outcomes.hpp has them.
extern const std::array<SandboxOutcome, 9> sandbox_outcomes;
inline constexpr std::string_view sandbox_code = "123456";
inline constexpr unsigned sandbox_numbers_each = 200;

/// "+999002000001": the first number of the outcome.
std::string sandbox_number(unsigned outcome, unsigned index = 1);

}  // namespace smppd::ctl
