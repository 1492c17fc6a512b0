// daemon/log.hpp - logs: one event word, then fields. `bind_up carrier=acme bind=1 took_ms=120`.
// Never a message's text, a code or a password; numbers of senders are masked by the caller.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace smppd::log {

enum class Level : std::uint8_t { debug, info, warning, error };

/// A name and its value as text; values with blanks, quotes or control characters are quoted and
/// escaped when written.
struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(v) {}
    Field(std::string_view n, bool v) : name(n), value(v ? "yes" : "no") {}
    template <std::integral T>
    Field(std::string_view n, T v) : name(n), value(std::to_string(v)) {}
};

/// Logs to standard error; with journald's priority prefix when it is the journal. Before this,
/// and in unit tests, nothing is written.
void open(Level level);
void level(Level level);
/// One line. Cheap when the level is off.
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

}  // namespace smppd::log
