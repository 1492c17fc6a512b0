// tools/bench/report.hpp - a case's figures as one line of JSON.
#pragma once

#include "tools/bench/histogram.hpp"
#include "tools/bench/process.hpp"

#include <string>
#include <string_view>

namespace smppd::bench {

/// A JSON object that is written as it is filled. Names are ours and need no escape.
class JsonLine {
public:
    JsonLine& text(std::string_view name, std::string_view value);
    JsonLine& count(std::string_view name, std::uint64_t value);
    /// With one digit after the point below 100, none above.
    JsonLine& number(std::string_view name, double value);
    JsonLine& number(std::string_view name, double value, int decimals);
    JsonLine& object(std::string_view name, const JsonLine& value);
    /// p50, p90, p99, p99.9 and the longest, in microseconds.
    JsonLine& latency(std::string_view name, const Histogram& histogram);
    /// By thread, and "total", each divided by `messages`.
    JsonLine& cpu(std::string_view name, const std::map<std::string, Cpu>& used,
                  std::uint64_t messages);
    std::string str() const { return "{" + members_ + "}"; }

private:
    void key(std::string_view name);
    std::string members_;
};

}  // namespace smppd::bench
