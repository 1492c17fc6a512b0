// pool/ids.cpp - ids that grow with time, and their texts.
#include "pool/ids.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

constexpr unsigned counter_bits = 20;
constexpr std::int64_t milliseconds_max = (std::int64_t{1} << 43) - 1;
constexpr WallTime epoch = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t id_digits = 16;

// Crockford's alphabet leaves out i, l, o and u. In lower case, as the other names of the API.
constexpr std::string_view base32_digits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view token_prefix = "ses_";
constexpr std::size_t token_digits = 26;
constexpr std::size_t time_octets = 6;

/// Milliseconds since the epoch of ids; times outside of the 43 bits become the nearest one inside.
std::int64_t milliseconds_of(WallTime time) noexcept {
    return std::clamp<std::int64_t>((time - epoch).count(), 0, milliseconds_max);
}

}  // namespace

Id Ids::next(WallTime now) noexcept {
    // A counter that overflows runs into the next millisecond: still growing, never twice.
    last_ = std::max(last_ + 1, static_cast<Id>(milliseconds_of(now)) << counter_bits);
    return last_;
}

Id first_id_at(WallTime time) noexcept {
    return std::max<Id>(1, static_cast<Id>(milliseconds_of(time)) << counter_bits);
}

WallTime time_of(Id id) noexcept {
    return epoch + std::chrono::milliseconds{static_cast<std::int64_t>(id >> counter_bits)};
}

std::string id_text(Id id) {
    std::string text(id_digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, id >>= 4)
        *digit = hex_digits[id & 0xF];
    return text;
}

std::optional<Id> parse_id(std::string_view text) noexcept {
    if (text.size() != id_digits) return std::nullopt;
    Id id = 0;
    for (const char c : text) {
        const std::size_t value = hex_digits.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        id = id << 4 | value;
    }
    if (id == 0 || id >> 63 != 0) return std::nullopt;
    return id;
}

Token make_token(WallTime now, const std::array<std::uint8_t, 10>& chance) noexcept {
    Token token;
    auto time =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, now.time_since_epoch().count()));
    for (std::size_t i = time_octets; i-- > 0; time >>= 8)
        token.octets[i] = static_cast<std::uint8_t>(time & 0xFF);
    std::copy(chance.begin(), chance.end(), token.octets.begin() + time_octets);
    return token;
}

WallTime time_of(const Token& token) noexcept {
    std::int64_t time = 0;
    for (std::size_t i = 0; i < time_octets; ++i) time = time << 8 | token.octets[i];
    return WallTime{} + std::chrono::milliseconds{time};
}

std::string token_text(const Token& token) {
    // 26 digits hold 130 bits: the two in front of the 128 are zero.
    std::string text(token_prefix);
    text.reserve(token_prefix.size() + token_digits);
    unsigned pending = 0;
    unsigned pending_bits = 2;
    for (const std::uint8_t octet : token.octets) {
        pending = pending << 8 | octet;
        pending_bits += 8;
        while (pending_bits >= 5) {
            pending_bits -= 5;
            text.push_back(base32_digits[pending >> pending_bits & 0x1F]);
        }
        pending &= (1U << pending_bits) - 1;
    }
    return text;
}

std::optional<Token> parse_token(std::string_view text) noexcept {
    if (!text.starts_with(token_prefix)) return std::nullopt;
    text.remove_prefix(token_prefix.size());
    if (text.size() != token_digits) return std::nullopt;
    Token token;
    unsigned pending = 0;
    unsigned pending_bits = 0;
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t value = base32_digits.find(text[i]);
        if (value == std::string_view::npos || (i == 0 && value > 7)) return std::nullopt;
        pending = pending << 5 | static_cast<unsigned>(value);
        pending_bits += i == 0 ? 3 : 5;
        if (pending_bits >= 8) {
            pending_bits -= 8;
            token.octets[written++] = static_cast<std::uint8_t>(pending >> pending_bits & 0xFF);
            pending &= (1U << pending_bits) - 1;
        }
    }
    return token;
}

}  // namespace smppd::pool
