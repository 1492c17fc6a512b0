// daemon/http/json.cpp - the strict check of a body, and the typed readers.
#include "daemon/http/json.hpp"

#include "daemon/http/values.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <cmath>

namespace smppd::http {
namespace {

namespace json = boost::json;

/// Receives the events of Boost's parser and notes what it would let pass: a key that an object has
/// twice, and numbers beyond a double.
struct StrictHandler {
    static constexpr std::size_t max_object_size = 10'000;
    static constexpr std::size_t max_array_size = 100'000;
    static constexpr std::size_t max_key_size = 256;
    static constexpr std::size_t max_string_size = 1024 * 1024;

    std::vector<std::set<std::string, std::less<>>> objects;
    std::string key;
    std::optional<std::string> twice;  // the key that came again; it may be empty
    bool unbounded = false;

    using Error = json::error_code;
    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error&) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, Error&) {
        objects.pop_back();
        return true;
    }
    bool on_array_begin(Error&) { return true; }
    bool on_array_end(std::size_t, Error&) { return true; }
    bool on_key_part(json::string_view piece, std::size_t, Error&) {
        key.append(piece.data(), piece.size());
        return true;
    }
    bool on_key(json::string_view piece, std::size_t, Error& error) {
        key.append(piece.data(), piece.size());
        if (!objects.back().insert(key).second) {
            twice = key;
            error = json::error::syntax;
            return false;
        }
        key.clear();
        return true;
    }
    bool on_string_part(json::string_view, std::size_t, Error&) { return true; }
    bool on_string(json::string_view, std::size_t, Error&) { return true; }
    bool on_number_part(json::string_view, Error&) { return true; }
    bool on_int64(std::int64_t, json::string_view, Error&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, Error&) { return true; }
    bool on_double(double value, json::string_view, Error& error) {
        if (std::isfinite(value)) return true;
        unbounded = true;
        error = json::error::exponent_overflow;
        return false;
    }
    bool on_bool(bool, Error&) { return true; }
    bool on_null(Error&) { return true; }
    bool on_comment_part(json::string_view, Error&) { return true; }
    bool on_comment(json::string_view, Error&) { return true; }
};

Problem malformed(std::string detail) {
    return {.kind = Kind::malformed, .detail = std::move(detail), .errors = {}};
}

std::optional<Problem> strict_check(std::string_view body, const json::parse_options& options) {
    json::basic_parser<StrictHandler> parser{options};
    json::error_code error;
    const std::size_t at = parser.write_some(false, body.data(), body.size(), error);
    const StrictHandler& handler = parser.handler();
    if (handler.twice)
        return malformed("The body has the key \"" + *handler.twice + "\" twice in one object.");
    if (handler.unbounded) return malformed("The body has a number that is too large.");
    if (error)
        return malformed("The body is no JSON: " + error.message() + " at octet " +
                         std::to_string(at) + ".");
    if (at < body.size()) return malformed("Something follows the JSON in the body.");
    return {};
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Source: RFC 6901 §3.
std::string pointer_token(std::string_view name) {
    std::string token = "/";
    for (const char c : name) {
        if (c == '~')
            token += "~0";
        else if (c == '/')
            token += "~1";
        else
            token += c;
    }
    return token;
}

}  // namespace

std::variant<json::object, Problem> read_object(std::string_view body) {
    json::parse_options options;
    options.max_depth = json_depth_max;
    if (const auto problem = strict_check(body, options)) return *problem;
    json::error_code error;
    json::value value = json::parse(body, error, {}, options);
    if (error) return malformed("The body is no JSON: " + error.message() + ".");
    if (!value.is_object()) return malformed("The body must be a JSON object.");
    return std::move(value.as_object());
}

Response json_response(int status, const json::value& body) {
    Response response;
    response.status = status;
    response.body = json::serialize(body);
    return response;
}

Fields::Fields(const json::object& object, FieldErrors& errors, std::string pointer)
    : object_(object), errors_(errors), pointer_(std::move(pointer)) {}

const json::value* Fields::find(std::string_view name) {
    asked_.emplace(name);
    return object_.if_contains(name);
}

