// daemon/store/memory.hpp - the store in memory, for tests and for replaying vectors.
#pragma once

#include "daemon/store/committer.hpp"

#include <map>
#include <memory>

namespace smppd::store {

/// Commits at once, on the caller's thread, unless told to fail or to hold.
class MemoryStore final : public Committer, public HistoryReads {
public:
    MemoryStore();
    ~MemoryStore() override;
    void commit(pool::Changes changes, std::function<void(std::error_code)> done) override;
    bool read(std::function<std::function<void()>(History&)> job) override;

    void fail_with(std::error_code error);  ///< from now on; zero heals
    void hold(bool on);                     ///< keep commits back until release()
    void release();                         ///< completes what was held, in order
    void fail_reads(bool on);               ///< of what waits, as from a file that is damaged
    void spoil(pool::Id message);           ///< its seal does not open any more
    void load(Visitor& visitor);            ///< what a restart would find
    History& history();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace smppd::store
