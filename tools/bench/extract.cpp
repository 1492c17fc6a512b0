// tools/bench/extract.cpp - what it takes to find the code in a message.
#include "pool/extract.hpp"
#include "tools/bench/cases.hpp"
#include "tools/bench/report.hpp"
#include "tools/bench/texts.hpp"

#include <algorithm>
#include <cstdio>

namespace smppd::bench {

namespace {

struct Slowest {
    double us = 0;
    std::string name;
};

/// CPU time of one text, the mean of as many calls as go into `share`.
double us_of(const SampleText& text, std::chrono::nanoseconds share, std::size_t& found) {
    constexpr int batch = 20;
    const auto until = Clock::now() + share;
    const Cpu before = own_cpu();
    std::uint64_t calls = 0;
    do {
        for (int i = 0; i < batch; ++i) {
            const pool::Extraction extraction = pool::extract(text.text, "Meadow");
            found += !extraction.code.empty() || !extraction.link.empty();
        }
        calls += batch;
    } while (Clock::now() < until);
    return (own_cpu() - before).count() / static_cast<double>(calls);
}

void measure(JsonLine& line, const std::string& name, const std::vector<SampleText>& texts,
             std::chrono::nanoseconds share) {
    double sum = 0;
    Slowest slowest;
    std::size_t found = 0, with_code = 0;
    for (const SampleText& text : texts) {
        found = 0;
        const double us = us_of(text, share, found);
        with_code += found > 0;
        sum += us;
        if (us > slowest.us) slowest = {us, text.name};
    }
    JsonLine values;
    values.count("texts", texts.size()).count("with_code_or_link", with_code);
    values.number("us", sum / static_cast<double>(texts.size()), 1);
    values.number("slowest_us", slowest.us, 1).text("slowest", slowest.name);
    line.object(name, values);
}

}  // namespace

int run_extract(const ExtractOptions& options) {
    const Clock::time_point begun = Clock::now();
    pool::prepare_extraction();
    const std::chrono::duration<double, std::milli> prepared = Clock::now() - begun;
    constexpr std::size_t lengths[] = {160, 1'600};
    const std::size_t texts = usual_texts(1).size() + hostile_texts(1).size();
    const auto share = std::chrono::nanoseconds(options.seconds) / (2 * texts);
    JsonLine line;
    line.text("case", options.name).number("tables_ms", prepared.count());
    for (const std::size_t characters : lengths) {
        const std::string length = std::to_string(characters);
        measure(line, "usual_" + length, usual_texts(characters), share);
        measure(line, "hostile_" + length, hostile_texts(characters), share);
    }
    std::printf("%s\n", line.str().c_str());
    return 0;
}

}  // namespace smppd::bench
