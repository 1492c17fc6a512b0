// tools/smscsim/report.cpp - see report.hpp.
#include "tools/smscsim/report.hpp"

#include "protocol/utf8.hpp"

#include <array>
#include <chrono>
#include <ctime>

namespace smppd::smscsim {
namespace {

namespace utf8 = protocol::utf8;

void append_escape(std::string& to, unsigned value) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", value);
    to += text.data();
}

/// In double quotes, well-formed UTF-8, control characters escaped as JSON does.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const utf8::CodePoint point = utf8::first(text);
        text.remove_prefix(point.length);
        switch (point.value) {
            case U'"': out += "\\\""; break;
            case U'\\': out += "\\\\"; break;
            case U'\n': out += "\\n"; break;
            case U'\r': out += "\\r"; break;
            case U'\t': out += "\\t"; break;
            default:
                if (point.value < 0x20 || point.value == 0x7f) {
                    append_escape(out, static_cast<unsigned>(point.value));
                } else {
                    utf8::append(out, point.value);
                }
        }
    }
    out += '"';
    return out;
}

bool plain(std::string_view text) noexcept {
    if (text.empty()) return false;
    for (const char c : text) {
        if (c <= ' ' || c == '"' || c == '\\' || c == 0x7f) return false;
    }
    return true;
}

/// As it is, or with `quiet` its length, under another name.
struct Shown {
    std::string name;
    Event::Value value;
};
Shown shown(const Event::Field& field, bool quiet) {
    const auto* text = std::get_if<std::string>(&field.value);
    if (!field.secret || !quiet || text == nullptr) return {field.name, field.value};
    return {field.name + "_length", static_cast<std::int64_t>(text->size())};
}

std::string utc_now() {
    const auto now = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() %
        1000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(ms));
    return text.data();
}

}  // namespace

Event& Event::add(std::string_view name, std::string value) {
    fields_.push_back({std::string(name), std::move(value), false});
    return *this;
}
Event& Event::flag(std::string_view name, bool value) {
    fields_.push_back({std::string(name), value, false});
    return *this;
}
Event& Event::number(std::string_view name, std::uint64_t value) {
    fields_.push_back({std::string(name), static_cast<std::int64_t>(value), false});
    return *this;
}
Event& Event::text(std::string_view name, std::string value) {
    fields_.push_back({std::string(name), std::move(value), true});
    return *this;
}

std::string line_for_people(const Event& event, std::string_view time, bool quiet) {
    std::string line(time);
    line += " " + event.name();
    for (const Event::Field& field : event.fields()) {
        const auto [name, value] = shown(field, quiet);
        line += " " + name + "=";
        if (const auto* text = std::get_if<std::string>(&value)) {
            line += plain(*text) ? *text : quoted(*text);
        } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
            line += std::to_string(*number);
        } else {
            line += std::get<bool>(value) ? "yes" : "no";
        }
    }
    return line;
}

std::string line_as_json(const Event& event, std::string_view time, bool quiet) {
    std::string line = "{\"event\":" + quoted(event.name()) + ",\"time\":" + quoted(time);
    for (const Event::Field& field : event.fields()) {
        const auto [name, value] = shown(field, quiet);
        line += "," + quoted(name) + ":";
        if (const auto* text = std::get_if<std::string>(&value)) {
            line += quoted(*text);
        } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
            line += std::to_string(*number);
        } else {
            line += std::get<bool>(value) ? "true" : "false";
        }
    }
    return line + "}";
}

void Reporter::say(const Event& event) {
    const std::string time = utc_now();
    // The date is the same all day: people see the time alone.
    std::string line = options_.json ? line_as_json(event, time, options_.quiet)
                                     : line_for_people(event, time.substr(11, 12), options_.quiet);
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

}  // namespace smppd::smscsim
