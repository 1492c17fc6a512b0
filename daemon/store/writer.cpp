// daemon/store/writer.cpp - the writer's thread: groups first, then housekeeping, then the backup.
#include "daemon/store/writer.hpp"

#include "daemon/store/draining.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

constexpr int backup_pages = 500;
constexpr int idle_factor = 50;  // of maintain_every, when nothing waits to be aged
constexpr int eager_divisor = 4;

}  // namespace

Writer::Writer(std::unique_ptr<Store> store, WriterOptions options, Hooks hooks)
    : store_(std::move(store)), options_(std::move(options)), hooks_(std::move(hooks)) {
    maintain_at_ = Clock::now() + options_.maintain_every;
    thread_ = std::thread([this] {
        name_this_thread("writer");
        loop();
    });
}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
    *alive_ = false;
    copy_.reset();  // a backup goes before its store
    store_.reset();
}

void Writer::commit(pool::Changes changes, std::function<void(std::error_code)> done) {
    bool first = false;
    {
        std::unique_lock lock(mutex_);
        if (broken_) return;
        if (queue_.size() >= options_.queue_max) {
            lock.unlock();
            done(Errc::busy);
            return;
        }
        first = queue_.empty();
        queue_.push_back({std::move(changes), std::move(done)});
    }
    // A queue that holds something has been told of, and is looked at again after each group.
    if (first) wake_.notify_one();
}

void Writer::backup(std::string path, std::function<void(Backup::Progress)> progress,
                    std::function<void(std::error_code)> done) {
    {
        std::unique_lock lock(mutex_);
        if (broken_) return;
        if (copying_) {
            lock.unlock();
            hooks_.post([done = std::move(done)] { done(Errc::busy); });
            return;
        }
        copying_ = true;
        requested_ = Copying{std::move(path), std::move(progress), std::move(done), nullptr};
    }
    wake_.notify_one();
}

WriterStats Writer::stats() const {
    const std::lock_guard lock(mutex_);
    WriterStats stats = stats_;
    stats.queued = queue_.size();
    return stats;
}

void Writer::loop() {
    std::unique_lock lock(mutex_);
    while (!broken_) {
        wait(lock);
        if (stopping_ && (queue_.empty() || taking_back_)) break;
        std::vector<Waiting> group = next_group();
        if (requested_) copy_ = std::exchange(requested_, std::nullopt);
        lock.unlock();
        if (!group.empty()) {
            commit_group(std::move(group));
            between_groups();
        }
        if (Clock::now() >= maintain_at_) maintain();
        if (copy_) copy_slice();
        lock.lock();
    }
    if (requested_) copy_ = std::exchange(requested_, std::nullopt);
    const bool broken = broken_;
    lock.unlock();
    if (copy_ && !broken) end_copy(std::make_error_code(std::errc::operation_canceled));
}

/// Until there is something to do.
void Writer::wait(std::unique_lock<std::mutex>& lock) {
    if (copy_) return;
    wake_.wait_until(lock, maintain_at_, [this] {
        return stopping_ || (!queue_.empty() && !taking_back_) || requested_;
    });
}

