// tools/smscsim/report.hpp - what happened, one line an event: for people, or as JSON for tests.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace smppd::smscsim {

/// One event: a word, then fields in the order in which they were added.
class Event {
public:
    using Value = std::variant<std::string, std::int64_t, bool>;
    struct Field {
        std::string name;
        Value value;
        bool secret = false;  ///< a message's text: left out when the user asked for quiet
    };

    explicit Event(std::string name) : name_(std::move(name)) {}
    Event& add(std::string_view name, std::string value);
    Event& add(std::string_view name, std::string_view value) {
        return add(name, std::string(value));
    }
    Event& add(std::string_view name, const char* value) { return add(name, std::string(value)); }
    Event& flag(std::string_view name, bool value);
    Event& number(std::string_view name, std::uint64_t value);
    /// A message's text or octets.
    Event& text(std::string_view name, std::string value);

    const std::string& name() const noexcept { return name_; }
    const std::vector<Field>& fields() const noexcept { return fields_; }

private:
    std::string name_;
    std::vector<Field> fields_;
};

/// `time`: as it stands in front. With `quiet` a text is told by its length.
std::string line_for_people(const Event& event, std::string_view time, bool quiet);
/// {"event":"mo_sent","time":"2026-11-24T10:00:00.123Z",...}; octets that are not UTF-8 become
/// U+FFFD.
std::string line_as_json(const Event& event, std::string_view time, bool quiet);

class Reporter {
public:
    struct Options {
        bool json = false;
        bool quiet = false;
    };
    explicit Reporter(Options options) : options_(options) {}
    /// Writes the event's line to standard output at once.
    void say(const Event& event);

private:
    Options options_;
};

}  // namespace smppd::smscsim
