// tools/bench/report.cpp - see report.hpp.
#include "tools/bench/report.hpp"

#include <cmath>
#include <cstdio>

namespace smppd::bench {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        // What a thread or a case is called has no use for control characters.
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

}  // namespace

void JsonLine::key(std::string_view name) {
    if (!members_.empty()) members_ += ",";
    members_ += quoted(name) + ":";
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
    key(name);
    members_ += quoted(value);
    return *this;
}

JsonLine& JsonLine::count(std::string_view name, std::uint64_t value) {
    key(name);
    members_ += std::to_string(value);
    return *this;
}

JsonLine& JsonLine::number(std::string_view name, double value) {
    return number(name, value, std::fabs(value) < 100 ? 1 : 0);
}

JsonLine& JsonLine::number(std::string_view name, double value, int decimals) {
    key(name);
    char digits[64];
    std::snprintf(digits, sizeof digits, "%.*f", decimals, std::isfinite(value) ? value : 0.0);
    members_ += digits;
    return *this;
}

JsonLine& JsonLine::object(std::string_view name, const JsonLine& value) {
    key(name);
    members_ += value.str();
    return *this;
}

JsonLine& JsonLine::latency(std::string_view name, const Histogram& histogram) {
    const auto us = [](std::chrono::nanoseconds time) {
        return std::chrono::duration<double, std::micro>(time).count();
    };
    JsonLine values;
    values.number("p50", us(histogram.quantile(0.5)));
    values.number("p90", us(histogram.quantile(0.9)));
    values.number("p99", us(histogram.quantile(0.99)));
    values.number("p99.9", us(histogram.quantile(0.999)));
    values.number("max", us(histogram.longest()));
    return object(name, values);
}

JsonLine& JsonLine::cpu(std::string_view name, const std::map<std::string, Cpu>& used,
                        std::uint64_t messages) {
    if (messages == 0) return *this;
    JsonLine values;
    Cpu total{};
    for (const auto& [thread, time] : used) {
        values.number(thread, time.count() / static_cast<double>(messages));
        total += time;
    }
    values.number("total", total.count() / static_cast<double>(messages));
    return object(name, values);
}

}  // namespace smppd::bench
