// tools/smppctl/suggest.hpp - "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smppd::ctl {

/// The one of `known` nearest to `word`: a beginning of it, or at most a third of its letters
/// (and at least one) wrong, missing, too many or swapped. Empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace smppd::ctl
