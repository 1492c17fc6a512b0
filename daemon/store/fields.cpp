// daemon/store/fields.cpp - many fields in one value.
#include "daemon/store/fields.hpp"

#include <algorithm>

namespace smppd::store {

namespace {

constexpr std::uint8_t more = 0x80;  // another octet of the integer follows
constexpr unsigned bits = 7;

}  // namespace

void FieldWriter::put_int(std::uint64_t value) {
    for (; value >= more; value >>= bits)
        octets_.push_back(static_cast<std::uint8_t>(value | more));
    octets_.push_back(static_cast<std::uint8_t>(value));
}

void FieldWriter::put(std::string_view text) {
    put_int(text.size());
    octets_.insert(octets_.end(), text.begin(), text.end());
}

bool FieldReader::take_int(std::uint64_t& value) {
    std::uint64_t read = 0;
    for (unsigned shift = 0; good_ && shift < 64; shift += bits) {
        if (rest_.empty()) break;
        const std::uint8_t octet = rest_.front();
        rest_ = rest_.subspan(1);
        read |= std::uint64_t{octet & (more - 1U)} << shift;
        if (octet < more) {
            value = read;
            return true;
        }
    }
    return good_ = false;
}

void FieldReader::take(std::string& text) {
    std::uint64_t size = 0;
    if (!take_int(size)) return;
    if (size > rest_.size()) {
        good_ = false;
        return;
    }
    const auto octets = rest_.first(static_cast<std::size_t>(size));
    text.assign(octets.begin(), octets.end());
    rest_ = rest_.subspan(octets.size());
}

void FieldReader::take(pool::WallTime& time) {
    std::uint64_t count = 0;
    if (take_int(count))
        time = pool::WallTime{std::chrono::milliseconds{static_cast<std::int64_t>(count)}};
}

void FieldReader::take(std::array<std::uint8_t, 16>& token) {
    if (!good_ || rest_.size() < token.size()) {
        good_ = false;
        return;
    }
    std::copy_n(rest_.begin(), token.size(), token.begin());
    rest_ = rest_.subspan(token.size());
}

}  // namespace smppd::store