std::vector<Writer::Waiting> Writer::next_group() {
    if (taking_back_) return {};
    std::vector<Waiting> group;
    for (std::size_t changes = 0; !queue_.empty() && changes < options_.group_max;) {
        changes += std::max<std::size_t>(1, queue_.front().changes.size());
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

/// A full disk refused `groups`. Those that only finish older work must not fail with the new
/// messages beside them: they are recorded alone, and leave `group`. `error` may become broken.
std::vector<Writer::Waiting> Writer::drained(std::vector<Waiting>& group,
                                             std::vector<pool::Changes>& groups,
                                             std::error_code& error) {
    std::vector<bool> alone;
    std::vector<pool::Changes> finishing;
    for (pool::Changes& changes : groups) {
        alone.push_back(drains(changes));
        if (alone.back()) finishing.push_back(std::move(changes));
    }
    if (finishing.empty() || finishing.size() == groups.size()) return {};
    if (const std::error_code again = store_->apply(finishing)) {
        error = again;
        return {};
    }
    std::vector<Waiting> recorded, failed;
    for (std::size_t i = 0; i < group.size(); ++i)
        (alone[i] ? recorded : failed).push_back(std::move(group[i]));
    group = std::move(failed);
    return recorded;
}

void Writer::commit_group(std::vector<Waiting> group) {
    std::vector<pool::Changes> groups;
    groups.reserve(group.size());
    std::uint64_t changes = 0;
    for (Waiting& one : group) {
        changes += one.changes.size();
        groups.push_back(std::move(one.changes));
    }
    const auto begin = Clock::now();
    std::error_code error = store_->apply(groups);
    std::vector<Waiting> saved;
    if (error == Errc::full) saved = drained(group, groups, error);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    {
        const std::lock_guard lock(mutex_);
        ++stats_.groups;
        stats_.last_group = took;
        stats_.longest_group = std::max(stats_.longest_group, took);
        stats_.full = error == Errc::full;
        taking_back_ = static_cast<bool>(error);
        if (error) {
            ++stats_.errors;
            stats_.commits += saved.size();
        } else {
            stats_.commits += group.size();
            stats_.changes += changes;
        }
    }
    if (error == Errc::broken) {
        // Nothing is called back; but what the callers gave is theirs to destroy, on their thread.
        hooks_.post([dropped = std::make_shared<std::vector<Waiting>>(std::move(group))] {});
        break_down();
        return;
    }
    if (error) {
        hooks_.post([this, alive = alive_, error,
                     recorded = std::make_shared<std::vector<Waiting>>(std::move(saved)),
                     failed = std::make_shared<std::vector<Waiting>>(std::move(group))] {
            if (*alive) take_back(*recorded, *failed, error);
        });
        return;
    }
    // One wake-up of the network thread for all of them. Where it made the changes they go again:
    // that is cheaper than on another thread.
    hooks_.post([completed = std::make_shared<std::vector<Waiting>>(std::move(group)),
                 recorded = std::make_shared<std::vector<pool::Changes>>(std::move(groups)),
                 error] {
        for (const Waiting& one : *completed) one.done(error);
    });
}

void Writer::between_groups() {
    {
        const std::lock_guard lock(mutex_);
        if (broken_ || taking_back_) return;
    }
    const std::error_code error = store_->between_groups();
    if (!error) return;
    {
        const std::lock_guard lock(mutex_);
        ++stats_.errors;
    }
    if (error == Errc::broken) break_down();
}

/// On the network thread. What was asked for after the failed group may rest on it (a release on
/// its allocation), so it fails too; the newest first, as memory must go back.
void Writer::take_back(const std::vector<Waiting>& drained, const std::vector<Waiting>& failed,
                       std::error_code error) {
    for (const Waiting& one : drained) one.done({});
    std::deque<Waiting> later;
    {
        const std::lock_guard lock(mutex_);
        later = std::exchange(queue_, {});
        taking_back_ = false;
    }
    for (auto one = later.rbegin(); one != later.rend(); ++one) one->done(error);
    for (auto one = failed.rbegin(); one != failed.rend(); ++one) one->done(error);
    wake_.notify_one();
}

void Writer::maintain() {
    bool idle = false;
    {
        const std::lock_guard lock(mutex_);
        if (broken_) return;
        idle = queue_.empty();
    }
    pool::Changes changes;
    std::error_code error;
    const bool more = store_->maintain(options_.retention, hooks_.wall_now(), changes, error);
    if (error) {
        const std::lock_guard lock(mutex_);
        ++stats_.errors;
    }
    if (error == Errc::broken) return break_down();
    if (!changes.empty() && hooks_.aged)
        hooks_.post([aged = hooks_.aged, changes = std::move(changes)] { aged(changes); });
    auto pause = Clock::duration(options_.maintain_every);
    if (!more)
        pause *= idle_factor;
    else if (idle)
        pause /= eager_divisor;
    maintain_at_ = Clock::now() + pause;
}

void Writer::copy_slice() {
    {
        const std::lock_guard lock(mutex_);
        if (broken_) return;
    }
    std::error_code error;
    if (!copy_->backup) {
        copy_->backup = store_->backup(copy_->path, error);
        if (error) end_copy(error);
        return;
    }
    Backup::Progress progress;
    error = copy_->backup->step(backup_pages, progress);
    if (copy_->progress) hooks_.post([report = copy_->progress, progress] { report(progress); });
    if (error || progress.done) end_copy(error);
}

void Writer::end_copy(std::error_code error) {
    Copying ended = std::move(*copy_);
    copy_.reset();
    ended.backup.reset();
    {
        const std::lock_guard lock(mutex_);
        copying_ = false;
    }
    hooks_.post([done = std::move(ended.done), error] { done(error); });
}

/// From now on nobody gets an answer: an fsync that failed cannot be trusted when it is repeated.
void Writer::break_down() {
    {
        const std::lock_guard lock(mutex_);
        if (broken_) return;
        broken_ = true;
    }
    hooks_.post([broken = hooks_.broken] { broken(Errc::broken); });
}

}  // namespace smppd::store
