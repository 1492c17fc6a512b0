// daemon/store/worker.cpp - one thread with a bounded queue of jobs.
#include "daemon/store/worker.hpp"

#include <pthread.h>

namespace smppd::store {

void name_this_thread(const std::string& name) {
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

Worker::Worker(std::string name, std::size_t queue_max) : queue_max_(queue_max) {
    thread_ = std::thread([this, name = std::move(name)] {
        name_this_thread(name);
        loop();
    });
}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

bool Worker::run(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= queue_max_) return false;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void Worker::loop() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_) return;
        std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        job = nullptr;  // what it holds goes before the next wait
        lock.lock();
    }
}

}  // namespace smppd::store
