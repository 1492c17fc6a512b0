// daemon/smpp/passwords.hpp - Argon2id hashes of the passwords that platforms bind with.
// Hashing takes 50 to 180 ms, so it runs on a thread of its own from a bounded queue; a proven
// password is remembered in memory as a keyed BLAKE2b until its hash changes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace smppd::store {
class Worker;
}

namespace smppd::smpp {

/// A password, and the hash that it must have.
struct Login {
    std::string system_id;
    std::string hash;  ///< empty: no such account
    std::string password;
};

enum class Proof : std::uint8_t {
    right,
    wrong,
    busy,  ///< not looked at: the queue is full
};

class Passwords {
public:
    virtual ~Passwords() = default;
    /// Whether the password was proven before, for this hash; at once.
    virtual bool remembered(const Login&) const { return false; }
    /// Whether the password has the hash; `done` runs on the network thread, or from within when
    /// it need not be worked out. An empty hash takes as long as a wrong password and is wrong.
    /// Once `asker` has expired nothing is worked out for it any more.
    virtual void check(Login login, std::weak_ptr<const void> asker,
                       std::function<void(Proof)> done) = 0;
    /// The hash to store; empty when it could not be made (queue full, no memory).
    virtual void hash(const std::string& password, std::function<void(std::string)> done) = 0;
};

/// `post` runs a function on the network thread. `queue_max`: what may wait to be worked out.
std::unique_ptr<Passwords> argon2id_passwords(std::function<void(std::function<void()>)> post,
                                              std::size_t queue_max = 1'000);

}  // namespace smppd::smpp
