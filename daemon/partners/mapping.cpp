// daemon/partners/mapping.cpp - finds each field in the event and checks it.
#include "daemon/partners/mapping.hpp"

#include "daemon/http/values.hpp"
#include "pool/region.hpp"

#include <algorithm>

namespace smppd::partners {
namespace {

namespace json = boost::json;
using conf::TaskAction;
using conf::TaskField;

constexpr std::size_t word_octets_max = 64;    // of a carrier, area, tag or workflow
constexpr std::size_t text_octets_max = 128;   // of a task, an event's word or id, a reference
constexpr std::size_t url_octets_max = 2'000;  // this and the next as allocateNumber takes them
constexpr std::size_t senders_max = 20;
constexpr std::int64_t ttl_max_s = 366LL * 24 * 3600;  // the pool's own limit is below it

std::string up_to(std::size_t octets) { return " of 1 to " + std::to_string(octets) + " octets"; }

bool fits(std::string_view text, std::size_t octets_max) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !text.empty() && text.size() <= octets_max && http::valid_utf8(text) &&
           std::none_of(text.begin(), text.end(), control);
}

/// The value at a pointer; nothing when it is absent or null.
const json::value* find(const json::value& event, const std::string& pointer) {
    json::error_code error;
    const json::value* value = event.find_pointer(pointer, error);
    return error || !value || value->is_null() ? nullptr : value;
}

/// A string, or an integer as its digits: partners number their tasks, events and kinds.
std::optional<std::string> text_of(const json::value& value) {
    if (const json::string* text = value.if_string())
        return std::string{text->data(), text->size()};
    if (value.is_int64() || value.is_uint64()) return json::serialize(value);
    return {};
}

/// Reads the fields of one event by its rule; what is wrong goes to `errors`.
class EventReader {
public:
    EventReader(const conf::TaskRule& rule, const Workflows& workflows, const json::value& event,
                PartnerAction& action, http::FieldErrors& errors)
        : rule_(rule), workflows_(workflows), event_(event), action_(action), errors_(errors) {}

    void read() {
        for (const auto& [field, source] : rule_.fields)
            if (conf::takes(rule_.what, field)) read(field, source);
        if (rule_.what == TaskAction::verify && action_.code.empty() && errors_.empty()) {
            const auto source = rule_.fields.find(TaskField::code);
            wrong(source == rule_.fields.end() ? "" : source->second.at,
                  "is required: the code that the user entered");
        }
    }

private:
    void wrong(const std::string& pointer, std::string detail) {
        errors_.push_back({pointer, {}, std::move(detail)});
    }

    void read(TaskField field, const conf::TaskSource& source) {
        if (source.at.empty()) return take(field, source.at, source.value);
        const json::value* value = find(event_, source.at);
        if (!value) return;
        if (field == TaskField::code) return read_code(source.at, *value);
        if (field == TaskField::expected_senders && value->is_array())
            return read_senders(source, value->as_array());
        const auto text = text_of(*value);
        if (!text) return wrong(source.at, "must be " + expected(field));
        if (const auto ours = translated(source, *text)) take(field, source.at, *ours);
    }

    void read_code(const std::string& pointer, const json::value& value) {
        const json::string* code = value.if_string();
        if (!code)
            return wrong(pointer, "must be a string: as a number a code loses the zeros in front");
        take(TaskField::code, pointer, {code->data(), code->size()});
    }

    void read_senders(const conf::TaskSource& source, const json::array& list) {
        if (list.empty() || list.size() > senders_max)
            return wrong(source.at, "must be " + expected(TaskField::expected_senders));
        for (const json::value& one : list) {
            const auto text = text_of(one);
            if (!text) return wrong(source.at, "must be " + expected(TaskField::expected_senders));
            if (const auto ours = translated(source, *text))
                take(TaskField::expected_senders, source.at, *ours);
        }
    }

    /// The partner's word in ours.
    std::optional<std::string> translated(const conf::TaskSource& source, const std::string& text) {
        if (source.words.empty()) return text;
        const auto word = source.words.find(text);
        if (word != source.words.end()) return word->second;
        std::string known;
        for (const auto& [theirs, _] : source.words)
            known += (known.empty() ? "\"" : ", \"") + theirs + "\"";
        wrong(source.at, "must be one of " + known + ", which the mapping knows");
        return {};
    }

    static std::string expected(TaskField field) {
        switch (field) {
            case TaskField::workflow:
                return "the name of an inbound workflow; see GET /v1/workflows";
            case TaskField::country:
                return "a country of ISO 3166-1 in two capital letters, such as GB";
            case TaskField::ttl_seconds:
                return "a whole number of seconds from 1 to " + std::to_string(ttl_max_s);
            case TaskField::expected_senders:
                return "a sender, or a list of 1 to " + std::to_string(senders_max) +
                       " of them, each" + up_to(word_octets_max) +
                       ", with * as the last character only";
            case TaskField::webhook_url: return "a URL" + up_to(url_octets_max);
            case TaskField::reference: return "a text" + up_to(text_octets_max);
            case TaskField::code:
            case TaskField::area:
            case TaskField::carrier:
            case TaskField::tag: break;
        }
        return "a text" + up_to(word_octets_max);
    }

    /// Puts a value into its place, when it is right.
    void take(TaskField field, const std::string& pointer, const std::string& value) {
        if (!put(field, value)) wrong(pointer, "must be " + expected(field));
    }

