// daemon/store/writer.hpp - the one thread that owns the database, and group commit.
// While one commit runs, what arrives queues up; the next transaction takes all of it.
#pragma once

#include "daemon/store/committer.hpp"
#include "daemon/store/worker.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace smppd::store {

struct WriterOptions {
    std::size_t queue_max = 20'000;  ///< commits that wait; then Errc::busy
    std::size_t group_max = 2'000;   ///< changes in one transaction; a commit is never split
    /// A slice of ageing as often while there is something to age: four times as often with an
    /// empty queue, and a look every 50th time when there is nothing.
    std::chrono::milliseconds maintain_every{20};
    Retention retention{};
};

/// Figures for metrics; a copy.
struct WriterStats {
    std::uint64_t groups = 0, commits = 0, changes = 0, errors = 0;
    std::size_t queued = 0;
    std::chrono::microseconds last_group{0}, longest_group{0};
    bool full = false;  ///< the last commit found the disk full
};

class Writer final : public Committer {
public:
    /// `post` runs a function on the network thread (it may be called from any thread).
    /// `broken` is called there once when the store has failed for good. `wall_now` reads the
    /// clock. `aged` hands over the changes that maintenance made, on the network thread.
    struct Hooks {
        std::function<void(std::function<void()>)> post;
        std::function<void(std::error_code)> broken;
        std::function<void(pool::Changes)> aged;
        std::function<pool::WallTime()> wall_now;
    };
    Writer(std::unique_ptr<Store> store, WriterOptions options, Hooks hooks);
    /// Commits what is queued, then stops the thread.
    ~Writer() override;

    void commit(pool::Changes changes, std::function<void(std::error_code)> done) override;
    /// Copies the store in slices between the commits. `progress` and `done` run on the network
    /// thread. One at a time: busy. When the Writer ends before the copy: operation_canceled.
    void backup(std::string path, std::function<void(Backup::Progress)> progress,
                std::function<void(std::error_code)> done);
    WriterStats stats() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        pool::Changes changes;
        std::function<void(std::error_code)> done;
    };
    struct Copying {
        std::string path;
        std::function<void(Backup::Progress)> progress;
        std::function<void(std::error_code)> done;
        std::unique_ptr<Backup> backup;  ///< none before the first slice
    };

    void loop();
    void wait(std::unique_lock<std::mutex>& lock);
    std::vector<Waiting> next_group();
    void commit_group(std::vector<Waiting> group);
    std::vector<Waiting> drained(std::vector<Waiting>& group, std::vector<pool::Changes>& groups,
                                 std::error_code& error);
    void between_groups();
    void maintain();
    void copy_slice();
    void end_copy(std::error_code error);
    void take_back(const std::vector<Waiting>& drained, const std::vector<Waiting>& failed,
                   std::error_code error);
    void break_down();

    std::unique_ptr<Store> store_;
    const WriterOptions options_;
    const Hooks hooks_;

    mutable std::mutex mutex_;  // guards what follows, up to the thread's own
    std::condition_variable wake_;
    std::deque<Waiting> queue_;
    std::optional<Copying> requested_;
    bool copying_ = false;
    bool stopping_ = false;
    bool broken_ = false;
    bool taking_back_ = false;  ///< a group failed; nothing is committed until memory went back
    WriterStats stats_;

    // The thread's own.
    std::optional<Copying> copy_;
    Clock::time_point maintain_at_{};

    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // the network thread's

    std::thread thread_;
};

}  // namespace smppd::store
