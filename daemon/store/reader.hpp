// daemon/store/reader.hpp - History on a connection of its own that never writes.
#pragma once

#include "daemon/store/filter.hpp"
#include "daemon/store/rows.hpp"
#include "daemon/store/rows_events.hpp"

namespace smppd::store {

/// Listings walk along the ids, which grow with time, and test each row: there is no index for
/// them on the hot path. A call visits at most `rows_visited_max` rows. A session's messages lie
/// between its begin and its end, so the walk is short; by number, platform or carrier it reaches
/// back that many rows from `before`, or from the filter's `until`.
class Reader final : public History {
public:
    static constexpr std::size_t rows_visited_max = 200'000;

    /// Throws SqlError.
    Reader(const std::string& path, const Seal& seal);

    WaitingPage waiting(pool::PlatformId platform, pool::Id after, std::size_t limit,
                        std::size_t weight_max) override;
    std::vector<std::pair<pool::PlatformId, std::uint64_t>> waiting_counts() override;
    std::vector<pool::Message> messages(const MessageFilter& filter, pool::Id before,
                                        std::size_t limit, bool text) override;
    MessagePage messages_after(const MessageFilter& filter, pool::Id after, std::size_t limit,
                               bool text) override;
    std::optional<pool::Message> message(pool::Id id, bool text) override;
    std::vector<pool::Part> parts(pool::Id assembly) override;
    std::vector<pool::TraceEntry> trace(pool::Id message) override;
    std::vector<pool::ReceiptRecord> receipts(const std::string& carrier, pool::Id before,
                                              std::size_t limit) override;
    std::optional<pool::Session> session(pool::Id id) override;
    std::optional<pool::Session> session(const pool::Token& token) override;
    std::optional<pool::Session> session_of_task(pool::PlatformId platform,
                                                 const std::string& task) override;
    SessionPage sessions_page(const SessionFilter& filter, pool::Id before,
                              std::size_t limit) override;
    std::vector<pool::Session> sessions_of(pool::E164 number, pool::Id before,
                                           std::size_t limit) override;
    EventPage events_after(const EventFilter& filter, pool::Id after, std::size_t limit,
                           bool text) override;
    std::vector<pool::Event> events(std::span<const pool::Id> ids) override;
    std::vector<pool::Delivery> deliveries(pool::Id webhook,
                                           std::optional<pool::DeliveryState> state,
                                           pool::Id before_event, std::size_t limit) override;
    std::optional<pool::AnswerKept> answer(pool::Id id) override;
    std::uint64_t errors() const override { return errors_; }

private:
    /// For sessions by number, events and what is around them.
    struct Statements {
        explicit Statements(const Connection& db);
        Statement sessions, session_named, session_of_task, last_session, previous_session;
        Statement events, event;
        Statement deliveries, waiting_deliveries, dead_deliveries;
        Statement answer;
    };

    /// Runs `read`; what it throws is counted, and the result is empty then.
    template <class Result, class Read>
    Result guarded(Read read) {
        try {
            return read();
        } catch (const SqlError&) {
            ++errors_;
            return {};
        }
    }
    /// Matching rows of the range in the order of `rows`, until there are `limit` of them.
    MessagePage walk(Statement& rows, const MessageFilter& filter, IdRange range, std::size_t limit,
                     bool text);
    std::optional<pool::Message> fetch(pool::Id id, bool text);
    std::optional<pool::Session> fetch_session(pool::Id id);
    std::optional<pool::Event> fetch_event(pool::Id id);
    IdRange narrowed(const MessageFilter& filter);

    Connection db_;
    Seal seal_;
    Statement waiting_, waiting_counts_;
    Statement newest_first_, oldest_first_;
    Statement message_, parts_, trace_, receipts_, session_;
    Statements more_;
    std::uint64_t errors_ = 0;
};

}  // namespace smppd::store
