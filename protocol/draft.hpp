// protocol/draft.hpp - a PDU in the making, between our values and libsmpp34's structs.
// Internal to encode.cpp; knows the structs by their fields only.
#pragma once

#include "protocol/command.hpp"
#include "protocol/octets.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace smppd::protocol {

/// smpp34_pack2: buffer, its size, length packed, struct; 0 when it is done.
using PackFunction = int (*)(std::uint8_t*, int, int*, void*);

/// A PDU in the making. The fields are set one by one in the order of the specification, so that
/// it knows where each will stand. What libsmpp34 has no room for or would refuse though it is
/// legal goes in as an empty or harmless value, and is put in its place after packing: times of
/// a deliver_sm (q050), the message_id of a deliver_sm_resp (q045), TON and NPI outside its list
/// (q061), interface_version, lists of destinations.
template <class Struct>
class Draft {
public:
    Draft() noexcept { std::memset(&pdu, 0, sizeof(pdu)); }

    template <std::size_t room>
    void text(std::uint8_t (&to)[room], std::string_view from, std::size_t size_max) {
        if (from.size() >= size_max) return fail(Errc::too_long);
        if (from.find('\0') != from.npos) return fail(Errc::not_packable);
        if (from.size() < room) {
            std::memcpy(to, from.data(), from.size());
        } else {
            insert(at_, from);
        }
        at_ += from.size() + 1;
    }
    template <std::size_t room>
    void text(std::uint8_t (&to)[room], std::string_view from) {
        text(to, from, room);
    }
    void octet(std::uint8_t& to, std::uint8_t value) noexcept {
        to = value;
        ++at_;
    }
    /// An octet whose values libsmpp34 checks; `harmless` is one that it takes.
    void checked_octet(std::uint8_t& to, std::uint8_t value, std::uint8_t harmless = 0) noexcept {
        to = harmless;
        if (value != harmless) {
            assert(patched_ < patches_.size());
            patches_[patched_++] = {at_, value};
        }
        ++at_;
    }
    /// Octets that libsmpp34 does not know of, here.
    void list(const Octets& octets) {
        insert(at_, as_text(octets));
        at_ += octets.size();
    }
    void fail(Errc error) noexcept {
        if (!failed_) error_ = error;
        failed_ = true;
    }

    /// The octets so far; the header is as libsmpp34 takes it. `more`: how many will be appended.
    Result<Octets> pack(CommandId id, std::size_t more, PackFunction pack_pdu) {
        if (failed_) return error_;
        Result<Octets> done = pack_struct(id, inserted_octets_ + more, pack_pdu);
        if (!done) return done;
        Octets& packed = *done;
        for (std::size_t i = 0; i < inserted_; ++i) {
            const auto& [at, octets] = insertions_[i];
            packed.insert(packed.begin() + static_cast<std::ptrdiff_t>(at), octets.begin(),
                          octets.end());
        }
        for (std::size_t i = 0; i < patched_; ++i) packed[patches_[i].at] = patches_[i].value;
        // Whatever was truncated or dropped on the way shows in the length.
        if (packed.size() != at_) return Errc::not_packable;
        return done;
    }

    /// What libsmpp34 makes of the struct alone, without what was set aside.
    Result<Octets> pack_struct(CommandId id, std::size_t more, PackFunction pack_pdu) {
        pdu.command_id = static_cast<std::uint32_t>(id);
        pdu.command_status = 0;   // it refuses values that it does not know,
        pdu.sequence_number = 1;  // and 0; both are set by seal().
        std::array<std::uint8_t, 1024> buffer;
        int length = 0;
        if (pack_pdu(buffer.data(), static_cast<int>(buffer.size()), &length, &pdu) != 0 ||
            length < static_cast<int>(header_size)) {
            return Errc::not_packable;
        }
        Octets packed;
        packed.reserve(static_cast<std::size_t>(length) + more);
        packed.assign(buffer.begin(), buffer.begin() + length);
        return packed;
    }

    Struct pdu;

private:
    struct Patch {
        std::size_t at;
        std::uint8_t value;
    };
    struct Insertion {
        std::size_t at;
        std::string_view octets;
    };
    void insert(std::size_t at, std::string_view octets) {
        assert(inserted_ < insertions_.size());
        insertions_[inserted_++] = {at, octets};
        inserted_octets_ += octets.size();
    }

    std::size_t at_ = header_size;
    std::array<Patch, 5> patches_;  // two TONs and NPIs and a count, or a version
    std::array<Insertion, 4> insertions_;
    std::size_t patched_ = 0;
    std::size_t inserted_ = 0;
    std::size_t inserted_octets_ = 0;
    bool failed_ = false;
    Errc error_ = Errc::not_packable;
};

}  // namespace smppd::protocol
