// conf/tables_mapping.cpp - the keys of a mapping of a partner's task events.
#include "conf/kinds.hpp"
#include "conf/tables.hpp"
#include "pool/platform.hpp"

namespace smppd::conf {
namespace {

using Words = std::map<std::string, std::string>;

constexpr std::size_t pointer_octets_max = 256;

/// Source: RFC 6901 §3; the whole document ("") is nobody's field.
bool json_pointer(std::string_view text) {
    if (!text.starts_with('/') || !plain_text(text)) return false;
    for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1))
        if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
    return true;
}

Kind<std::string> pointer() {
    return checked_text("a JSON pointer (RFC 6901) of at most 256 octets, such as /task/id",
                        R"(,"pattern":"^/")", 2, pointer_octets_max, json_pointer);
}

bool event_word(std::string_view text) {
    return !text.empty() && text.size() <= 128 && plain_text(text);
}
constexpr KeyRule word_rule{event_word, "word", "1 to 128 octets, none of them a control character",
                            "^.{1,128}$"};

std::string& place_for(Words& words, const std::string& key) { return words[key]; }

const Table<TaskSource>& source_table() {
    static const Table<TaskSource> table{
        row<TaskSource>("at", &TaskSource::at, pointer(), "JSON pointer into the partner's event"),
        row<TaskSource>("value", &TaskSource::value, word(128), "the same value for all events"),
        row<TaskSource>("words", &TaskSource::words,
                        keyed<std::string, Words>(word(128), word_rule, place_for),
                        "the partner's words and ours for them; others are refused"),
    };
    return table;
}

/// A JSON pointer, or a mapping that says more.
Kind<TaskSource> source() {
    const Kind<std::string> short_form = pointer();
    const Kind<TaskSource> long_form = mapping(source_table());
    return {[short_form, long_form](Reader& reader, const Value& value, TaskSource& target) {
                if (value.node.IsScalar()) return short_form.read(reader, value, target.at);
                if (!value.node.IsMap())
                    return reader.wrong(value,
                                        "a JSON pointer such as /task/country, {value: TEXT} or "
                                        "{at: POINTER, words: {THEIRS: OURS}}");
                long_form.read(reader, value, target);
                const bool at = reader.given(value.path + ".at");
                if (at == reader.given(value.path + ".value"))
                    reader.error(value.at,
                                 "'" + value.path + "' must have one of 'at' and 'value'");
                else if (!at && reader.given(value.path + ".words"))
                    reader.error(value.at, "'" + value.path +
                                               "' has 'words' for a value that is always the same");
            },
            "\"oneOf\":[{" + short_form.schema + "},{" + long_form.schema + "}]",
            {}};
}

/// One row a field; what does not stand in the file is not in the map.
const Table<TaskSources>& sources_table() {
    static const Table<TaskSources> table = [] {
        Table<TaskSources> rows;
        for (const TaskField field : task_fields)
            rows.push_back(row<TaskSources>(
                std::string(name(field)),
                [field](TaskSources& sources) -> TaskSource& { return sources[field]; }, source(),
                "where the session's " + std::string(name(field)) + " stands"));
        return rows;
    }();
    return table;
}

const Table<TaskRule>& rule_table() {
    using enum TaskAction;
    static const Table<TaskRule> table{
        row<TaskRule>("do", &TaskRule::what,
                      choice<TaskAction>({{"allocate", allocate},
                                          {"verify", verify},
                                          {"extend", extend},
                                          {"swap", swap},
                                          {"release", release},
                                          {"ignore", ignore}}),
                      "what becomes of the task's session", Need::required),
        row<TaskRule>(
            "workflow",
            [](TaskRule& rule) -> std::string& { return rule.fields[TaskField::workflow].value; },
            name(), "the workflow of the session that is allocated"),
        row<TaskRule>("fields", &TaskRule::fields, mapping(sources_table()),
                      "where fields stand in this event, when elsewhere than in the others"),
    };
    return table;
}

using Rules = std::map<std::string, TaskRule, std::less<>>;

TaskRule& rule_for(Rules& rules, const std::string& word) { return rules[word]; }

/// One row a name; only the names that are given go to the partner.
const Table<Words>& answer_table() {
    static const Table<Words> table = [] {
        Table<Words> rows;
        for (const std::string_view name : answer_names) {
            Kind<std::string> kind = pointer();
            kind.show = {};
            rows.push_back(row<Words>(
                std::string(name),
                [name](Words& answer) -> std::string& { return answer[std::string(name)]; }, kind,
                "where " + std::string(name) + " goes in the answer"));
        }
        return rows;
    }();
    return table;
}

Kind<std::string> platform_name() {
    return checked_text("a platform's name: small letters, digits, '-', '_' and '.'",
                        R"(,"minLength":1)", 1, 64, pool::valid_platform_name);
}

}  // namespace

const Table<Mapping>& mapping_table() {
    static const Table<Mapping> table{
        row<Mapping>("platform", &Mapping::platform, platform_name(), "whose sessions they are",
                     Need::required),
        row<Mapping>("event", &Mapping::event, pointer(), "JSON pointer to the event's word",
                     Need::required),
        row<Mapping>("event_id", &Mapping::event_id, pointer(),
                     "to the event's id, the same when it is sent again; not set: an event with "
                     "the same body is the same"),
        row<Mapping>("fields", &Mapping::fields, mapping(sources_table()),
                     "where things stand in the partner's events"),
        row<Mapping>("actions", &Mapping::actions,
                     keyed<TaskRule, Rules>(mapping(rule_table()), word_rule, rule_for),
                     "what is done, by the event's word; \"*\" is any other word", Need::required),
        row<Mapping>("answer", &Mapping::answer, mapping(answer_table()),
                     "JSON pointers to where things go in the answer; not set: our own names"),
    };
    return table;
}

}  // namespace smppd::conf
