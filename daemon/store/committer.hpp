// daemon/store/committer.hpp - how the rest of the daemon has Changes recorded and history read.
// Two small interfaces, so that the message path runs in tests without threads or files.
#pragma once

#include "daemon/store/store.hpp"

#include <functional>

namespace smppd::store {

class Committer {
public:
    virtual ~Committer() = default;
    /// Records `changes` durably, then calls `done` on the caller's thread, in the order of the
    /// calls. Errors: busy (at once, nothing was queued), full. `full` fails everything that was
    /// asked for and not yet recorded, called back newest first, so that memory can be reverted in
    /// that order; of what was to be recorded together with it, the commits that only finish older
    /// work may have been recorded, and are called back before. After `broken` nothing is called
    /// back any more: the process ends.
    virtual void commit(pool::Changes changes, std::function<void(std::error_code)> done) = 0;
};

/// Runs jobs on the history reader's thread, and what they return on the caller's.
class HistoryReads {
public:
    virtual ~HistoryReads() = default;
    /// `job` runs there; the function that it returns runs here afterwards. False: the queue is
    /// full, nothing will run.
    virtual bool read(std::function<std::function<void()>(History&)> job) = 0;
};

}  // namespace smppd::store
