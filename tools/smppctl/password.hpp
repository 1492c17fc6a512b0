// tools/smppctl/password.hpp - passwords: read where nobody else sees them, or made.
#pragma once

#include "tools/smppctl/commands.hpp"

namespace smppd::ctl {

/// 8 letters and digits of the system's random source, none that looks like another (0 O, 1 l I).
/// SMPP 3.4 has room for 8 (§4.1.1).
std::string generated_password();

/// The first line of the file or of standard input, made (`generate`), or typed twice at the
/// terminal. Failure usage when there is no way to get one.
std::string read_password(const Console& console, const PasswordSource& source);

}  // namespace smppd::ctl
