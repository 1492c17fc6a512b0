// daemon/store/filter.hpp - which messages a listing shows, alike for every store.
#pragma once

#include "daemon/store/store.hpp"

namespace smppd::store {

/// What a filter looks at, without the rest of the message.
struct FilterFields {
    pool::Id id = 0;
    pool::MessageState state{};
    pool::Owner owner;
    pool::E164 number = 0;
    std::string carrier;
};

/// Times are compared with the time in the id, which is when the message began to arrive.
bool matches(const MessageFilter& filter, const FilterFields& fields);

/// For listings and for those who follow alike.
bool matches(const EventFilter& filter, const pool::Event& event) noexcept;

bool matches(const SessionFilter& filter, const pool::Session& session) noexcept;

/// The ids that can match, both included; none when first > last.
struct IdRange {
    pool::Id first = 1, last = INT64_MAX;
};
IdRange range_of(const MessageFilter& filter);

}  // namespace smppd::store
