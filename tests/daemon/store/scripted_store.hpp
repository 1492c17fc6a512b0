// tests/daemon/store/scripted_store.hpp - a store that does what a test tells it.
#pragma once

#include "daemon/store/store.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace smppd::store {

/// What the store under the writer does and has seen; shared with the test.
struct Script {
    std::mutex mutex;
    std::condition_variable changed;
    bool gate_open = true;
    int applying = 0;                      ///< calls of apply() that have begun
    std::vector<std::size_t> groups;       ///< how many commits each took
    std::vector<std::error_code> answers;  ///< of apply(), in turn; then good
    std::error_code maintain_answer, between_answer;
    int between = 0;  ///< calls of between_groups()
    int maintained = 0;
    bool expires = false;  ///< the first slice of ageing finds something
    int backup_slices = 3;

    void open_gate() {
        const std::lock_guard lock(mutex);
        gate_open = true;
        changed.notify_all();
    }
    void wait_for_apply(int n) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return applying >= n; });
    }
    void wait_for_maintain(int n) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return maintained >= n; });
    }
};

class ScriptedBackup final : public Backup {
public:
    explicit ScriptedBackup(int slices) : slices_(slices) {}
    std::error_code step(int pages, Progress& progress) override {
        done_ += static_cast<std::uint64_t>(pages);
        progress = {.pages_done = done_, .pages = 1'500, .done = --slices_ == 0};
        return {};
    }

private:
    int slices_;
    std::uint64_t done_ = 0;
};

class ScriptedStore final : public Store {
public:
    explicit ScriptedStore(Script& script) : script_(script) {}
    void load(Visitor&, std::chrono::seconds) override {}
    std::error_code apply(std::span<const pool::Changes> groups) override {
        std::unique_lock lock(script_.mutex);
        ++script_.applying;
        script_.groups.push_back(groups.size());
        script_.changed.notify_all();
        script_.changed.wait(lock, [this] { return script_.gate_open; });
        if (script_.answers.empty()) return {};
        const auto answer = script_.answers.front();
        script_.answers.erase(script_.answers.begin());
        return answer;
    }
    bool maintain(const Retention&, pool::WallTime now, pool::Changes& changes,
                  std::error_code& error) override {
        const std::lock_guard lock(script_.mutex);
        if (script_.expires && script_.maintained == 0)
            changes.push_back(pool::MessageSettled{
                .id = 5, .platform = 1, .state = pool::MessageState::expired, .at = now});
        ++script_.maintained;
        script_.changed.notify_all();
        error = script_.maintain_answer;
        return !error;
    }
    std::error_code between_groups() override {
        const std::lock_guard lock(script_.mutex);
        ++script_.between;
        script_.changed.notify_all();
        return script_.between_answer;
    }
    std::unique_ptr<Backup> backup(const std::string& path, std::error_code& error) override {
        if (path.empty()) error = std::make_error_code(std::errc::file_exists);
        return error ? nullptr : std::make_unique<ScriptedBackup>(script_.backup_slices);
    }
    std::unique_ptr<History> history() override { return nullptr; }

private:
    Script& script_;
};

}  // namespace smppd::store
