// daemon/http/query.cpp - taking a target apart, and the typed readers of parameters.
#include "daemon/http/query.hpp"

#include "daemon/http/values.hpp"
#include "pool/ids.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

constexpr std::size_t pieces_max = 32;

std::optional<std::string> decoded(std::string_view text) {
    auto value = percent_decoded(text);
    if (!value || !valid_utf8(*value)) return {};
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(value->begin(), value->end(), control)) return {};
    return value;
}

/// Calls `take` for each piece between separators; false when there are too many or take() says so.
template <class Take>
bool split(std::string_view text, char separator, Take take) {
    for (std::size_t count = 0; count < pieces_max; ++count) {
        const std::size_t end = text.find(separator);
        if (!take(text.substr(0, end))) return false;
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
    }
    return false;
}

// A server must take the absolute form too. Source: RFC 9112 §3.2.2.
std::string_view origin_form(std::string_view target) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 'a' - 'A') : c; };
    for (const std::string_view scheme : {"http://", "https://"}) {
        // Schemes are case-insensitive. Source: RFC 3986 §3.1.
        const std::string_view begin = target.substr(0, scheme.size());
        if (!std::equal(begin.begin(), begin.end(), scheme.begin(), scheme.end(),
                        [&](char a, char b) { return lower(a) == b; }))
            continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
    }
    return target;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    target = origin_form(target);
    if (!target.starts_with('/')) return {};
    const std::size_t mark = target.find('?');
    Target parsed;
    const bool path_ok = split(target.substr(1, mark - 1), '/', [&](std::string_view piece) {
        auto segment = decoded(piece);
        if (segment) parsed.segments.push_back(std::move(*segment));
        return segment.has_value();
    });
    if (!path_ok) return {};
    if (mark == std::string_view::npos) return parsed;
    const bool query_ok = split(target.substr(mark + 1), '&', [&](std::string_view piece) {
        if (piece.empty()) return true;
        const std::size_t equals = piece.find('=');
        auto name = decoded(piece.substr(0, equals));
        auto value =
            equals == std::string_view::npos ? std::string{} : decoded(piece.substr(equals + 1));
        if (!name || name->empty() || !value) return false;
        parsed.parameters.emplace_back(std::move(*name), std::move(*value));
        return true;
    });
    if (!query_ok) return {};
    return parsed;
}

Params::Params(const Target& target, FieldErrors& errors) : target_(target), errors_(errors) {}

const std::string* Params::find(std::string_view name) {
    asked_.emplace(name);
    for (const auto& [key, value] : target_.parameters)
        if (key == name) return &value;
    return nullptr;
}

void Params::wrong(std::string_view name, std::string detail) {
    errors_.push_back({{}, std::string{name}, std::move(detail)});
}

std::optional<std::string> Params::text(std::string_view name, std::size_t octets_max) {
    const std::string* value = find(name);
    if (!value) return {};
    if (!value->empty() && value->size() <= octets_max) return *value;
    wrong(name, "must have 1 to " + std::to_string(octets_max) + " octets");
    return {};
}

std::optional<std::int64_t> Params::integer(std::string_view name, Range range) {
    const std::string* value = find(name);
    if (!value) return {};
    const auto number = parse_integer(*value);
    if (number && *number >= range.min && *number <= range.max) return number;
    wrong(name, "must be an integer from " + std::to_string(range.min) + " to " +
                    std::to_string(range.max));
    return {};
}

std::optional<bool> Params::boolean(std::string_view name) {
    const std::string* value = find(name);
    if (!value) return {};
    if (*value == "true") return true;
    if (*value == "false") return false;
    wrong(name, "must be true or false");
    return {};
}

std::optional<std::size_t> Params::choice(std::string_view name,
                                          std::span<const std::string_view> choices) {
    const std::string* value = find(name);
    if (!value) return {};
    std::string list;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (*value == choices[i]) return i;
        list += (i == 0 ? "" : ", ") + std::string{choices[i]};
    }
    wrong(name, "must be one of " + list);
    return {};
}

std::optional<pool::E164> Params::number(std::string_view name) {
    const std::string* value = find(name);
    if (!value) return {};
    if (const auto number = parse_number(*value)) return number;
    wrong(name, "must be an E.164 number, as +447700900101");
    return {};
}

Page Params::page() {
    Page page;
    page.cursor = text("cursor").value_or("");
    page.limit = static_cast<std::size_t>(integer("limit", {1, 1000}).value_or(50));
    return page;
}

pool::Id Params::id(std::string_view name) {
    const std::string* value = find(name);
    if (!value) return 0;
    if (const auto id = pool::parse_id(*value)) return *id;
    wrong(name, "must be an id of 16 hexadecimal digits, as it was given");
    return 0;
}

void Params::finish() {
    std::set<std::string_view> seen;
    for (const auto& [key, value] : target_.parameters) {
        if (!asked_.contains(key)) wrong(key, "is not known here");
        if (!seen.insert(key).second) wrong(key, "is there more than once");
    }
}

}  // namespace smppd::http
