// protocol/octets.hpp - big-endian integers in octets, and a reader that never leaves its octets.
// Internal to protocol/: the codec's ground.
#pragma once

#include "protocol/types.hpp"

#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace smppd::protocol {

inline constexpr std::size_t header_size = 16;  ///< SMPP 3.4 §3.2

/// Big-endian integers; the caller has seen to it that the octets are there.
inline std::uint16_t get_u16(const std::uint8_t* at) noexcept {
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
inline std::uint32_t get_u32(const std::uint8_t* at) noexcept {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
           std::uint32_t{at[3]};
}
inline void put_u32(std::uint8_t* at, std::uint32_t value) noexcept {
    at[0] = static_cast<std::uint8_t>(value >> 24);
    at[1] = static_cast<std::uint8_t>(value >> 16);
    at[2] = static_cast<std::uint8_t>(value >> 8);
    at[3] = static_cast<std::uint8_t>(value);
}
inline void append_u16(Octets& to, std::uint16_t value) {
    to.push_back(static_cast<std::uint8_t>(value >> 8));
    to.push_back(static_cast<std::uint8_t>(value));
}
inline void append_u32(Octets& to, std::uint32_t value) {
    append_u16(to, static_cast<std::uint16_t>(value >> 16));
    append_u16(to, static_cast<std::uint16_t>(value));
}

/// The octets of a text field as characters, octet for octet.
inline std::string_view as_text(Bytes bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Goes through octets from `at` on. A call that the rest cannot serve returns nothing and
/// leaves the reader where it was.
class Reader {
public:
    explicit Reader(Bytes bytes, std::size_t at = 0) noexcept : bytes_(bytes), at_(at) {}

    std::size_t offset() const noexcept { return at_; }
    std::size_t left() const noexcept { return bytes_.size() - at_; }
    Bytes rest() const noexcept { return bytes_.subspan(at_); }

    std::optional<std::uint8_t> octet() noexcept {
        if (left() < 1) return std::nullopt;
        return bytes_[at_++];
    }
    std::optional<std::uint16_t> u16() noexcept {
        if (left() < 2) return std::nullopt;
        const std::uint16_t value = get_u16(bytes_.data() + at_);
        at_ += 2;
        return value;
    }
    std::optional<std::uint32_t> u32() noexcept {
        if (left() < 4) return std::nullopt;
        const std::uint32_t value = get_u32(bytes_.data() + at_);
        at_ += 4;
        return value;
    }
    std::optional<Bytes> take(std::size_t count) noexcept {
        if (left() < count) return std::nullopt;
        const Bytes taken = bytes_.subspan(at_, count);
        at_ += count;
        return taken;
    }
    /// The octets before the next NUL; the NUL is passed over.
    std::optional<Bytes> until_nul() noexcept {
        if (left() == 0) return std::nullopt;
        const void* const nul = std::memchr(bytes_.data() + at_, 0, left());
        if (!nul) return std::nullopt;
        const auto length =
            static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - (bytes_.data() + at_));
        const Bytes text = bytes_.subspan(at_, length);
        at_ += length + 1;
        return text;
    }

private:
    Bytes bytes_;
    std::size_t at_;
};

}  // namespace smppd::protocol
