// daemon/http/json.hpp - strict reading of JSON bodies, with every mistake told at once.
// Boost.JSON takes the last of two equal keys silently; here that is an error.
#pragma once

#include "daemon/http/problem.hpp"

#include <boost/json.hpp>

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace smppd::http {

inline constexpr std::size_t json_depth_max = 16;

/// The body as one object. Kind::malformed with the place: no JSON, not an object, bad UTF-8, a key
/// twice, nested deeper than json_depth_max, a number without bound.
std::variant<boost::json::object, Problem> read_object(std::string_view body);

/// A response with a JSON body.
Response json_response(int status, const boost::json::value& body);

struct Range {
    std::int64_t min = 0, max = 0;
};

/// Reads the fields of one object. What is wrong goes to `errors` with its JSON pointer, and the
/// field reads as absent; a required one that is absent is an error. finish() refuses the rest.
class Fields {
public:
    Fields(const boost::json::object& object, FieldErrors& errors, std::string pointer = "");

    /// A text of `octets.min` to `octets.max` octets, without control characters.
    std::optional<std::string> text(std::string_view name, Range octets);
    std::string required_text(std::string_view name, Range octets);
    std::optional<std::int64_t> integer(std::string_view name, Range range);
    std::optional<bool> boolean(std::string_view name);
    /// The index of the text among `choices`.
    std::optional<std::size_t> choice(std::string_view name,
                                      std::span<const std::string_view> choices);
    /// A list of at most `count_max` texts.
    std::optional<std::vector<std::string>> texts(std::string_view name, std::size_t count_max,
                                                  Range octets);
    std::optional<pool::E164> number(std::string_view name);
    /// A time as RFC 3339 writes it. `or_null`: null reads as absent.
    std::optional<pool::WallTime> time(std::string_view name, bool or_null = false);
    /// Whether the field is there and null; a field that may be null is asked for this first.
    bool null(std::string_view name);
    bool has(std::string_view name) const { return object_.contains(name); }
    /// Says that a value, which could be read, is not right.
    void wrong(std::string_view name, std::string detail);
    /// Every field that was not asked for is an error.
    void finish();

private:
    const boost::json::value* find(std::string_view name);
    std::optional<std::string> as_text(const boost::json::value& value, std::string_view pointer,
                                       Range octets);

    const boost::json::object& object_;
    FieldErrors& errors_;
    std::string pointer_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace smppd::http
