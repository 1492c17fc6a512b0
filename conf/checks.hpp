// conf/checks.hpp - what no single value can tell: how the values of a file fit together.
#pragma once

#include "conf/reader.hpp"

namespace smppd::conf {

/// Gives each carrier its profile and reports what does not fit together.
void check_whole(Reader& reader, Config& config);

}  // namespace smppd::conf