void Fields::wrong(std::string_view name, std::string detail) {
    errors_.push_back({pointer_ + pointer_token(name), {}, std::move(detail)});
}

std::optional<std::string> Fields::as_text(const json::value& value, std::string_view pointer,
                                           Range octets) {
    const json::string* text = value.if_string();
    std::string detail;
    if (!text)
        detail = "must be a string";
    else if (std::cmp_less(text->size(), octets.min) || std::cmp_greater(text->size(), octets.max))
        detail = "must have " + std::to_string(octets.min) + " to " + std::to_string(octets.max) +
                 " octets";
    else if (has_control({text->data(), text->size()}))
        detail = "must not hold control characters";
    if (detail.empty()) return std::string{text->data(), text->size()};
    errors_.push_back({std::string{pointer}, {}, std::move(detail)});
    return {};
}

std::optional<std::string> Fields::text(std::string_view name, Range octets) {
    const json::value* value = find(name);
    if (!value) return {};
    return as_text(*value, pointer_ + pointer_token(name), octets);
}

std::string Fields::required_text(std::string_view name, Range octets) {
    if (!find(name)) {
        wrong(name, "is required");
        return {};
    }
    return text(name, octets).value_or("");
}

std::optional<std::int64_t> Fields::integer(std::string_view name, Range range) {
    const json::value* value = find(name);
    if (!value) return {};
    // An uint64 is one above the range of int64 here, so it is out of any Range.
    const std::int64_t* number = value->if_int64();
    if (number && *number >= range.min && *number <= range.max) return *number;
    wrong(name, "must be an integer from " + std::to_string(range.min) + " to " +
                    std::to_string(range.max));
    return {};
}

std::optional<bool> Fields::boolean(std::string_view name) {
    const json::value* value = find(name);
    if (!value) return {};
    if (const bool* flag = value->if_bool()) return *flag;
    wrong(name, "must be true or false");
    return {};
}

std::optional<std::size_t> Fields::choice(std::string_view name,
                                          std::span<const std::string_view> choices) {
    const json::value* value = find(name);
    if (!value) return {};
    std::string list;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const json::string* text = value->if_string();
        if (text && std::string_view{text->data(), text->size()} == choices[i]) return i;
        list += (i == 0 ? "\"" : ", \"") + std::string{choices[i]} + "\"";
    }
    wrong(name, "must be one of " + list);
    return {};
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view name, std::size_t count_max,
                                                      Range octets) {
    const json::value* value = find(name);
    if (!value) return {};
    const json::array* array = value->if_array();
    if (!array || array->size() > count_max) {
        wrong(name, "must be a list of at most " + std::to_string(count_max) + " strings");
        return {};
    }
    std::vector<std::string> list;
    for (std::size_t i = 0; i < array->size(); ++i) {
        const std::string pointer = pointer_ + pointer_token(name) + "/" + std::to_string(i);
        if (auto text = as_text((*array)[i], pointer, octets)) list.push_back(std::move(*text));
    }
    return list;
}

std::optional<pool::E164> Fields::number(std::string_view name) {
    const json::value* value = find(name);
    if (!value) return {};
    if (const json::string* text = value->if_string())
        if (const auto number = parse_number({text->data(), text->size()})) return number;
    wrong(name, "must be an E.164 number, as \"+447700900101\"");
    return {};
}

std::optional<pool::WallTime> Fields::time(std::string_view name, bool or_null) {
    const json::value* value = find(name);
    if (!value || (or_null && value->is_null())) return {};
    if (const json::string* text = value->if_string())
        if (const auto time = parse_rfc3339({text->data(), text->size()})) return time;
    wrong(name, "must be a time of RFC 3339, as \"2026-11-24T16:50:38Z\"");
    return {};
}

bool Fields::null(std::string_view name) {
    const json::value* value = find(name);
    return value && value->is_null();
}

void Fields::finish() {
    for (const auto& [key, value] : object_) {
        const std::string_view name{key.data(), key.size()};
        if (!asked_.contains(name)) wrong(name, "is not known here");
    }
}

}  // namespace smppd::http
