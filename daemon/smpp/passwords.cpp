// daemon/smpp/passwords.cpp - see passwords.hpp.
#include "daemon/smpp/passwords.hpp"

#include "daemon/store/worker.hpp"

#include <sodium.h>

#include <array>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace smppd::smpp {

namespace {

// OWASP's least for Argon2id: 19 MiB and two passes; about 50 ms.
constexpr unsigned long long passes = 2;
constexpr std::size_t memory_octets = 19 * 1024 * 1024;
constexpr std::size_t proven_max = 10'000;

using Digest = std::array<unsigned char, 32>;

std::string make_hash(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str(out.data(), password.data(), password.size(), passes, memory_octets) !=
        0) {
        return {};
    }
    return out.data();
}

class Argon2idPasswords final : public Passwords {
public:
    Argon2idPasswords(std::function<void(std::function<void()>)> post, std::size_t queue_max)
        : post_(std::move(post)), worker_("passwords", queue_max) {
        if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
        randombytes_buf(key_.data(), key_.size());
        nobody_ = make_hash("no such account");
    }
    ~Argon2idPasswords() override { sodium_memzero(key_.data(), key_.size()); }

    bool remembered(const Login& login) const override {
        const auto proven = proven_.find(login.system_id);
        if (proven == proven_.end()) return false;
        const Digest digest = digest_of(login);
        return sodium_memcmp(proven->second.data(), digest.data(), digest.size()) == 0;
    }

    void check(Login login, std::weak_ptr<const void> asker,
               std::function<void(Proof)> done) override {
        if (remembered(login)) return done(Proof::right);
        auto finish = [this, system_id = login.system_id, digest = digest_of(login),
                       known = !login.hash.empty(), done](bool right) {
            const bool proven = right && known;
            if (proven) remember(system_id, digest);
            done(proven ? Proof::right : Proof::wrong);
        };
        auto job = [post = post_, against = login.hash.empty() ? nobody_ : login.hash,
                    password = login.password, asker = std::move(asker),
                    finish = std::move(finish)] {
            // Who has hung up meanwhile is not to hold up those behind him.
            if (asker.expired()) return;
            const bool right =
                crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
            post([finish, right] { finish(right); });
        };
        if (!worker_.run(std::move(job))) done(Proof::busy);
    }

    void hash(const std::string& password, std::function<void(std::string)> done) override {
        auto job = [post = post_, password, done] {
            post([done, made = make_hash(password)] { done(made); });
        };
        if (!worker_.run(std::move(job))) done({});
    }

private:
    /// Binds the password to the account and to the hash that it was proven against.
    Digest digest_of(const Login& login) const {
        Digest digest{};
        crypto_generichash_state state;
        crypto_generichash_init(&state, key_.data(), key_.size(), digest.size());
        for (const std::string_view part :
             {std::string_view(login.system_id), std::string_view(login.hash),
              std::string_view(login.password)}) {
            const std::uint64_t length = part.size();
            crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&length),
                                      sizeof length);
            crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                                      part.size());
        }
        crypto_generichash_final(&state, digest.data(), digest.size());
        return digest;
    }

    void remember(const std::string& system_id, const Digest& digest) {
        if (proven_.size() >= proven_max) proven_.clear();
        proven_.insert_or_assign(system_id, digest);
    }

    std::function<void(std::function<void()>)> post_;
    Digest key_{};
    std::string nobody_;
    std::map<std::string, Digest> proven_;
    store::Worker worker_;  // last: its jobs use what stands above
};

}  // namespace

std::unique_ptr<Passwords> argon2id_passwords(std::function<void(std::function<void()>)> post,
                                              std::size_t queue_max) {
    return std::make_unique<Argon2idPasswords>(std::move(post), queue_max);
}

}  // namespace smppd::smpp
