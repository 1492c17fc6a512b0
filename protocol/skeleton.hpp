// protocol/skeleton.hpp - PDUs that are packed by the ten thousand: libsmpp34 packs an empty one of
// each kind once, and each of them is that one with its texts put in and its octets replaced.
// Internal to encode.cpp.
#pragma once

#include "protocol/octets.hpp"

#include <string_view>
#include <utility>

namespace smppd::protocol {

/// Fills in a skeleton. The fields are given in the order of the specification, all of them.
class Filling {
public:
    /// `skeleton`: a packed PDU without texts, which outlives this. `more`: how many octets come in
    /// addition, about.
    Filling(const Octets& skeleton, std::size_t more) : skeleton_(skeleton) {
        octets_.reserve(skeleton.size() + more);
        octets_.assign(skeleton.begin(), skeleton.begin() + header_size);
    }

    /// `size_max` with the NUL.
    void text(std::string_view from, std::size_t size_max) {
        if (from.size() >= size_max) return fail(Errc::too_long);
        if (from.find('\0') != from.npos) return fail(Errc::not_packable);
        octets_.insert(octets_.end(), from.begin(), from.end());
        octet(0);
    }
    void octet(std::uint8_t value) {
        octets_.push_back(value);
        ++at_;
    }

    /// The octets; the header is the skeleton's. Where the skeleton has another size than its
    /// fields have, it was not libsmpp34's idea of this PDU: not_packable.
    Result<Octets> take() {
        if (failed_) return error_;
        if (at_ != skeleton_.size()) return Errc::not_packable;
        return std::move(octets_);
    }

private:
    void fail(Errc error) noexcept {
        if (!failed_) error_ = error;
        failed_ = true;
    }

    const Octets& skeleton_;
    Octets octets_;
    std::size_t at_ = header_size;  ///< in the skeleton
    bool failed_ = false;
    Errc error_ = Errc::not_packable;
};

}  // namespace smppd::protocol
