// daemon/http/repeat.cpp - see repeat.hpp.
#include "daemon/http/repeat.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

constexpr std::size_t key_octets_max = 255;
constexpr std::string_view header = "idempotency-key";

/// The header's value; `count` tells how many there are.
std::string_view key_of(const Request& request, std::size_t& count) {
    std::string_view key;
    count = 0;
    for (const auto& [name, value] : request.headers) {
        if (name != header) continue;
        key = value;
        ++count;
    }
    return key;
}

bool valid(std::string_view key) {
    return !key.empty() && key.size() <= key_octets_max &&
           std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void replay(const CallPtr& call, pool::Id id) {
    auto query = [id](store::History& history) { return history.answer(id); };
    read_history(call, std::move(query),
                 [](const CallPtr& here, std::optional<pool::AnswerKept> kept) {
                     if (!kept)
                         return here->fail(Kind::store_failed,
                                           "The answer that was kept for this Idempotency-Key "
                                           "cannot be read. Look before you repeat the call.");
                     Response response;
                     response.status = kept->status;
                     response.body = std::move(kept->body);
                     if (!kept->location.empty())
                         response.headers.emplace_back("location", std::move(kept->location));
                     response.headers.emplace_back("idempotency-replayed", "true");
                     here->answer(std::move(response));
                 });
}

}  // namespace

bool answered_before(const CallPtr& call) {
    std::size_t count = 0;
    const std::string_view key = key_of(call->request, count);
    if (count == 0) return false;
    if (count > 1 || !valid(key)) {
        call->fail(Kind::invalid,
                   "Idempotency-Key must be there once, with 1 to 255 printable ASCII characters.");
        return true;
    }
    // Two keys of one platform are one caller: a key may be rotated between two tries.
    const Caller& caller = call->caller;
    const std::uint64_t salt = call->context.salt;
    return answered_before(
        call,
        KeyedHash{salt}
            .add(caller.platform)
            .add(std::uint64_t{caller.test})
            .add(std::uint64_t{caller.may(pool::Scope::messages_text)})
            .add(call->operation)
            .add(key)
            .finish(),
        KeyedHash{salt}.add(call->request.target).add(call->request.body).finish());
}

bool answered_before(const CallPtr& call, std::uint64_t key, std::uint64_t request) {
    Repeatable& mine = call->repeatable;
    mine.key = key;
    mine.request = request;
    const auto found =
        call->state->answers->begin(mine.key, mine.request, call->context.wall_now());
    switch (found.verdict) {
        case Idempotency::Verdict::fresh: mine.held = true; return false;
        case Idempotency::Verdict::replay: replay(call, found.id); return true;
        case Idempotency::Verdict::mismatch:
            call->fail(Kind::key_reused,
                       "This Idempotency-Key was used with another request. Use a new key for each "
                       "call that is not a repetition.");
            return true;
        case Idempotency::Verdict::under_way:
            call->fail(Kind::under_way,
                       "The call with this Idempotency-Key is not answered yet. Repeat it "
                       "shortly to get its answer.");
            return true;
    }
    return true;
}

}  // namespace smppd::http
