// daemon/store/worker.hpp - one thread with a bounded queue of jobs.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace smppd::store {

/// One thread with a bounded queue of jobs: the history reader, the password hasher.
class Worker {
public:
    /// `name` is the thread's, cut to 15 characters.
    Worker(std::string name, std::size_t queue_max);
    /// Waits for the job in hand; those that have not begun are dropped.
    ~Worker();
    /// False when the queue is full.
    bool run(std::function<void()> job);

private:
    void loop();

    const std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

/// Gives the calling thread a name for ps and top, cut to the 15 characters that Linux keeps.
void name_this_thread(const std::string& name);

}  // namespace smppd::store
