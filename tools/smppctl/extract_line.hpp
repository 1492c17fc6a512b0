// tools/smppctl/extract_line.hpp - one line with a message in, one line of JSON about its code out.
#pragma once

#include <string>
#include <string_view>

namespace smppd::ctl {

struct ExtractedLine {
    std::string json;  ///< without a line break
    bool bad = false;  ///< it is an error's
};

/// A line that begins with '{' is a JSON object {"sender", "text"}, any other the text itself; with
/// `only_text` each is. JSON: {"code", "link", "rule", "confidence", "candidates"}, null for what
/// was not found; {"error": ...} for an object that cannot be read or has no text.
ExtractedLine extract_line(std::string_view line, bool only_text);

}  // namespace smppd::ctl
