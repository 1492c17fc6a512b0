// tools/bench/texts.hpp - texts of a wanted length to find codes in: usual ones in many languages,
// and such as are made to cost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::bench {

struct SampleText {
    std::string name;
    std::string text;  ///< UTF-8
};
/// Messages with a code, a link or neither, of exactly so many characters each: what they lack is
/// filled with what such messages go on with.
std::vector<SampleText> usual_texts(std::size_t characters);
/// One thing again and again, of exactly so many characters each.
std::vector<SampleText> hostile_texts(std::size_t characters);

/// The text from its front again and again until it has so many characters of UTF-8.
std::string repeated_to(std::string_view text, std::size_t characters);

}  // namespace smppd::bench
