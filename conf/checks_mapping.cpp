// conf/checks_mapping.cpp - how a mapping's rows fit each other and the workflows.
#include "conf/checks.hpp"

#include "conf/kinds.hpp"

namespace smppd::conf {
namespace {

/// What our own value of a field must be; empty: it is right. The engine checks the partner's.
std::string wrong_constant(const Config& config, TaskField field, const std::string& value) {
    switch (field) {
        case TaskField::workflow: {
            const auto found = config.workflows.find(value);
            if (found == config.workflows.end()) return "a workflow under 'workflows'";
            return found->second.direction == pool::Direction::inbound
                       ? ""
                       : "an inbound workflow: an outbound one leases no number";
        }
        case TaskField::country: return valid_region(value) ? "" : std::string(region_must_be);
        case TaskField::ttl_seconds: {
            const bool whole = !value.empty() && value.size() <= 8 && value.front() != '0' &&
                               value.find_first_not_of("0123456789") == std::string::npos;
            return whole ? "" : "a whole number of seconds from 1 to 99999999";
        }
        case TaskField::code: return "a JSON pointer: every code is another";
        case TaskField::area:
        case TaskField::carrier:
        case TaskField::tag: return value.size() <= 64 ? "" : "a text of at most 64 octets";
        case TaskField::expected_senders:
        case TaskField::webhook_url:
        case TaskField::reference: break;
    }
    return {};
}

/// One value of ours, and where it stands.
void check_constant(Reader& reader, const Config& config, TaskField field, const std::string& path,
                    const std::string& value) {
    const std::string must_be = wrong_constant(config, field, value);
    if (must_be.empty()) return;
    std::vector<std::string> names;
    if (field == TaskField::workflow)
        for (const auto& [name, _] : config.workflows) names.push_back(name);
    const std::string near = nearest(value, names);
    const bool hint = !near.empty() && near != value;
    reader.error(reader.place_of(path),
                 "'" + path + "' is '" + shown(value) + "'; it must be " + must_be,
                 hint ? "did you mean '" + near + "'?" : std::string{});
}

void check_sources(Reader& reader, const Config& config, const std::string& path,
                   const TaskSources& sources) {
    for (const auto& [field, source] : sources) {
        const std::string key = path + "." + std::string(name(field));
        // An action's own 'workflow' is the value itself.
        if (!source.value.empty())
            check_constant(reader, config, field,
                           reader.given(key + ".value") ? key + ".value" : key, source.value);
        for (const auto& [theirs, ours] : source.words)
            check_constant(reader, config, field, key + ".words." + theirs, ours);
    }
}

/// The row's own fields belong to its action, and verify has a code.
void check_rule(Reader& reader, const Config& config, const std::string& path, TaskRule& rule,
                const TaskSources& shared) {
    const std::string fields = path + ".fields";
    if (reader.given(path + ".workflow") && reader.given(fields + ".workflow"))
        reader.error(reader.place_of(fields + ".workflow"),
                     "'" + fields + ".workflow' stands beside '" + path +
                         ".workflow'; it must be one of them");
    TaskSources own = rule.fields;
    if (reader.given(path + ".workflow")) {
        check_sources(reader, config, path, {{TaskField::workflow, own[TaskField::workflow]}});
        own.erase(TaskField::workflow);
    }
    check_sources(reader, config, fields, own);
    for (const auto& [field, _] : rule.fields) {
        if (takes(rule.what, field)) continue;
        const std::string key =
            (own.contains(field) ? fields : path) + "." + std::string(name(field));
        reader.error(reader.place_of(key), "'" + key + "' is of no use to '" +
                                               std::string(name(rule.what)) +
                                               "'; it must not be here");
    }
    for (const auto& [field, source] : shared)
        if (takes(rule.what, field)) rule.fields.try_emplace(field, source);
    if (rule.what == TaskAction::verify && !rule.fields.contains(TaskField::code))
        reader.error(reader.place_of(path), "'" + path +
                                                "' is verify, but no 'fields.code' tells "
                                                "where the code stands");
}

/// No two parts of an answer take the same place, or one inside another.
void check_answer(Reader& reader, const std::string& path, const Mapping& mapping) {
    for (const auto& [name, pointer] : mapping.answer)
        for (const auto& [other, place] : mapping.answer) {
            if (name == other || !(pointer + "/").starts_with(place + "/")) continue;
            if (pointer == place && name < other) continue;  // told once
            const std::string key = path + ".answer." + name;
            reader.error(reader.place_of(key), "'" + key + "' takes the place of '.answer." +
                                                   other +
                                                   "', or one inside it; each must have "
                                                   "its own");
        }
}

}  // namespace

void check_mappings(Reader& reader, Config& config) {
    for (auto& [name, mapping] : config.mappings) {
        const std::string path = "mappings." + name;
        check_sources(reader, config, path + ".fields", mapping.fields);
        if (mapping.actions.empty() && reader.given(path + ".actions"))
            reader.error(reader.place_of(path + ".actions"),
                         "'" + path + ".actions' is empty; it must have at least 1");
        for (auto& [word, rule] : mapping.actions)
            check_rule(reader, config, path + ".actions." + word, rule, mapping.fields);
        check_answer(reader, path, mapping);
    }
}

}  // namespace smppd::conf
