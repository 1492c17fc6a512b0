// daemon/partners/mapping.hpp - reads a partner's task event by a mapping of the configuration.
// No socket, no clock, no pool: an event and a mapping in, what is asked for out.
//
// A partner's platform knows tasks, and posts what happens to them in its own words:
// POST /v1/tasks/{id}/events?mapping=NAME. The path's id is the task, and a task has at most one
// session of a mapping. The way of an event:
//
//   1. read_event() finds the event's word, the rule for it, and the fields that its action takes.
//      Every mistake is told at once, by the partner's own field (a JSON pointer into its event)
//      and what was expected there.
//   2. `idempotence` tells whether this event was answered before: then the same answer goes out.
//   3. step_for() says what to do as the task's session is now. Partners repeat events and send
//      them out of order, so the answer must not depend on luck:
//
//        action     no session yet      holds its number    is over
//        allocate   perform             as it is            as it is
//        verify     409 no_session      perform             perform
//        extend     409 no_session      perform             410 ended
//        swap       409 no_session      perform             410 ended
//        release    as it is            perform             as it is
//        ignore     as it is            as it is            as it is
//
//      "As it is": 200 with what is known of the session; without one its state is "none". So a
//      task that is created twice has one session and one number, also when the second word comes
//      after the end. A task that is closed before it was created leaves nothing behind: a partner
//      that sends "created" later gets a session, which expires by its workflow. 409 makes a
//      partner that delivers out of order try again, when "created" has come. Verify goes to a
//      session that is over too: the right code again is a success again, and all else is told by
//      the pool.
//   4. shaped() puts the answer where the partner wants it.
#pragma once

#include "conf/mapping.hpp"
#include "daemon/http/problem.hpp"
#include "pool/workflow.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smppd::partners {

/// What an event asks for. Fields that its action does not take, or that the event lacks, are
/// empty.
struct PartnerAction {
    conf::TaskAction what = conf::TaskAction::ignore;
    std::string platform;  ///< whose session it is
    std::string task;      ///< what links the task's events to one session
    std::string event;     ///< the partner's word
    std::string workflow, country, area, carrier, tag, reference, webhook_url, code;
    std::vector<std::string> expected_senders;
    std::optional<pool::Seconds> ttl;
    /// The same for an event and its repetitions, other for all others; of this mapping and task.
    /// May hold the event's text with its code: keep a keyed hash of it and no more.
    std::string idempotence;
};

using Workflows = std::map<std::string, pool::Workflow>;
using ReadEvent = std::variant<PartnerAction, http::FieldErrors>;

/// `name`: of the mapping; `task`: the id in the path, 1 to 128 octets. The event may be any JSON;
/// what is not mapped in it is not looked at. A field that is absent or null is not given. Texts
/// may be integers where the partner's ids are, but for codes: those lose the zeros in front.
/// Errors name a pointer, or the parameter "id"; they never repeat a value but the event's word.
ReadEvent read_event(std::string_view name, const conf::Mapping& mapping,
                     const Workflows& workflows, std::string_view task,
                     const boost::json::value& event);

/// How the task's session is when its event comes.
enum class TaskSession : std::uint8_t { none, holding, over };

enum class Step : std::uint8_t {
    perform,     ///< do it; the pool has the last word
    as_it_is,    ///< 200, and nothing changes
    no_session,  ///< 409
    ended,       ///< 410
};
/// The table above.
Step step_for(conf::TaskAction what, TaskSession session) noexcept;

/// The answer as the mapping wants it: each name that it places and `answer` has, at its pointer;
/// objects are made on the way. `answer` itself when the mapping places none. See answer_names.
boost::json::object shaped(const conf::Mapping& mapping, const boost::json::object& answer);

}  // namespace smppd::partners
