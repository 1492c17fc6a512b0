// tests/fuzz/fuzz_extract.cpp - any octets as a message: what is found stands in the text, and is
// told in one way only.
#include "pool/extract.hpp"

#include <algorithm>
#include <cstdlib>

using namespace smppd::pool;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool in_shape(const std::string& code, const CodeShape& shape) {
    return code.size() >= shape.length_min && code.size() <= shape.length_max &&
           (shape.letters || code.find_first_not_of("0123456789") == code.npos);
}

void check_code(const Extraction& found, std::string_view text, const CodeShape& shape) {
    require(in_shape(found.code, shape));
    require(fold_code(text.substr(found.at, found.length)) == found.code);
    require(std::any_of(found.candidates.begin(), found.candidates.end(),
                        [&](const Candidate& each) { return each.code == found.code; }));
}

void check(const Extraction& found, std::string_view text, const CodeShape& shape) {
    require(found.code.empty() || found.link.empty());
    require(found.rule.empty() == (found.code.empty() && found.link.empty()));
    require(found.rule.empty() == (found.confidence == 0));
    require(found.confidence >= 0 && found.confidence <= 100);
    require(found.at <= text.size() && found.length <= text.size() - found.at);
    if (!found.link.empty()) require(text.substr(found.at, found.length) == found.link);
    if (!found.code.empty()) check_code(found, text, shape);
    require(found.candidates.size() <= candidates_max);
    for (const Candidate& each : found.candidates) {
        require(in_shape(each.code, shape));
        require(each.at <= text.size() && each.length <= text.size() - each.at);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    CodeShape shape;
    shape.letters = (data[0] & 1) == 0;
    shape.length_min = static_cast<std::uint8_t>(4 + (data[0] >> 1) % 4);
    shape.length_max = static_cast<std::uint8_t>(shape.length_min + (data[0] >> 3) % 7);
    if (data[0] == 0) shape = {};
    const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
    // Part of the text as its sender, which may be the code too.
    const std::string_view sender = text.substr(0, data[1] % 16);
    check(extract(text, sender, shape), text, shape);
    const std::string typed = fold_code(text);
    require(fold_code(typed) == typed);
    require(brand_of(sender, text).size() <= 4096);
    return 0;
}
