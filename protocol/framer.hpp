// protocol/framer.hpp - cuts a TCP byte stream into whole SMPP PDUs.
// Holds no socket and no clock. Used by one thread at a time.
#pragma once

#include "protocol/types.hpp"

#include <string_view>

namespace smppd::protocol {

/// Length of the PDU at the front of `bytes` in octets, 0 while fewer than 4 are in.
/// Errc::bad_length: outside 16..length_max; the stream is lost, close the link.
/// Source: SMPP 3.4 §5.1.1 command_length (big endian, counts itself).
Result<std::uint32_t> next_length(Bytes bytes, std::uint32_t length_max);

/// What another protocol's first octets say: "an HTTP request", "a TLS hello", "an HTTP reply",
/// "an SSH greeting", "a SIP request", "text"; "" for what may be SMPP. Looks at the first 8
/// octets at most; fewer may not be enough to tell.
std::string_view foreign_protocol(Bytes first_octets) noexcept;

/// Collects octets and hands out whole PDUs. Memory is bounded by one PDU and one segment.
class Framer {
public:
    /// `length_max`: the largest command_length taken, in octets.
    explicit Framer(std::uint32_t length_max) : length_max_(length_max) {}

    /// Takes over what has been read. `bytes` need not outlive the call.
    void feed(Bytes bytes);
    /// The next whole PDU, empty when there is none yet. The view lives until the next call of
    /// feed(). Errc::bad_length: the stream is lost; every later call says so again.
    Result<Bytes> next();
    /// A limit for the PDUs not yet handed out (it grows once a peer has bound).
    void length_max(std::uint32_t octets) noexcept { length_max_ = octets; }
    /// Octets that wait for the rest of their PDU.
    std::size_t pending() const noexcept { return buffer_.size() - begin_; }

private:
    Octets buffer_;
    std::size_t begin_ = 0;
    std::uint32_t length_max_;
    bool lost_ = false;
};

}  // namespace smppd::protocol
