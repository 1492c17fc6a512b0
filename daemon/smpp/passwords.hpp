// daemon/smpp/passwords.hpp - Argon2id hashes of the passwords that platforms bind with.
// Hashing takes 50 to 180 ms, so it runs on a thread of its own from a bounded queue; a proven
// password is remembered in memory as a keyed BLAKE2b until its hash changes.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace smppd::store {
class Worker;
}

namespace smppd::smpp {

class Passwords {
public:
    virtual ~Passwords() = default;
    /// Whether `password` has `hash`; `done` runs on the network thread. An empty hash (no such
    /// account) takes as long as a wrong password and is false. Queue full: done(false) after it.
    virtual void check(const std::string& system_id, const std::string& hash,
                       const std::string& password, std::function<void(bool)> done) = 0;
    /// The hash to store; empty when it could not be made (queue full, no memory).
    virtual void hash(const std::string& password, std::function<void(std::string)> done) = 0;
};

/// `post` runs a function on the network thread.
std::unique_ptr<Passwords> argon2id_passwords(std::function<void(std::function<void()>)> post);

}  // namespace smppd::smpp
