// tools/smppctl/event_line.cpp - see event_line.hpp.
#include "tools/smppctl/event_line.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/table.hpp"

#include <algorithm>
#include <array>

namespace smppd::ctl {
namespace {

constexpr std::array<std::string_view, 3> secrets{"text", "code", "link"};
// They stand at the front of the line, by themselves.
constexpr std::array<std::string_view, 2> in_front{"session_id", "number"};

bool is_one_of(std::string_view name, const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

Tone tone_of(std::string_view type) {
    if (type == "session.verified" || type == "code.received" || type == "carrier.up")
        return Tone::good;
    if (type.ends_with(".failed") || type == "carrier.down" || type == "webhook.disabled" ||
        type == "quota.exceeded")
        return Tone::bad;
    if (type == "session.expired" || type == "number.quarantined" || type == "anomaly.detected")
        return Tone::warning;
    return Tone::plain;
}

/// Characters, not octets: whoever compares it with a code counts those.
std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

/// "sender=Meadow"; empty for what tells nothing.
std::string field_text(std::string_view name, const json::value& value, bool texts) {
    if (value.is_null() || value.is_object() || value.is_array()) return {};
    const std::string begin = std::string{name} + '=';
    if (!value.is_string()) return begin + json::serialize(value);
    const std::string_view all{value.get_string().data(), value.get_string().size()};
    if (is_one_of(name, secrets) && !texts)
        return begin + "(" + std::to_string(characters(all)) + " characters)";
    const bool bare = all.find_first_of(" \"") == std::string_view::npos;
    return begin + (bare ? std::string{all} : json::serialize(value));
}

}  // namespace

std::string event_line(const json::object& event, bool texts, bool colour) {
    const std::string type = text(event, "type");
    std::string line = when(event, "at") + "  " + toned(escaped(type), tone_of(type), colour);
    const auto word = [&](const std::string& one) {
        if (!one.empty()) line += "  " + escaped(one);
    };
    word(text(event, "platform"));
    const json::object* data = part(event, "data");
    if (!data) return line;
    for (const std::string_view name : in_front) word(text(*data, name));
    for (const auto& [name, value] : *data)
        // That a number is a temporary one is told to people that it is shown to, not to us.
        if (!is_one_of(name, in_front) && name != "temporary_number")
            word(field_text(name, value, texts));
    if (flag(event, "test")) line += "  (sandbox)";
    return line;
}

json::object without_texts(json::object event) {
    json::value* data = event.if_contains("data");
    if (!data || !data->is_object()) return event;
    for (const std::string_view name : secrets)
        if (json::value* value = data->get_object().if_contains(name)) *value = nullptr;
    return event;
}

}  // namespace smppd::ctl
