// tools/smscsim/help.hpp - the longer texts of --help: the commands, and examples.
#pragma once

namespace smppd::smscsim {

extern const char* const main_help;
extern const char* const serve_help;
extern const char* const client_help;

}  // namespace smppd::smscsim
