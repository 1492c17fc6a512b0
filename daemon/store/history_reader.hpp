// daemon/store/history_reader.hpp - history reads on a thread of their own, away from the
// network's.
#pragma once

#include "daemon/store/committer.hpp"
#include "daemon/store/worker.hpp"

namespace smppd::store {

class HistoryReader final : public HistoryReads {
public:
    /// `post` runs a function on the network thread.
    HistoryReader(std::unique_ptr<History> history, std::size_t queue_max,
                  std::function<void(std::function<void()>)> post)
        : history_(std::move(history)), post_(std::move(post)), worker_("history", queue_max) {}

    bool read(std::function<std::function<void()>(History&)> job) override {
        return worker_.run([this, job = std::move(job)] { post_(job(*history_)); });
    }

private:
    std::unique_ptr<History> history_;
    std::function<void(std::function<void()>)> post_;
    Worker worker_;  // last: its thread ends before what it uses
};

}  // namespace smppd::store
