// conf/mapping.hpp - how a partner's task events drive sessions: a table of the configuration.
// daemon/partners/ reads events by it. Source: API, events, identity; mappings.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace smppd::conf {

/// What an event makes of the task's session.
enum class TaskAction : std::uint8_t {
    allocate,  ///< a session with a number begins
    verify,    ///< the code that the user entered is compared
    extend,    ///< the session lasts longer
    swap,      ///< it gets another number
    release,   ///< it ends
    ignore,    ///< nothing
};
/// "allocate".
std::string_view name(TaskAction action) noexcept;

/// What an action may be given, by the names of the API's own requests.
enum class TaskField : std::uint8_t {
    workflow,
    country,
    area,
    carrier,
    tag,
    ttl_seconds,
    reference,
    expected_senders,
    webhook_url,
    code,
};
inline constexpr std::array task_fields{
    TaskField::workflow,    TaskField::country,
    TaskField::area,        TaskField::carrier,
    TaskField::tag,         TaskField::ttl_seconds,
    TaskField::reference,   TaskField::expected_senders,
    TaskField::webhook_url, TaskField::code,
};
/// "ttl_seconds".
std::string_view name(TaskField field) noexcept;
/// Whether the action has a use for it: allocate for all but the code, verify for the code, extend
/// for ttl_seconds, the others for none.
bool takes(TaskAction action, TaskField field) noexcept;

/// Where a value comes from: the partner's event, or the configuration.
struct TaskSource {
    std::string at;     ///< JSON pointer into the event (RFC 6901); empty: `value` is it
    std::string value;  ///< the same for all
    std::map<std::string, std::string> words;  ///< the partner's word, ours; empty: as it is
    friend bool operator==(const TaskSource&, const TaskSource&) = default;
};
using TaskSources = std::map<TaskField, TaskSource>;

/// One row of a mapping's `actions`.
struct TaskRule {
    TaskAction what = TaskAction::ignore;
    TaskSources fields;  ///< what the action takes: the row's own, and else the mapping's
};

struct Mapping {
    std::string platform;  ///< whose sessions
    std::string event;     ///< JSON pointer to the event's word
    std::string event_id;  ///< to what tells an event from its repetition; empty: the whole event
    TaskSources fields;    ///< for all actions that take them
    std::map<std::string, TaskRule, std::less<>> actions;  ///< by the event's word; "*": any other
    /// Name of the answer, JSON pointer to where it goes; empty: the names as they are.
    std::map<std::string, std::string> answer;
};

/// The event word of the rule for events that no other rule names.
inline constexpr std::string_view any_event = "*";

/// What an answer to a task event may tell.
inline constexpr std::array<std::string_view, 11> answer_names{
    "session_id", "number",    "state",    "expires_at", "success", "attempts_left",
    "next_step",  "reference", "workflow", "task_id",    "action",
};

}  // namespace smppd::conf
