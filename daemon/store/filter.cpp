// daemon/store/filter.cpp - which messages a listing shows.
#include "daemon/store/filter.hpp"

#include "pool/ids.hpp"

#include <algorithm>

namespace smppd::store {

bool matches(const MessageFilter& filter, const FilterFields& fields) {
    const IdRange range = range_of(filter);
    return fields.id >= range.first && fields.id <= range.last &&
           (filter.platform == 0 || filter.platform == fields.owner.platform) &&
           (filter.session == 0 || filter.session == fields.owner.session) &&
           (filter.number == 0 || filter.number == fields.number) &&
           (!filter.state || *filter.state == fields.state) &&
           (filter.carrier.empty() || filter.carrier == fields.carrier);
}

bool matches(const EventFilter& filter, const pool::Event& event) noexcept {
    const std::uint32_t type = std::uint32_t{1} << static_cast<unsigned>(event.type);
    return (filter.platform == 0 || filter.platform == event.platform) &&
           (filter.session == 0 || filter.session == event.session) &&
           (!filter.test || *filter.test == event.test) &&
           (filter.types == 0 || (filter.types & type) != 0);
}

bool matches(const SessionFilter& filter, const pool::Session& session) noexcept {
    return (filter.platform == 0 || filter.platform == session.platform) &&
           (!filter.state || *filter.state == session.state) &&
           (!filter.test || *filter.test == session.test) &&
           (filter.reference.empty() || filter.reference == session.reference);
}

IdRange range_of(const MessageFilter& filter) {
    IdRange range;
    range.first = pool::first_id_at(filter.from);
    // A session's messages come after it.
    range.first = std::max(range.first, filter.session);
    // first_id_at holds the last time that an id can have for all later ones.
    const pool::Id until = pool::first_id_at(filter.until);
    if (filter.until != pool::WallTime::max()) range.last = until - 1;
    return range;
}

}  // namespace smppd::store
