// tools/smppctl/story.cpp - see story.hpp.
#include "tools/smppctl/story.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/times.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace smppd::ctl {
namespace {

using Words = std::map<std::string, std::string, std::less<>>;

/// "carrier=acme bind=1" by name.
Words words_of(std::string_view detail) {
    Words words;
    while (!detail.empty()) {
        const std::string_view word = detail.substr(0, detail.find(' '));
        detail.remove_prefix(std::min(word.size() + 1, detail.size()));
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) continue;
        words.emplace(word.substr(0, equals), word.substr(equals + 1));
    }
    return words;
}

struct Sentence {
    std::string_view event;
    std::string_view needs;  ///< a word that must be there; empty: none
    std::string_view pattern;
};

/// The first row of the event whose word is there is told. {name} is the word's value.
constexpr std::array sentences{
    Sentence{"received", "carrier",
             "came from carrier {carrier} on bind {bind} (data_coding "
             "{data_coding}, esm_class {esm_class})"},
    Sentence{"part_received", "part",
             "part {part} came from carrier {carrier} on bind {bind} (reference {reference})"},
    Sentence{"part_received", "carrier",
             "the first part came from carrier {carrier} on bind {bind}"},
    Sentence{"owned", "session",
             "{number} was leased to platform {platform} by session {session}, from {from} to "
             "{until}: the message is theirs"},
    Sentence{"owned", "number",
             "{number} belongs to platform {platform} by {by}: the message is theirs"},
    Sentence{"owned", "platform", "the message is platform {platform}'s, by {by}"},
    Sentence{"unowned", "number", "{number}: nobody's message, {reason}"},
    Sentence{"unowned", "reason", "nobody's message, {reason}"},
    Sentence{"assembled", "parts", "all parts are in ({parts}), put together"},
    Sentence{"assembly_given_up", "parts",
             "parts are missing ({parts}); what is there goes on without them"},
    Sentence{"decoded", "characters",
             "read as text of {characters} characters (data_coding {data_coding}, lossy: {lossy})"},
    Sentence{"kept_binary", "octets",
             "kept as {octets} octets: data_coding {data_coding} is no text"},
    Sentence{"recorded", "", "recorded on disk; only then was the carrier answered"},
    Sentence{"delivery_refused", "status",
             "attempt {attempt} on bind {bind} was refused with {status}; again after "
             "{retry_after_s} s"},
    Sentence{"delivery_unanswered", "bind",
             "attempt {attempt} on bind {bind} got no answer; again after {retry_after_s} s"},
    Sentence{"delivery_lost", "bind",
             "bind {bind} was lost during attempt {attempt}; the next bind gets the message"},
    Sentence{"delivery_impossible", "bind",
             "it could not be written for bind {bind} (attempt {attempt}); again after "
             "{retry_after_s} s"},
    Sentence{"duplicate_dropped", "carrier",
             "the carrier {carrier} sent it again; answered, and not delivered twice"},
    Sentence{"duplicate_dropped", "", "the carrier sent it again; answered, not delivered twice"},
    Sentence{"delivered", "attempts", "the platform took it, attempts: {attempts}"},
    Sentence{"expired", "attempts", "given up as too old, attempts: {attempts}"},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> reasons{{
    {"not_in_pool", "the number is not in the pool"},
    {"not_leased", "the number was neither leased nor assigned"},
    {"bad_destination", "the destination is no phone number"},
    {"before_lease", "it was sent before the lease began"},
    {"disabled", "the platform is disabled"},
    {"assignment", "assignment"},
    {"lease", "lease"},
}};

std::string filled(std::string_view pattern, const Words& words) {
    std::string told;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        told += pattern.substr(0, open);
        if (open == std::string_view::npos) break;
        const std::size_t close = pattern.find('}', open);
        const std::string_view name = pattern.substr(open + 1, close - open - 1);
        const auto word = words.find(name);
        std::string value = word == words.end() ? "?" : word->second;
        for (const auto& [code, meaning] : reasons)
            if (name == "reason" && value == code) value = meaning;
        if (const auto at = parse_time(value)) value = time_text(*at);
        told += value;
        pattern.remove_prefix(close + 1);
    }
    return told;
}

}  // namespace

std::string sentence(std::string_view event, std::string_view detail) {
    const Words words = words_of(detail);
    for (const Sentence& row : sentences)
        if (row.event == event && (row.needs.empty() || words.contains(row.needs)))
            return escaped(filled(row.pattern, words));
    return escaped(std::string{event} + (detail.empty() ? "" : ": ") + std::string{detail});
}

}  // namespace smppd::ctl
