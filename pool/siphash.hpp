// pool/siphash.hpp - SipHash-2-4, a keyed 64-bit hash that a sender cannot steer.
// Source: Aumasson, Bernstein: SipHash: a fast short-input PRF (2012).
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace smppd::pool {

/// Takes octets piece by piece; finish() once at the end.
class SipHash {
public:
    SipHash(std::uint64_t key0, std::uint64_t key1) noexcept
        : v0_(key0 ^ 0x736f6d6570736575),
          v1_(key1 ^ 0x646f72616e646f6d),
          v2_(key0 ^ 0x6c7967656e657261),
          v3_(key1 ^ 0x7465646279746573) {}

    void add(std::span<const std::uint8_t> octets) noexcept {
        for (const std::uint8_t octet : octets) {
            word_ |= std::uint64_t{octet} << (8 * (length_ & 7));
            ++length_;
            if ((length_ & 7) == 0) compress();
        }
    }
    std::uint64_t finish() noexcept {
        word_ |= length_ << 56;
        compress();
        v2_ ^= 0xff;
        for (int i = 0; i < 4; ++i) round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    void compress() noexcept {
        v3_ ^= word_;
        round();
        round();
        v0_ ^= word_;
        word_ = 0;
    }
    void round() noexcept {
        v0_ += v1_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v3_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ += v3_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ += v1_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v2_ = std::rotl(v2_, 32);
    }

    std::uint64_t v0_, v1_, v2_, v3_;
    std::uint64_t word_ = 0;
    std::uint64_t length_ = 0;
};

}  // namespace smppd::pool
