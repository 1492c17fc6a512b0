// protocol/body_reader.cpp - reads the body of a PDU field by field.
#include "protocol/body_reader.hpp"

#include <algorithm>

namespace smppd::protocol {
namespace {

constexpr std::size_t tlv_header_size = 4;
/// A TLV is looked for behind so many octets that sm_length may have left out.
constexpr std::size_t left_out_max = 255;

/// What stands at the front of some octets when they are read as TLVs.
struct Chain {
    std::size_t tlvs = 0;    ///< how many are whole
    std::size_t octets = 0;  ///< how many octets these take
};

Chain chain_of(Bytes octets) noexcept {
    Chain chain;
    Reader reader(octets);
    while (reader.left() >= tlv_header_size) {
        const std::uint8_t* const at = octets.data() + chain.octets;
        const std::size_t length = get_u16(at + 2);
        if (!reader.take(tlv_header_size + length)) break;
        chain.octets = reader.offset();
        ++chain.tlvs;
    }
    return chain;
}

bool is_chain(Bytes octets) noexcept { return chain_of(octets).octets == octets.size(); }

bool named(std::uint16_t tag) noexcept { return !tlv_name(tag).empty(); }
/// SMPP 3.4 §5.3.1. Many pairs of ASCII characters are such tags too.
bool vendors(std::uint16_t tag) noexcept { return tag >= 0x1400 && tag <= 0x3fff; }

/// How many octets stand before the first TLV. They are skipped only where the TLVs behind them
/// are whole to the last octet and those in front make no sense: a TLV that is merely broken
/// must not be searched for others in its value.
std::size_t left_out(Bytes rest) noexcept {
    if (rest.size() <= tlv_header_size) return 0;
    const Chain chain = chain_of(rest);
    const std::uint16_t first = get_u16(rest.data());
    if (chain.octets == rest.size() || named(first)) return 0;
    const bool likely = vendors(first) && chain.tlvs > 0;
    const std::size_t last = std::min(rest.size() - tlv_header_size, left_out_max);
    for (std::size_t skip = 1; skip <= last; ++skip) {
        const std::uint16_t tag = get_u16(rest.data() + skip);
        const bool possible = named(tag) || (vendors(tag) && !likely);
        if (possible && is_chain(rest.subspan(skip))) return skip;
    }
    return 0;
}

/// Whether a response goes straight on with its TLVs: the id is missing, as it may be when the
/// request was refused (SMPP 3.4 §4.4.2). An id that leads to whole TLVs is one.
bool id_left_out(Bytes rest) noexcept {
    if (rest.size() < tlv_header_size || !named(get_u16(rest.data()))) return false;
    Reader reader(rest);
    if (reader.until_nul() && is_chain(reader.rest())) return false;
    return is_chain(rest);
}

}  // namespace

std::string tlv_label(std::uint16_t tag) {
    const std::string_view name = tlv_name(tag);
    if (!name.empty()) return std::string(name);
    std::string label = "tlv.0x";
    for (int shift = 12; shift >= 0; shift -= 4) label += "0123456789abcdef"[tag >> shift & 0xf];
    return label;
}

void BodyReader::place(std::string_view name, FieldKind kind, std::size_t offset) {
    if (layout_) layout_->places.push_back({name, kind, offset, reader_.offset() - offset});
}

void BodyReader::fail(std::string_view name, Status fault) {
    failed_ = true;
    fault_ = fault;
    fault_field_ = name;
}

void BodyReader::missing(std::string_view name, Status fault) {
    if (!response_) return fail(name, fault);
    failed_ = true;  // Nothing follows, and a response is never bad.
    if (layout_ && !refused_) layout_->missing = name;
}

void BodyReader::octet(std::string_view name, std::uint8_t& out, Status fault) {
    if (failed_) return;
    const std::size_t offset = reader_.offset();
    const auto value = reader_.octet();
    if (!value) return missing(name, fault);
    out = *value;
    place(name, FieldKind::octet, offset);
}

void BodyReader::status(std::string_view name, Status& out) {
    if (failed_) return;
    const std::size_t offset = reader_.offset();
    const auto value = reader_.u32();
    if (!value) return missing(name, ESME_RINVCMDLEN);
    out = *value;
    place(name, FieldKind::status, offset);
}

void BodyReader::read_text(std::string_view name, std::string& out, FieldKind kind, bool last,
                           Status fault) {
    if (failed_) return;
    const std::size_t offset = reader_.offset();
    std::optional<Bytes> octets = reader_.until_nul();
    if (!octets) {
        const bool may_end = last || (response_ && reader_.left() > 0);
        if (!may_end) return missing(name, fault);
        octets = reader_.take(reader_.left());
    }
    out.assign(as_text(*octets));
    place(name, kind, offset);
}

void BodyReader::text(std::string_view name, std::string& out, Status fault) {
    read_text(name, out, FieldKind::text, false, fault);
}

void BodyReader::last_text(std::string_view name, std::string& out, FieldKind kind) {
    read_text(name, out, kind, true, ESME_RINVCMDLEN);
}

void BodyReader::password(std::string_view name, std::string& out) {
    read_text(name, out, FieldKind::password, false, ESME_RINVCMDLEN);
}

void BodyReader::response_text(std::string_view name, std::string& out) {
    if (left() == 0 || (refused_ && id_left_out(reader_.rest()))) return;
    read_text(name, out, FieldKind::text, true, ESME_RINVCMDLEN);
}

void BodyReader::octets(std::string_view name, Octets& out, std::size_t count, Status fault) {
    if (failed_) return;
    const std::size_t offset = reader_.offset();
    const auto taken = reader_.take(count);
    if (!taken) return missing(name, fault);
    out.assign(taken->begin(), taken->end());
    place(name, FieldKind::octets, offset);
}

void BodyReader::rest(std::string_view name, Octets& out) {
    if (failed_ || left() == 0) return;
    octets(name, out, left(), ESME_RINVCMDLEN);
}

void BodyReader::tlvs(Tlvs& out) {
    if (failed_ || left() == 0) return;
    const Chain chain = chain_of(reader_.rest());
    out.reserve(chain.tlvs);
    for (std::size_t i = 0; i < chain.tlvs; ++i) {
        const std::size_t offset = reader_.offset();
        const std::uint16_t tag = *reader_.u16();
        const Bytes value = *reader_.take(*reader_.u16());
        out.push_back({tag, Octets(value.begin(), value.end())});
        place({}, FieldKind::tlv, offset);
    }
    if (left() == 0) return;
    if (layout_) layout_->broken_tlvs = true;
    if (!tolerate_) {
        const Bytes rest = reader_.rest();
        fail(rest.size() < 2 ? std::string("tlv") : tlv_label(get_u16(rest.data())),
             ESME_RINVOPTPARSTREAM);
    } else if (left() > tlv_header_size && get_u16(reader_.rest().data()) == tag::message_payload) {
        // A text that was cut on its way: what is there of it is read, and nothing is lost.
        const Bytes value = reader_.rest().subspan(tlv_header_size);
        out.push_back({tag::message_payload, Octets(value.begin(), value.end())});
    }
    ignore_rest();
}

void BodyReader::tlvs_after_text(Tlvs& out) {
    if (failed_ || left() == 0) return;
    // Too short for a TLV: sm_length leaves these octets out, whoever sends them.
    if (left() < tlv_header_size) return ignore_rest();
    const std::size_t skip = tolerate_ ? left_out(reader_.rest()) : 0;
    if (skip > 0) {
        const std::size_t offset = reader_.offset();
        reader_.take(skip);
        place("stray", FieldKind::stray, offset);
    }
    tlvs(out);
}

void BodyReader::unmeasured_text(Octets& out) {
    constexpr std::size_t text_max = 255;  // what sm_length could have said
    if (failed_ || !tolerate_ || !out.empty()) return;
    if (left() < tlv_header_size || left() > text_max) return;
    const Bytes rest = reader_.rest();
    const bool blank = std::all_of(rest.begin(), rest.end(), [](std::uint8_t o) { return o == 0; });
    if (blank || named(get_u16(rest.data())) || chain_of(rest).tlvs > 0) return;
    if (left_out(rest) > 0) return;
    octets("short_message", out, left(), ESME_RINVMSGLEN);
}

void BodyReader::ignore_rest() {
    const std::size_t offset = reader_.offset();
    if (left() == 0) return;
    reader_.take(left());
    place("stray", FieldKind::stray, offset);
}

}  // namespace smppd::protocol
