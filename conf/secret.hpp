// conf/secret.hpp - secrets by reference: {credential: NAME}, {env: NAME} or {file: PATH}.
// No message ever has a secret, nor what stands where a reference should.
#pragma once

#include "conf/table.hpp"

namespace smppd::conf {

/// A password of bind_* or outbind: 1 to 8 octets (SMPP 3.4 §4.1.1).
Kind<Secret> password();
/// The store's key: 32 octets, or 64 hexadecimal digits or base64 for them; checked here, taken
/// as it stands. A missing file is no problem.
Kind<Secret> store_key();

}  // namespace smppd::conf
