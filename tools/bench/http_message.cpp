// tools/bench/http_message.cpp - see http_message.hpp.
#include "tools/bench/http_message.hpp"

#include <strings.h>

#include <charconv>
#include <stdexcept>

namespace smppd::bench {

namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view length_name = "\r\ncontent-length:";
constexpr std::string_view chunked_name = "\r\ntransfer-encoding:";

/// What follows the field's name in the head; nothing when it has no such field.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
        const std::string_view line = head.substr(at);
        if (line.size() < name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0)
            continue;
        std::string_view value = line.substr(name.size());
        while (value.starts_with(' ')) value.remove_prefix(1);
        return value.substr(0, value.find("\r\n"));
    }
    return std::nullopt;
}

std::size_t body_length(std::string_view head) {
    const std::string_view value = field(head, length_name).value_or("0");
    std::size_t length = 0;
    std::from_chars(value.data(), value.data() + value.size(), length);
    return length;
}

}  // namespace

std::size_t request_length(std::string_view octets) {
    const auto end = octets.find(head_end);
    if (end == octets.npos) return 0;
    const std::size_t head = end + head_end.size();
    const std::size_t body = body_length(octets.substr(0, end));
    return octets.size() - head < body ? 0 : head + body;
}

std::optional<HttpAnswer> parse_answer(std::string_view octets) {
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t status_at = version.size() + 2, status_end = status_at + 3;
    const auto end = octets.find(head_end);
    if (end == octets.npos) return std::nullopt;
    const std::string_view head = octets.substr(0, end);
    HttpAnswer answer;
    const bool whole_line = head.starts_with(version) && head.size() >= status_end;
    if (!whole_line ||
        std::from_chars(head.data() + status_at, head.data() + status_end, answer.status).ptr !=
            head.data() + status_end) {
        throw std::runtime_error("what came is no answer of HTTP/1.1");
    }
    if (field(head, chunked_name)) throw std::runtime_error("a chunked answer came");
    const std::size_t body = body_length(head);
    const std::size_t before = end + head_end.size();
    if (octets.size() - before < body) return std::nullopt;
    answer.body = octets.substr(before, body);
    answer.length = before + body;
    return answer;
}

std::string_view text_member(std::string_view json, std::string_view name) {
    for (std::size_t at = json.find(name); at != json.npos; at = json.find(name, at + 1)) {
        constexpr std::string_view between = "\":\"";
        const std::string_view rest = json.substr(at + name.size());
        if (at == 0 || json[at - 1] != '"' || !rest.starts_with(between)) continue;
        const std::string_view value = rest.substr(between.size());
        const auto end = value.find('"');
        return end == value.npos ? std::string_view{} : value.substr(0, end);
    }
    return {};
}

}  // namespace smppd::bench
