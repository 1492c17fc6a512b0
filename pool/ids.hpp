// pool/ids.hpp - ids that grow with time.
#pragma once

#include "pool/types.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace smppd::pool {

/// Hands out Ids: milliseconds since 2020-01-01 UTC in the upper 43 bits, a counter in the lower
/// 20. Never the same twice, never smaller than the one before, whatever the clock does.
class Ids {
public:
    /// `last`: the largest id that the store knows; the next is larger.
    explicit Ids(Id last = 0) : last_(last) {}
    Id next(WallTime now) noexcept;
    Id last() const noexcept { return last_; }
    void seen(Id id) noexcept {
        if (id > last_) last_ = id;
    }

private:
    Id last_;
};

/// The smallest id that next() gives at `time`.
Id first_id_at(WallTime time) noexcept;
/// The time in an id, to a millisecond.
WallTime time_of(Id id) noexcept;
/// 16 hexadecimal digits, as the outside sees a message's id; sorts like the number.
std::string id_text(Id id);
/// The way back; nothing for other text: one id has one text, and 0 is none.
std::optional<Id> parse_id(std::string_view text) noexcept;

/// The public name of a session: 48 bits of milliseconds, 80 of chance; 26 characters of
/// Crockford's base 32, in lower case, after "ses_". Sorts by time, cannot be guessed.
struct Token {
    std::array<std::uint8_t, 16> octets{};
    friend auto operator<=>(const Token&, const Token&) = default;
};
/// `chance`: 10 octets from the daemon's random source.
Token make_token(WallTime now, const std::array<std::uint8_t, 10>& chance) noexcept;
/// The time in it, to a millisecond.
WallTime time_of(const Token& token) noexcept;
std::string token_text(const Token& token);
/// The way back; nothing for any other text.
std::optional<Token> parse_token(std::string_view text) noexcept;

}  // namespace smppd::pool
