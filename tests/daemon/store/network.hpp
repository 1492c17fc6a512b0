// tests/daemon/store/network.hpp - stands for the network thread in tests with other threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace smppd::store {

/// What is posted runs when the test says so.
class Network {
public:
    std::function<void(std::function<void()>)> post() {
        return [this](std::function<void()> job) {
            const std::lock_guard lock(mutex_);
            jobs_.push_back(std::move(job));
            changed_.notify_all();
        };
    }
    /// Runs what is posted until `enough`.
    void run_until(const std::function<bool()>& enough) {
        while (!enough()) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !jobs_.empty(); });
            run_one(lock);
        }
    }
    void run_posted() {
        std::unique_lock lock(mutex_);
        while (!jobs_.empty()) run_one(lock);
    }

private:
    void run_one(std::unique_lock<std::mutex>& lock) {
        const std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
};

}  // namespace smppd::store
