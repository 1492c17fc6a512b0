// pool/pool.cpp - leases: who has which number, and until when.
#include "pool/pool.hpp"

#include "pool/pool_state.hpp"

namespace smppd::pool {
namespace {

constexpr E164 number_max = 999'999'999'999'999;

}  // namespace

Pool::Pool(PoolOptions options, std::function<void(std::span<std::uint8_t>)> chance,
           std::function<Id(WallTime)> event_id)
    : state_(std::make_unique<State>(options, std::move(chance), std::move(event_id))) {}

Pool::~Pool() = default;

void Pool::workflows(std::map<std::string, Workflow> workflows) {
    state_->workflows = std::move(workflows);
}

const std::map<std::string, Workflow>& Pool::workflows() const { return state_->workflows; }

void Pool::salt(std::uint64_t salt) { state_->salt = salt; }

void Pool::State::put(const Session& session) {
    sessions.put(session);
    if (session.reference.empty()) return;
    const Workflow* flow = workflow(session.workflow);
    if (flow == nullptr || flow->rotation_used() != Rotation::sticky) return;
    constexpr std::size_t references_max = 1'000'000;  // above it one is forgotten
    if (last_of_reference.size() >= references_max)
        last_of_reference.erase(last_of_reference.begin());
    last_of_reference[{session.platform, session.reference}] = session.number;
}

std::optional<Session> Pool::session(Id id) const {
    const Session* found = state_->sessions.find(id);
    if (found == nullptr) return std::nullopt;
    return *found;
}

std::optional<Session> Pool::session(const Token& token) const {
    const Session* found = state_->sessions.find(token);
    if (found == nullptr) return std::nullopt;
    return *found;
}

std::optional<Session> Pool::session_of_task(PlatformId platform, const std::string& task) const {
    const Session* found = state_->sessions.find_task(platform, task);
    if (found == nullptr) return std::nullopt;
    return *found;
}

std::vector<Session> Pool::sessions(PlatformId platform, std::optional<SessionState> state,
                                    Id before, std::size_t limit) const {
    return state_->sessions.list(platform, state, before, limit);
}

Id Pool::sessions_forgotten() const noexcept { return state_->sessions.forgotten(); }

Ownership Pool::owner_of(E164 number, std::string_view /*carrier*/, WallTime now) const {
    if (number == 0 || number > number_max) return {{}, Unowned::bad_destination};
    const auto slot = state_->numbers.find(number);
    if (!slot) return {{}, Unowned::not_in_pool};
    const NumberRecord& record = state_->numbers.at(*slot);
    switch (record.state) {
        case NumberState::assigned: return {{record.platform, 0}, Unowned::no};
        case NumberState::disabled:
        case NumberState::retired: return {{}, Unowned::disabled};
        case NumberState::available:
        case NumberState::cooling:
        case NumberState::reserved: return {{}, Unowned::not_leased};
        case NumberState::leased: break;
    }
    // What asks now came after allocate(), whatever the clock says: the lease that is in memory
    // decides, and a clock that stepped back before `created_at` takes nothing from its owner.
    const Session* session = state_->sessions.find(record.session);
    if (session == nullptr || !state_->sessions.in_force(*session, now))
        return {{}, Unowned::not_leased};
    return {{session->platform, session->id}, Unowned::no};
}

}  // namespace smppd::pool
