// daemon/store/fields.hpp - many fields one after the other in one value, to be sealed together.
#pragma once

#include "pool/types.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace smppd::store {

/// Integers take 7 bits an octet, least first; texts their length before them. Later versions may
/// only add fields behind the others.
class FieldWriter {
public:
    template <class... Fields>
    void operator()(const Fields&... fields) {
        (put(fields), ...);
    }
    const pool::Octets& octets() const noexcept { return octets_; }

private:
    void put_int(std::uint64_t value);
    void put(std::string_view text);
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(pool::WallTime time) {
        put_int(static_cast<std::uint64_t>(time.time_since_epoch().count()));
    }
    void put(const std::array<std::uint8_t, 16>& token) {
        octets_.insert(octets_.end(), token.begin(), token.end());
    }
    template <class T>
    requires std::is_integral_v<T>
    void put(T value) { put_int(static_cast<std::uint64_t>(value)); }

    pool::Octets octets_;
};

/// Reads the same fields in the same order. What is missing or damaged reads as it was before.
class FieldReader {
public:
    explicit FieldReader(std::span<const std::uint8_t> octets) : rest_(octets) {}
    template <class... Fields>
    void operator()(Fields&... fields) {
        (take(fields), ...);
    }
    /// Whether all that was asked for was there.
    bool good() const noexcept { return good_; }

private:
    bool take_int(std::uint64_t& value);
    void take(std::string& text);
    void take(pool::WallTime& time);
    void take(std::array<std::uint8_t, 16>& token);
    template <class T>
    requires std::is_integral_v<T>
    void take(T& value) {
        std::uint64_t wide = 0;
        if (take_int(wide)) value = static_cast<T>(wide);
    }

    std::span<const std::uint8_t> rest_;
    bool good_ = true;
};

}  // namespace smppd::store
