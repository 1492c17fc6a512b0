// tools/smppctl/failure.cpp - see failure.hpp.
#include "tools/smppctl/failure.hpp"

#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/fields.hpp"

namespace smppd::ctl {
namespace {

/// The API's details name paths of the API where more is told. Who uses smppctl has no use for
/// them: sentences about them go, and what a sentence says before "; see GET" stays.
std::string without_paths(std::string_view detail) {
    std::string kept;
    while (!detail.empty()) {
        const std::size_t end = detail.find(". ");
        std::string_view sentence = detail.substr(0, end);
        detail.remove_prefix(end == std::string_view::npos ? detail.size() : end + 2);
        if (sentence.ends_with('.')) sentence.remove_suffix(1);
        if (sentence.find("/v1/") != std::string_view::npos) {
            const std::size_t see = sentence.find("; see ");
            if (see == std::string_view::npos) continue;
            sentence = sentence.substr(0, see);
        }
        kept += (kept.empty() ? "" : " ") + std::string{sentence} + ".";
    }
    return kept;
}

/// A detail begins with the JSON pointer of the field it is about: "/name: ...".
std::string without_slash(std::string text) {
    if (text.starts_with('/')) text.erase(0, 1);
    return text;
}

}  // namespace

Exit exit_for(int http_status) noexcept {
    if (http_status >= 200 && http_status < 300) return Exit::ok;
    switch (http_status) {
        case 404: return Exit::not_found;
        case 400:
        case 401:
        case 403:
        case 409:
        case 410:
        case 413:
        case 422:
        case 429: return Exit::refused;
        case 408:
        case 504: return Exit::timed_out;
        default: return Exit::failed;
    }
}

std::string problem_text(int http_status, const std::string& body) {
    boost::system::error_code error;
    const json::value value = json::parse(body, error);
    if (error || !value.is_object() || text(value.as_object(), "detail").empty())
        return "the daemon answered with HTTP status " + std::to_string(http_status);
    const json::object& problem = value.as_object();
    const json::array* errors = list(problem, "errors");
    if (!errors || errors->size() < 2)
        return escaped(without_slash(without_paths(text(problem, "detail"))));
    // The detail repeats the first error only.
    std::string told = text(problem, "title") + ":";
    for (const json::value& one : *errors) {
        if (!one.is_object()) continue;
        const json::object& object = one.as_object();
        std::string where = text(object, "pointer");
        if (where.empty()) where = text(object, "parameter");
        told += "\n  " + without_slash(where) + ": " + text(object, "detail");
    }
    return escaped(told, LineBreaks::keep);
}

}  // namespace smppd::ctl
