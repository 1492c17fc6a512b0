// tools/smppctl/fields.cpp - see fields.hpp.
#include "tools/smppctl/fields.hpp"

namespace smppd::ctl {

std::string text(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_string()) return {};
    const json::string& string = value->get_string();
    return {string.data(), string.size()};
}

std::uint64_t count(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value) return 0;
    if (const auto* number = value->if_int64())
        return *number < 0 ? 0 : static_cast<std::uint64_t>(*number);
    const auto* number = value->if_uint64();
    return number ? *number : 0;
}

bool flag(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_bool() && value->get_bool();
}

std::optional<Time> time(const json::object& object, std::string_view name) {
    return parse_time(text(object, name));
}

const json::array* list(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_array() : nullptr;
}

const json::object* part(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_object() : nullptr;
}

std::string grouped(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
    return digits;
}

std::string count_text(const json::object& object, std::string_view name) {
    return grouped(count(object, name));
}

std::string when(const json::object& object, std::string_view name) {
    const auto at = time(object, name);
    return at ? time_text(*at) : std::string{};
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string joined(const json::object& object, std::string_view name) {
    std::string all;
    const json::array* values = list(object, name);
    if (!values) return all;
    for (const json::value& value : *values) {
        if (!value.is_string()) continue;
        if (!all.empty()) all += ", ";
        all.append(value.get_string().data(), value.get_string().size());
    }
    return all;
}

}  // namespace smppd::ctl
