// protocol/framer.cpp - cuts a TCP byte stream into whole SMPP PDUs.
#include "protocol/framer.hpp"

#include "protocol/octets.hpp"

#include <algorithm>
#include <array>

namespace smppd::protocol {
namespace {

constexpr std::size_t looked_at = 8;            ///< octets that foreign_protocol looks at
constexpr std::size_t kept_capacity = 1 << 17;  ///< one large PDU and one segment

struct Greeting {
    std::string_view begins;
    std::string_view what;
};
constexpr auto greetings = std::to_array<Greeting>({
    {"GET ", "an HTTP request"},
    {"POST ", "an HTTP request"},
    {"PUT ", "an HTTP request"},
    {"HEAD ", "an HTTP request"},
    {"PATCH ", "an HTTP request"},
    {"TRACE ", "an HTTP request"},
    {"DELETE ", "an HTTP request"},
    {"CONNECT ", "an HTTP request"},
    {"PRI * HT", "an HTTP request"},
    {"HTTP/", "an HTTP reply"},
    {"SSH-", "an SSH greeting"},
    {"INVITE ", "a SIP request"},
    {"REGISTER", "a SIP request"},
    {"SIP/2.0", "a SIP request"},
    // SIP has it too; the first 8 octets do not tell them apart.
    {"OPTIONS ", "an HTTP request"},
});

bool is_printable(std::uint8_t octet) noexcept {
    return (octet >= 0x20 && octet < 0x7f) || octet == '\r' || octet == '\n' || octet == '\t';
}

}  // namespace

Result<std::uint32_t> next_length(Bytes bytes, std::uint32_t length_max) {
    if (bytes.size() < 4) return 0u;
    const std::uint32_t length = get_u32(bytes.data());
    if (length < header_size || length > length_max) return Errc::bad_length;
    return length;
}

std::string_view foreign_protocol(Bytes first_octets) noexcept {
    const Bytes first = first_octets.first(std::min(first_octets.size(), looked_at));
    const std::string_view text = as_text(first);
    for (const Greeting& greeting : greetings) {
        if (text.starts_with(greeting.begins)) return greeting.what;
    }
    // A TLS record: handshake (0x16), version 3.x. As a command_length it is above 369 million.
    if (first.size() >= 3 && first[0] == 0x16 && first[1] == 0x03 && first[2] <= 0x04) {
        return "a TLS hello";
    }
    // Printable octets stand for a command_length above 150 million; four of them say it.
    if (first.size() >= 4 && std::all_of(first.begin(), first.end(), is_printable)) return "text";
    return {};
}

void Framer::feed(Bytes bytes) {
    // What has been handed out goes now, once a segment and not once a PDU.
    if (begin_ == buffer_.size()) {
        buffer_.clear();
        if (buffer_.capacity() > kept_capacity) buffer_.shrink_to_fit();
    } else if (begin_ > 0) {
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    }
    begin_ = 0;
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<Bytes> Framer::next() {
    if (lost_) return Errc::bad_length;
    const Bytes waiting = Bytes(buffer_).subspan(begin_);
    const Result<std::uint32_t> length = next_length(waiting, length_max_);
    if (!length) {
        lost_ = true;
        return length.error();
    }
    if (*length == 0 || waiting.size() < *length) return Bytes();
    begin_ += *length;
    return waiting.first(*length);
}

}  // namespace smppd::protocol
