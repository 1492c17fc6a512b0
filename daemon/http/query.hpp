// daemon/http/query.hpp - the target of a request: path segments and query parameters.
#pragma once

#include "daemon/http/json.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smppd::http {

/// A target taken apart and decoded. Segments are split before decoding, so %2F stays within one.
struct Target {
    std::vector<std::string> segments;  ///< "/v1/status": v1, status
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// Nothing for what is no path: not beginning with "/" (or "http://host/"), a % without two digits,
/// bad UTF-8, control characters, more than 32 segments or parameters.
std::optional<Target> parse_target(std::string_view target);

/// What a list is asked for.
struct Page {
    std::string cursor;  ///< the next_cursor of the page before; empty: from the start
    std::size_t limit = 50;
};

/// Reads query parameters as Fields reads a body: what is wrong goes to `errors` by name.
class Params {
public:
    Params(const Target& target, FieldErrors& errors);

    std::optional<std::string> text(std::string_view name, std::size_t octets_max = 128);
    std::optional<std::int64_t> integer(std::string_view name, Range range);
    std::optional<bool> boolean(std::string_view name);
    std::optional<std::size_t> choice(std::string_view name,
                                      std::span<const std::string_view> choices);
    std::optional<pool::E164> number(std::string_view name);
    /// `cursor` and `limit`, 1 to 1000.
    Page page();
    /// An id as id_text() writes it, 0 when absent.
    pool::Id id(std::string_view name);
    void wrong(std::string_view name, std::string detail);
    /// Every parameter that was not asked for is an error, and each that is there twice.
    void finish();

private:
    const std::string* find(std::string_view name);

    const Target& target_;
    FieldErrors& errors_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace smppd::http
