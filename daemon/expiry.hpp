// daemon/expiry.hpp - ends sessions whose time has come and frees numbers that have cooled down.
// Knows no clock but the one it is given.
#pragma once

#include "daemon/smpp/transport.hpp"
#include "daemon/store/committer.hpp"
#include "pool/pool.hpp"

#include <memory>

namespace smppd {

class Expiry {
public:
    Expiry(pool::Pool& pool, store::Committer& committer, smpp::Timers& timers);
    ~Expiry();

    /// Ends what has come to its end, and waits for the next. Where the store cannot take it, it
    /// is tried again after a few seconds; no message finds the old owner meanwhile.
    void run(smpp::Now now);
    /// The pool may have an earlier deadline now.
    void rearm();
    /// The daemon ends: nothing more.
    void stop();

private:
    void committed(std::error_code error, const pool::Changes& changes);

    pool::Pool& pool_;
    store::Committer& committer_;
    smpp::Timers& timers_;
    std::unique_ptr<smpp::Timer> timer_;
    protocol::Instant not_before_{};  ///< the store was too busy: nothing until then
    bool stopped_ = false;
    std::shared_ptr<bool> alive_;  ///< false once this is gone; callbacks look
};

}  // namespace smppd
