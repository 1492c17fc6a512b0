// pool/pool_verify.cpp - whether what was typed is the code that arrived.
// Source: Pool and verification, verifyCode.
#include "pool/pool_state.hpp"

#include <algorithm>
#include <array>

namespace smppd::pool {
namespace {

constexpr std::size_t code_octets = 32;
using CodeBlock = std::array<std::uint8_t, code_octets + 1>;

/// A code in a block of one size, with its length in front, so that all comparisons are alike.
CodeBlock block_of(std::string_view code) {
    CodeBlock block{};
    block[0] = static_cast<std::uint8_t>(std::min<std::size_t>(code.size(), 255));
    std::copy_n(code.begin(), std::min(code.size(), code_octets), block.begin() + 1);
    return block;
}

/// 1 when they are the same; looks at every octet whatever they hold.
unsigned same(const CodeBlock& a, const CodeBlock& b) {
    unsigned differ = 0;
    for (std::size_t i = 0; i < a.size(); ++i) differ |= static_cast<unsigned>(a[i] ^ b[i]);
    return 1U & ((differ - 1U) >> 8U);
}

/// Whether one of the codes in force is the one typed. Every place of the list is compared, taken
/// or not, so that neither their number nor which one matched can be timed.
/// A code counts until `grace` after the next one has come.
bool right(const Session& session, std::string_view typed, Seconds grace, WallTime now) {
    const CodeBlock entered = block_of(typed);
    const auto& codes = session.arrived.codes;
    unsigned match = 0;
    for (std::size_t i = 0; i < session_codes_max; ++i) {
        const bool taken = i < codes.size();
        const CodeBlock known =
            block_of(taken ? std::string_view{codes[i].code} : std::string_view{});
        const bool in_force = taken && !codes[i].code.empty() &&
                              (i + 1 == codes.size() || now <= codes[i + 1].at + grace);
        match |= same(entered, known) & static_cast<unsigned>(in_force);
    }
    return match != 0 && !typed.empty() && typed.size() <= code_octets;
}

}  // namespace

Result<Verdict> Pool::verify(Id id, std::string_view typed, WallTime now) {
    const Session* found = state_->sessions.find(id);
    if (found == nullptr) return Errc::not_found;
    const Session before = *found;
    const std::string code = fold_code(typed);
    const Workflow* flow = state_->workflow(before.workflow);
    const NextSteps steps = (flow != nullptr ? *flow : Workflow{}).next_step;
    const std::uint64_t hash = state_->code_hash(before, code);

    Verdict verdict;
    verdict.session = before;
    verdict.attempts_left =
        before.attempts_max - std::min(before.attempts_used, before.attempts_max);
    if (before.verified_at != WallTime{}) {
        const bool again = hash == before.used_code && verdict.attempts_left > 0;
        verdict.outcome = again ? Verdict::Outcome::verified : Verdict::Outcome::spent;
        verdict.next_step = steps.verified;
        if (again || verdict.attempts_left == 0) return verdict;
        // Guessing goes on counting: who has spent the attempts learns nothing more.
        Session after = before;
        ++after.attempts_used;
        --verdict.attempts_left;
        state_->change(before, after, verdict.changes);
        return verdict;
    }
    if (before.state == SessionState::failed || verdict.attempts_left == 0) {
        verdict.outcome = Verdict::Outcome::spent;
        verdict.next_step = steps.failed;
        return verdict;
    }
    if (!state_->sessions.in_force(before, now)) return Errc::ended;

    Session after = before;
    ++after.attempts_used;
    --verdict.attempts_left;
    const bool success = right(before, code, state_->options.code_grace, now);
    if (success) {
        after.state = SessionState::verified;
        after.verified_at = now;
        after.used_code = hash;
        after.arrived.forget_codes();
        verdict.outcome = Verdict::Outcome::verified;
        verdict.next_step = steps.verified;
    } else if (verdict.attempts_left == 0) {
        after.state = SessionState::failed;
        verdict.outcome = Verdict::Outcome::exhausted;
        verdict.next_step = steps.failed;
    }
    const bool over = after.state != SessionState::active;
    const bool releases = success ? flow == nullptr || flow->release_on_verified
                                  : flow == nullptr || flow->release_on_failed;
    if (over && releases) after.ended_at = std::max(now, before.created_at);
    state_->change(before, after, verdict.changes);
    if (over) {
        const auto type = success ? EventType::session_verified : EventType::session_failed;
        Event& event = state_->tell(type, after, now, verdict.changes);
        event.next_step = verdict.next_step;
        if (!success) event.reason = "attempts_exhausted";
        if (!after.holds()) {
            state_->give_back(after, after.ended_at, verdict.changes);
            state_->tell(EventType::session_released, after, now, verdict.changes).reason =
                success ? "verified" : "failed";
        }
    }
    verdict.session = after;
    return verdict;
}

Result<Verdict> Pool::verify_ended(const Session& session, std::string_view typed) const {
    const Workflow* flow = state_->workflow(session.workflow);
    const NextSteps steps = (flow != nullptr ? *flow : Workflow{}).next_step;
    Verdict verdict;
    verdict.outcome = Verdict::Outcome::spent;
    verdict.session = session;
    verdict.attempts_left =
        session.attempts_max - std::min(session.attempts_used, session.attempts_max);
    if (session.verified_at != WallTime{}) {
        verdict.next_step = steps.verified;
        const bool again = state_->code_hash(session, fold_code(typed)) == session.used_code;
        if (again && verdict.attempts_left > 0) verdict.outcome = Verdict::Outcome::verified;
        return verdict;
    }
    if (session.state != SessionState::failed && verdict.attempts_left > 0) return Errc::ended;
    verdict.next_step = steps.failed;
    return verdict;
}

}  // namespace smppd::pool
