// tools/smppctl/extract_line.cpp - see extract_line.hpp.
#include "tools/smppctl/extract_line.hpp"

#include "pool/extract.hpp"

#include <boost/json.hpp>

namespace smppd::ctl {
namespace {

namespace json = boost::json;

json::value or_null(std::string_view text) {
    // With braces it would be an array.
    return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

std::string found_in(std::string_view text, std::string_view sender) {
    const pool::Extraction found = pool::extract(text, sender);
    json::array candidates;
    for (const pool::Candidate& each : found.candidates)
        candidates.push_back(
            {{"code", each.code}, {"at", each.at}, {"length", each.length}, {"score", each.score}});
    return json::serialize(json::object{{"code", or_null(found.code)},
                                        {"link", or_null(found.link)},
                                        {"rule", or_null(found.rule)},
                                        {"confidence", found.confidence},
                                        {"candidates", std::move(candidates)}});
}

ExtractedLine error(std::string_view what) {
    return {json::serialize(json::object{{"error", what}}), true};
}

}  // namespace

ExtractedLine extract_line(std::string_view line, bool only_text) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (only_text || !line.starts_with('{')) return {found_in(line, {})};
    boost::system::error_code failed;
    const json::value value = json::parse(line, failed);
    if (failed) return error("not JSON: " + failed.message() + "; --text takes lines as they are");
    const json::object& object = value.as_object();
    const json::value* text = object.if_contains("text");
    if (text == nullptr || !text->is_string()) return error("\"text\" is missing, or no string");
    const json::value* sender = object.if_contains("sender");
    const bool named = sender != nullptr && !sender->is_null();
    if (named && !sender->is_string()) return error("\"sender\" is no string");
    return {found_in(text->get_string(),
                     named ? std::string_view{sender->get_string()} : std::string_view{})};
}

}  // namespace smppd::ctl