    bool put(TaskField field, const std::string& value) {
        const auto keep = [&](std::string& place, std::size_t octets_max) {
            if (!fits(value, octets_max)) return false;
            place = value;
            return true;
        };
        switch (field) {
            case TaskField::workflow: {
                const auto found = workflows_.find(value);
                return found != workflows_.end() &&
                       found->second.direction == pool::Direction::inbound &&
                       keep(action_.workflow, word_octets_max);
            }
            case TaskField::country:
                return pool::known_country(value) && keep(action_.country, word_octets_max);
            case TaskField::area: return keep(action_.area, word_octets_max);
            case TaskField::carrier: return keep(action_.carrier, word_octets_max);
            case TaskField::tag: return keep(action_.tag, word_octets_max);
            case TaskField::code: return keep(action_.code, word_octets_max);
            case TaskField::reference: return keep(action_.reference, text_octets_max);
            case TaskField::webhook_url: return keep(action_.webhook_url, url_octets_max);
            case TaskField::expected_senders:
                // A star stands for what follows, so nothing does.
                return value.find('*') >= value.size() - 1 &&
                       keep(action_.expected_senders.emplace_back(), word_octets_max);
            case TaskField::ttl_seconds: {
                const auto seconds = http::parse_integer(value);
                if (!seconds || *seconds < 1 || *seconds > ttl_max_s) return false;
                action_.ttl = pool::Seconds{*seconds};
                return true;
            }
        }
        return false;
    }

    const conf::TaskRule& rule_;
    const Workflows& workflows_;
    const json::value& event_;
    PartnerAction& action_;
    http::FieldErrors& errors_;
};

/// The text at a pointer that every event must have.
std::optional<std::string> required_text(const json::value& event, const std::string& pointer,
                                         std::string_view what, http::FieldErrors& errors) {
    const json::value* value = find(event, pointer);
    auto text = value ? text_of(*value) : std::nullopt;
    if (text && fits(*text, text_octets_max)) return text;
    errors.push_back({pointer,
                      {},
                      (value ? "must be a text or an integer" + up_to(text_octets_max)
                             : std::string("is required")) +
                          ": " + std::string(what)});
    return {};
}

const conf::TaskRule* rule_for(const conf::Mapping& mapping, const std::string& word) {
    auto rule = mapping.actions.find(word);
    if (rule == mapping.actions.end()) rule = mapping.actions.find(conf::any_event);
    return rule == mapping.actions.end() ? nullptr : &rule->second;
}

std::string known_events(const conf::Mapping& mapping) {
    std::string words;
    for (const auto& [word, _] : mapping.actions)
        words += (words.empty() ? "\"" : ", \"") + word + "\"";
    return words;
}

/// The tokens of a JSON pointer, with ~1 and ~0 undone. Source: RFC 6901 §4.
std::vector<std::string> tokens_of(std::string_view pointer) {
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < pointer.size(); ++i) {
        if (pointer[i] == '/')
            tokens.emplace_back();
        else if (pointer[i] == '~' && i + 1 < pointer.size())
            tokens.back() += pointer[++i] == '1' ? '/' : '~';
        else
            tokens.back() += pointer[i];
    }
    return tokens;
}

}  // namespace

ReadEvent read_event(std::string_view name, const conf::Mapping& mapping,
                     const Workflows& workflows, std::string_view task, const json::value& event) {
    http::FieldErrors errors;
    PartnerAction action;
    action.platform = mapping.platform;
    action.task = task;
    if (!fits(task, text_octets_max))
        errors.push_back({{}, "id", "must be the task's id," + up_to(text_octets_max)});
    std::string identity;
    if (mapping.event_id.empty())
        identity = json::serialize(event);
    else if (auto id = required_text(event, mapping.event_id, "the event's id", errors))
        identity = std::move(*id);
    if (auto word = required_text(event, mapping.event, "the event's word", errors)) {
        action.event = std::move(*word);
        if (const conf::TaskRule* rule = rule_for(mapping, action.event)) {
            action.what = rule->what;
            EventReader{*rule, workflows, event, action, errors}.read();
        } else {
            errors.push_back({mapping.event,
                              {},
                              "is \"" + action.event + "\"; mapping \"" + std::string{name} +
                                  "\" knows " + known_events(mapping)});
        }
    }
    if (!errors.empty()) return errors;
    // None of the three holds a control character but the last, so no two keys are the same text.
    action.idempotence = std::string{name} + "\n" + action.task + "\n" + identity;
    return action;
}

Step step_for(TaskAction what, TaskSession session) noexcept {
    const bool holding = session == TaskSession::holding;
    const bool none = session == TaskSession::none;
    switch (what) {
        case TaskAction::allocate: return none ? Step::perform : Step::as_it_is;
        case TaskAction::verify: return none ? Step::no_session : Step::perform;
        case TaskAction::extend:
        case TaskAction::swap:
            if (none) return Step::no_session;
            return holding ? Step::perform : Step::ended;
        case TaskAction::release: return holding ? Step::perform : Step::as_it_is;
        case TaskAction::ignore: break;
    }
    return Step::as_it_is;
}

json::object shaped(const conf::Mapping& mapping, const json::object& answer) {
    if (mapping.answer.empty()) return answer;
    json::object result;
    for (const auto& [name, pointer] : mapping.answer) {
        const json::value* value = answer.if_contains(name);
        if (!value) continue;
        std::vector<std::string> tokens = tokens_of(pointer);
        json::object* place = &result;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            json::value& next = (*place)[tokens[i]];
            if (!next.is_object()) next.emplace_object();
            place = &next.as_object();
        }
        (*place)[tokens.back()] = *value;
    }
    return result;
}

}  // namespace smppd::partners
