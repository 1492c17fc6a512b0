// daemon/store/packed.hpp - several values in one column: lists of words, sealed pairs.
#pragma once

#include "daemon/store/seal.hpp"

#include <span>
#include <utility>

namespace smppd::store {

/// Where a sealed value stands: "message:123". Without allocation, for the hot path.
class Context {
public:
    Context(std::string_view table, pool::Id id) noexcept;
    operator std::string_view() const noexcept { return {text_.data(), size_}; }

private:
    std::array<char, 40> text_;
    std::size_t size_;
};

std::string_view as_text(const pool::Octets& octets) noexcept;

/// Two values under one seal: half the cost of two, and none can be exchanged alone.
pool::Octets seal_pair(const Seal& seal, std::string_view first, const pool::Octets& second,
                       std::string_view context);
std::optional<std::pair<pool::Octets, pool::Octets>> open_pair(const Seal& seal,
                                                               std::span<const std::uint8_t> sealed,
                                                               std::string_view context);

/// A line each; a line end or backslash inside is written \n and \\, an empty list is "".
std::string join(const std::vector<std::string>& words);
std::vector<std::string> split(std::string_view joined);

}  // namespace smppd::store
