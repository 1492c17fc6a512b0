// tests/daemon/smpp/test_passwords.cpp - the hasher's thread: who is proven, remembered, skipped,
// and turned away. Waits for that thread, never for a time.
#include "daemon/smpp/passwords.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace smppd::smpp {
namespace {

/// Stands for the network thread: what is posted runs when the test takes it.
class Posted {
public:
    std::function<void(std::function<void()>)> post() {
        return [this](std::function<void()> job) {
            std::unique_lock lock(mutex_);
            jobs_.push_back(std::move(job));
            changed_.notify_all();
            // The hasher's thread is kept here, so that the next job cannot begin.
            changed_.wait(lock, [this] { return !closed_; });
        };
    }
    /// Waits for the next one and runs it.
    void run_one() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !jobs_.empty(); });
        const auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
    }
    /// Waits until one has been posted, whose thread is kept.
    void wait_for_one() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !jobs_.empty(); });
    }
    void close(bool closed) {
        const std::lock_guard lock(mutex_);
        closed_ = closed;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool closed_ = false;
};

struct Fixture {
    explicit Fixture(std::size_t queue_max = 10)
        : passwords(argon2id_passwords(posted.post(), queue_max)) {}
    ~Fixture() { posted.close(false); }

    std::string hash(const std::string& password) {
        std::string made;
        passwords->hash(password, [&](std::string result) { made = std::move(result); });
        posted.run_one();
        return made;
    }
    std::optional<Proof> check(const Login& login) {
        std::optional<Proof> proof;
        passwords->check(login, asker, [&](Proof result) { proof = result; });
        if (!proof) posted.run_one();
        return proof;
    }
    Posted posted;
    std::shared_ptr<const int> asker = std::make_shared<const int>(0);
    std::unique_ptr<Passwords> passwords;
};

}  // namespace

TEST_CASE("passwords: the right one is proven, and remembered for its hash alone") {
    Fixture f;
    const std::string hash = f.hash("secret0");
    REQUIRE(hash.starts_with("$argon2id$"));
    const Login login{"client0", hash, "secret0"};
    CHECK_FALSE(f.passwords->remembered(login));
    CHECK(f.check(login) == Proof::right);
    CHECK(f.passwords->remembered(login));
    CHECK_FALSE(f.passwords->remembered({"client0", hash, "secret1"}));
    CHECK_FALSE(f.passwords->remembered({"client1", hash, "secret0"}));
    CHECK_FALSE(f.passwords->remembered({"client0", f.hash("secret0"), "secret0"}));
}

TEST_CASE("passwords: a wrong one and an unknown account are wrong, and are not remembered") {
    Fixture f;
    const Login wrong{"client0", f.hash("secret0"), "secret1"};
    CHECK(f.check(wrong) == Proof::wrong);
    CHECK_FALSE(f.passwords->remembered(wrong));
    CHECK(f.check({"nobody", "", "no such account"}) == Proof::wrong);
    CHECK_FALSE(f.passwords->remembered({"nobody", "", "no such account"}));
}

TEST_CASE("passwords: those who have gone are skipped, and more than the queue holds are busy") {
    Fixture f(3);
    const std::string hash = f.hash("secret0");
    std::vector<std::string> told;
    const auto ask = [&](const std::string& name, const std::shared_ptr<const int>& asker) {
        f.passwords->check({name, hash, "secret0"}, asker, [&told, name](Proof proof) {
            told.push_back(name + (proof == Proof::right ? " right" : " busy"));
        });
    };
    auto gone = std::make_shared<const int>(1);
    f.posted.close(true);
    ask("first", f.asker);
    f.posted.wait_for_one();  // it is worked out, and its thread kept: the queue is empty
    ask("second", gone);
    ask("third", gone);
    ask("fourth", f.asker);
    CHECK(told.empty());
    ask("fifth", f.asker);
    CHECK(told == std::vector<std::string>{"fifth busy"});
    gone.reset();
    f.posted.close(false);
    f.posted.run_one();
    f.posted.run_one();
    CHECK(told == std::vector<std::string>{"fifth busy", "first right", "fourth right"});
}

}  // namespace smppd::smpp
