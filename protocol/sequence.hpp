// protocol/sequence.hpp - the sequence_numbers of our own requests.
#pragma once

#include <cstdint>

namespace smppd::protocol {

/// Counts 1 to 0x7fffffff and round again. Source: SMPP 3.4 §5.1.4.
class SequenceNumbers {
public:
    static constexpr std::uint32_t last = 0x7fffffff;

    explicit SequenceNumbers(std::uint32_t first = 1) noexcept : next_(first) {}
    /// The next number for which `in_use(number)` is false. Ends as long as fewer than `last`
    /// numbers are in use.
    template <class InUse>
    std::uint32_t next(const InUse& in_use) {
        for (;;) {
            const std::uint32_t number = next_;
            next_ = number >= last ? 1 : number + 1;
            if (!in_use(number)) return number;
        }
    }

private:
    std::uint32_t next_;
};

}  // namespace smppd::protocol
