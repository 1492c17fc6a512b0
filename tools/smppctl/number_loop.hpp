// tools/smppctl/number_loop.hpp - one call for each of many numbers.
#pragma once

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/tool.hpp"

#include <optional>
#include <vector>

namespace smppd::ctl {

/// Calls `one` for each number; the first failure ends the command once all have been tried.
template <class One>
void for_each_number(const Tool& tool, const std::vector<std::string>& numbers, One one) {
    std::optional<Failure> first;
    for (const std::string& number : numbers) {
        try {
            one(plus_number(number));
        } catch (const Failure& failure) {
            if (failure.code() == Exit::unreachable || numbers.size() == 1) throw;
            tool.console.note(escaped(number) + ": " + failure.what());
            if (!first) first = failure;
        }
    }
    if (first) throw Failure{first->code(), "not all of the numbers were changed"};
}

}  // namespace smppd::ctl
