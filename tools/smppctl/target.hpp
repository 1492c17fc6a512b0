// tools/smppctl/target.hpp - request targets: paths and queries, encoded.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace smppd::ctl {

/// All but letters, digits and -._~ as %XX. Source: RFC 3986 §2.3.
std::string percent_encoded(std::string_view text);

/// "/v1/platforms/acme": the segments, each encoded.
std::string path(std::initializer_list<std::string_view> segments);

/// Grows "?a=1&b=2"; what is empty is left out.
class Query {
public:
    Query& add(std::string_view name, std::string_view value);
    const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// "447700900101" and "+44 7700 900101" as "+447700900101"; other text as it is, for the daemon to
/// refuse.
std::string plus_number(std::string_view text);

}  // namespace smppd::ctl
