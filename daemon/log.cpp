// daemon/log.cpp - see log.hpp.
#include "daemon/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace smppd::log {

namespace {

std::shared_ptr<spdlog::logger> logger;
bool to_journal = false;

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// syslog's numbers, which the journal reads from the head of a line.
std::string_view journal_prefix(Level level) {
    switch (level) {
        case Level::debug: return "<7>";
        case Level::info: return "<6>";
        case Level::warning: return "<4>";
        case Level::error: return "<3>";
    }
    return "<6>";
}

bool plain(unsigned char c) { return c > 0x20 && c != '"' && c != '\\' && c != '=' && c < 0x7f; }

/// A value as one word, or quoted with everything escaped that a terminal might obey.
void append_value(std::string& line, std::string_view value) {
    bool quoted = value.empty();
    for (const char c : value) quoted = quoted || !plain(static_cast<unsigned char>(c));
    if (!quoted) {
        line += value;
        return;
    }
    static constexpr char hex[] = "0123456789abcdef";
    line += '"';
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (octet < 0x20 || octet >= 0x7f) {
            line += "\\x";
            line += hex[octet >> 4];
            line += hex[octet & 15];
        } else {
            line += c;
        }
    }
    line += '"';
}

}  // namespace

void open(Level at) {
    const char* stream = std::getenv("JOURNAL_STREAM");
    to_journal = stream != nullptr && *stream != '\0';
    logger = std::make_shared<spdlog::logger>("smppd",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // The journal keeps time and priority itself.
    logger->set_pattern(to_journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                        spdlog::pattern_time_type::utc);
    logger->flush_on(spdlog::level::debug);
    level(at);
}

void level(Level at) {
    if (logger) logger->set_level(spdlog_level(at));
}

void write(Level at, std::string_view event, std::initializer_list<Field> fields) {
    if (!logger || !logger->should_log(spdlog_level(at))) return;
    std::string line;
    if (to_journal) line += journal_prefix(at);
    line += event;
    for (const Field& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        append_value(line, field.value);
    }
    logger->log(spdlog_level(at), "{}", line);
}

}  // namespace smppd::log
