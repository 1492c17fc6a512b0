// daemon/store/packed.cpp - several values in one column.
#include "daemon/store/packed.hpp"

#include <algorithm>
#include <charconv>

namespace smppd::store {

namespace {

constexpr std::size_t length_size = 4;  // of the first of a pair, big endian

std::span<const std::uint8_t> as_octets(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Context::Context(std::string_view table, pool::Id id) noexcept {
    char* end = std::copy_n(table.data(), std::min<std::size_t>(table.size(), 16), text_.data());
    *end++ = ':';
    end = std::to_chars(end, text_.data() + text_.size(), id).ptr;
    size_ = static_cast<std::size_t>(end - text_.data());
}

std::string_view as_text(const pool::Octets& octets) noexcept {
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

pool::Octets seal_pair(const Seal& seal, std::string_view first, const pool::Octets& second,
                       std::string_view context) {
    pool::Octets plain(length_size + first.size() + second.size());
    for (std::size_t i = 0; i < length_size; ++i)
        plain[i] = static_cast<std::uint8_t>(first.size() >> (24 - 8 * i));
    const std::span<const std::uint8_t> octets = as_octets(first);
    std::ranges::copy(second, std::ranges::copy(octets, plain.begin() + length_size).out);
    return seal.seal(plain, context);
}

std::optional<std::pair<pool::Octets, pool::Octets>> open_pair(const Seal& seal,
                                                               std::span<const std::uint8_t> sealed,
                                                               std::string_view context) {
    const auto plain = seal.open(sealed, context);
    if (!plain || plain->size() < length_size) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 0; i < length_size; ++i) size = size << 8 | (*plain)[i];
    const std::span<const std::uint8_t> rest = std::span(*plain).subspan(length_size);
    if (size > rest.size()) return std::nullopt;
    const auto first = rest.first(size), second = rest.subspan(size);
    return std::pair{pool::Octets(first.begin(), first.end()),
                     pool::Octets(second.begin(), second.end())};
}

std::string join(const std::vector<std::string>& words) {
    std::string joined;
    for (const std::string& word : words) {
        for (const char c : word) {
            if (c == '\\' || c == '\n') joined += '\\';
            joined += c == '\n' ? 'n' : c;
        }
        joined += '\n';
    }
    return joined;
}

std::vector<std::string> split(std::string_view joined) {
    std::vector<std::string> words;
    std::string word;
    bool escaped = false;
    for (const char c : joined) {
        if (escaped) {
            word += c == 'n' ? '\n' : c;
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '\n') {
            words.push_back(std::move(word));
            word.clear();
        } else {
            word += c;
        }
    }
    return words;
}

}  // namespace smppd::store
