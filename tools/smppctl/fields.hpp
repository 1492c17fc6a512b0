// tools/smppctl/fields.hpp - reading the API's answers leniently: a newer daemon may say more.
#pragma once

#include "tools/smppctl/times.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smppd::ctl {

namespace json = boost::json;

/// The member's text; empty when it is null, missing or something else.
std::string text(const json::object& object, std::string_view name);
/// The member's number; 0 when it is null, missing or something else.
std::uint64_t count(const json::object& object, std::string_view name);
bool flag(const json::object& object, std::string_view name);
std::optional<Time> time(const json::object& object, std::string_view name);
/// The member's array or object, nullptr when it is none.
const json::array* list(const json::object& object, std::string_view name);
const json::object* part(const json::object& object, std::string_view name);

/// "1,234,567".
std::string grouped(std::uint64_t value);
std::string count_text(const json::object& object, std::string_view name);
/// "2026-11-24 17:00:03Z", empty for none.
std::string when(const json::object& object, std::string_view name);
std::string yes_no(bool value);
/// The array's texts, with ", " between.
std::string joined(const json::object& object, std::string_view name);

}  // namespace smppd::ctl
