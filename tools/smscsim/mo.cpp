// tools/smscsim/mo.cpp - see mo.hpp.
#include "tools/smscsim/mo.hpp"

#include "protocol/segment.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

namespace {

constexpr std::uint8_t udhi = 0x40;  ///< esm_class. Source: SMPP 3.4 §5.2.12.
constexpr std::uint8_t gsm7_escape = 0x1b;
constexpr std::size_t short_message_max = 255;
constexpr std::size_t payload_max = 65'535;

template <class Value, std::size_t count>
Value choice(const std::string& word, std::string_view what,
             const std::array<std::pair<std::string_view, Value>, count>& choices) {
    std::string known;
    for (const auto& [name, value] : choices) {
        if (name == word) return value;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    throw UsageError(std::string(what) + "=" + word + " is none of " + known);
}

Coding coding_of(const std::string& word) {
    static constexpr std::array<std::pair<std::string_view, Coding>, 6> codings{{
        {"auto", Coding::automatic},
        {"gsm7", Coding::gsm7},
        {"packed", Coding::packed},
        {"latin1", Coding::latin1},
        {"ucs2", Coding::ucs2},
        {"octets", Coding::octets},
    }};
    return choice(word, "coding", codings);
}

PartForm form_of(const std::string& word) {
    static constexpr std::array<std::pair<std::string_view, PartForm>, 5> forms{{
        {"udh8", PartForm::udh8},
        {"udh16", PartForm::udh16},
        {"sar", PartForm::sar},
        {"payload", PartForm::payload},
        {"none", PartForm::none},
    }};
    return choice(word, "parts", forms);
}

/// Code points up to U+00FF as one octet each; nothing where one is above.
std::optional<Octets> encode_latin1(std::string_view utf8) {
    const Octets units = encode_utf16be(utf8);
    Octets octets;
    for (std::size_t i = 0; i < units.size(); i += 2) {
        if (units[i] != 0) return std::nullopt;
        octets.push_back(units[i + 1]);
    }
    return octets;
}

/// The message's units: septets one an octet, or octets, and what they are.
struct Units {
    Octets octets;
    Coding coding;
    std::uint8_t data_coding;
};

Units units_of(const MessageSpec& spec) {
    const auto as = [](std::optional<Octets> octets, Coding coding, std::uint8_t data_coding,
                       const char* name) {
        if (!octets) {
            throw UsageError(std::string("the text has characters that are not in ") + name +
                             ": take coding=ucs2 or coding=auto");
        }
        return Units{std::move(*octets), coding, data_coding};
    };
    if (spec.octets) {
        const bool text = spec.coding == Coding::ucs2 || spec.coding == Coding::gsm7;
        const std::uint8_t data_coding =
            spec.coding == Coding::ucs2                                    ? 8
            : spec.coding == Coding::latin1                                ? 3
            : spec.coding == Coding::gsm7 || spec.coding == Coding::packed ? 0
                                                                           : 4;
        return {*spec.octets, text ? spec.coding : Coding::octets, data_coding};
    }
    switch (spec.coding) {
        case Coding::gsm7: return as(encode_gsm7(spec.text), Coding::gsm7, 0, "the GSM alphabet");
        case Coding::packed:
            return as(encode_gsm7(spec.text), Coding::packed, 0, "the GSM alphabet");
        case Coding::latin1: return as(encode_latin1(spec.text), Coding::latin1, 3, "Latin-1");
        case Coding::ucs2: return {encode_utf16be(spec.text), Coding::ucs2, 8};
        case Coding::octets: return {{spec.text.begin(), spec.text.end()}, Coding::octets, 4};
        case Coding::automatic: break;
    }
    EncodedText encoded = encode_text(spec.text);
    const Coding coding = encoded.data_coding == 8 ? Coding::ucs2 : Coding::gsm7;
    return {std::move(encoded.octets), coding, encoded.data_coding};
}

bool in_septets(Coding coding) noexcept {
    return coding == Coding::gsm7 || coding == Coding::packed;
}

/// Octets or septets that one part holds beside its header, of 140 octets in all; sar_* parts
/// leave the room that the header takes on the air. Source: 3GPP TS 23.040 §9.2.3.24.1.
std::size_t part_room(Coding coding, PartForm form) {
    const bool wide = form == PartForm::udh16;
    if (in_septets(coding)) return wide ? 152 : 153;
    if (coding == Coding::ucs2) return wide ? 132 : 134;
    return wide ? 133 : 134;
}

/// Cuts no escape from what it escapes, and no surrogate from the other.
std::size_t cut(Bytes left, Coding coding, std::size_t room) {
    if (left.size() <= room) return left.size();
    if (in_septets(coding) && room > 1 && left[room - 1] == gsm7_escape) return room - 1;
    if (coding == Coding::ucs2 && room > 2 && (left[room - 2] & 0xfc) == 0xd8) return room - 2;
    return room;
}

std::vector<Bytes> cut_up(Bytes units, Coding coding, std::size_t room) {
    std::vector<Bytes> pieces;
    while (!units.empty()) {
        if (pieces.size() == 255) throw UsageError("the text takes more than 255 parts");
        pieces.push_back(units.first(cut(units, coding, room)));
        units = units.subspan(pieces.back().size());
    }
    return pieces;
}

std::size_t wanted_room(const MessageSpec& spec, Coding coding) {
    if (!spec.size) return part_room(coding, spec.parts);
    const std::size_t unit = coding == Coding::ucs2 && !spec.octets ? 2 : 1;
    return *spec.size * unit;
}

/// Packed septets behind a header begin at a septet's boundary. Source: TS 23.040 §9.2.3.24.
Octets on_the_wire(Bytes units, Coding coding, std::size_t header) {
    if (coding != Coding::packed) return {units.begin(), units.end()};
    const auto fill = static_cast<unsigned>((7 - header * 8 % 7) % 7);
    return pack_septets(units, fill);
}

void put_part(ShortMessage& message, const MessageSpec& spec, const Units& units, Bytes piece,
              std::uint16_t reference, std::uint8_t total, std::uint8_t index) {
    const auto high = static_cast<std::uint8_t>(reference >> 8);
    const auto low = static_cast<std::uint8_t>(reference);
    Octets header;
    if (spec.parts == PartForm::udh8) {
        header = {0x05, 0x00, 0x03, low, total, index};
    } else if (spec.parts == PartForm::udh16) {
        header = {0x06, 0x08, 0x04, high, low, total, index};
    } else {
        message.tlvs.push_back({tag::sar_msg_ref_num, {high, low}});
        message.tlvs.push_back({tag::sar_total_segments, {total}});
        message.tlvs.push_back({tag::sar_segment_seqnum, {index}});
    }
    const Octets data = on_the_wire(piece, units.coding, header.size());
    if (!header.empty()) message.esm_class |= udhi;
    message.short_message = std::move(header);
    message.short_message.insert(message.short_message.end(), data.begin(), data.end());
    if (message.short_message.size() > short_message_max) {
        throw UsageError("size=" + std::to_string(spec.size.value_or(0)) +
                         " makes parts of more than 255 octets");
    }
}

ShortMessage frame_of(const MessageSpec& spec, std::uint8_t data_coding) {
    ShortMessage message;
    const auto npi = [](std::uint8_t ton) -> std::uint8_t { return ton == 5 ? 0 : 1; };
    message.service_type = spec.service_type;
    message.source_addr_ton = spec.source_ton.value_or(usual_ton(spec.from));
    message.source_addr_npi = spec.source_npi.value_or(npi(message.source_addr_ton));
    message.source_addr = spec.from;
    message.dest_addr_ton = spec.dest_ton.value_or(usual_ton(spec.to));
    message.dest_addr_npi = spec.dest_npi.value_or(npi(message.dest_addr_ton));
    message.destination_addr = spec.to;
    message.protocol_id = spec.protocol_id;
    message.priority_flag = spec.priority_flag;
    message.schedule_delivery_time = spec.schedule_delivery_time;
    message.validity_period = spec.validity_period;
    message.registered_delivery = spec.registered_delivery;
    message.data_coding = spec.data_coding.value_or(data_coding);
    return message;
}

/// Each part once, in its place.
std::vector<ShortMessage> whole_parts(const MessageSpec& spec, std::uint16_t reference) {
    const Units units = units_of(spec);
    ShortMessage frame = frame_of(spec, units.data_coding);
    const std::size_t alone = in_septets(units.coding) ? 160 : 140;
    const bool one = spec.parts == PartForm::none || spec.parts == PartForm::payload ||
                     (spec.size ? units.octets.size() <= wanted_room(spec, units.coding)
                                : units.octets.size() <= alone);
    std::vector<ShortMessage> parts;
    if (one) {
        Octets octets = on_the_wire(units.octets, units.coding, 0);
        const std::size_t max = spec.parts == PartForm::payload ? payload_max : short_message_max;
        if (octets.size() > max) {
            throw UsageError("the message has " + std::to_string(octets.size()) + " octets, and " +
                             std::to_string(max) + " fit: take parts=" +
                             (max == payload_max ? "udh8" : "payload or parts=udh8"));
        }
        if (spec.parts == PartForm::payload) {
            frame.tlvs.push_back({tag::message_payload, std::move(octets)});
        } else {
            frame.short_message = std::move(octets);
        }
        parts.push_back(std::move(frame));
    } else {
        const auto pieces = cut_up(units.octets, units.coding, wanted_room(spec, units.coding));
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            parts.push_back(frame);
            put_part(parts.back(), spec, units, pieces[i], spec.reference.value_or(reference),
                     static_cast<std::uint8_t>(pieces.size()), static_cast<std::uint8_t>(i + 1));
        }
    }
    for (ShortMessage& part : parts) {
        if (spec.esm_class) part.esm_class = *spec.esm_class;
        part.tlvs.insert(part.tlvs.end(), spec.tlvs.begin(), spec.tlvs.end());
    }
    return parts;
}

void check_parts(const std::vector<unsigned>& numbers, std::size_t total, const char* what) {
    for (const unsigned number : numbers) {
        if (number <= total) continue;
        throw UsageError(std::string(what) + "=" + std::to_string(number) +
                         ": the message has only " + std::to_string(total) +
                         (total == 1 ? " part" : " parts") + "; size=N makes more");
    }
}

bool has(const std::vector<unsigned>& numbers, unsigned number) {
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

std::string replaced(std::string text, const std::string& n) {
    static constexpr std::string_view mark = "{n}";
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + n.size())) {
        text.replace(at, mark.size(), n);
    }
    return text;
}

}  // namespace

std::uint8_t usual_ton(std::string_view address) noexcept {
    if (address.starts_with('+')) address.remove_prefix(1);
    const bool digits =
        std::all_of(address.begin(), address.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? 1 : 5;
}

MessageSpec numbered(const MessageSpec& spec, std::uint64_t n) {
    MessageSpec one = spec;
    const std::string digits = std::to_string(n);
    one.from = replaced(std::move(one.from), digits);
    one.to = replaced(std::move(one.to), digits);
    one.text = replaced(std::move(one.text), digits);
    return one;
}

std::vector<BuiltPart> build_parts(const MessageSpec& spec, std::uint16_t reference) {
    const std::vector<ShortMessage> parts = whole_parts(spec, reference);
    const auto total = static_cast<unsigned>(parts.size());
    check_parts(spec.order, total, "order");
    check_parts(spec.drop, total, "drop");
    check_parts(spec.duplicate, total, "duplicate");
    std::vector<unsigned> order = spec.order;
    if (order.empty()) {
        for (unsigned number = 1; number <= total; ++number) order.push_back(number);
    }
    std::vector<BuiltPart> built;
    for (const unsigned number : order) {
        if (has(spec.drop, number)) continue;
        for (int times = has(spec.duplicate, number) ? 2 : 1; times > 0; --times) {
            built.push_back({parts[number - 1], number, total,
                             spec.delay * static_cast<std::int64_t>(built.size())});
        }
    }
    return built;
}

DataSm as_data_sm(const ShortMessage& message) {
    DataSm data;
    data.service_type = message.service_type;
    data.source_addr_ton = message.source_addr_ton;
    data.source_addr_npi = message.source_addr_npi;
    data.source_addr = message.source_addr;
    data.dest_addr_ton = message.dest_addr_ton;
    data.dest_addr_npi = message.dest_addr_npi;
    data.destination_addr = message.destination_addr;
    data.esm_class = message.esm_class;
    data.registered_delivery = message.registered_delivery;
    data.data_coding = message.data_coding;
    data.tlvs = message.tlvs;
    if (find_tlv(data.tlvs, tag::message_payload) == nullptr) {
        data.tlvs.insert(data.tlvs.begin(), {tag::message_payload, message.short_message});
    }
    return data;
}

MessageSpec parse_message(Fields fields) {
    MessageSpec spec;
    spec.from = fields.need("from");
    spec.to = fields.need("to");
    const auto text = fields.take("text");
    if (const auto hex = fields.take("octets")) spec.octets = parse_hex(*hex);
    if (text.has_value() == spec.octets.has_value()) {
        throw UsageError("write either text=\"...\" or octets=HEX");
    }
    spec.text = text.value_or("");
    spec.coding = coding_of(fields.text("coding", spec.octets ? "octets" : "auto"));
    spec.parts = form_of(fields.text("parts", "udh8"));
    if (const auto size = fields.number("size", 0, 255); size > 0) {
        spec.size = static_cast<unsigned>(size);
    }
    if (const auto order = fields.take("order")) spec.order = parse_parts(*order, "order");
    if (const auto drop = fields.take("drop")) spec.drop = parse_parts(*drop, "drop");
    if (const auto twice = fields.take("duplicate")) {
        spec.duplicate = parse_parts(*twice, "duplicate");
    }
    spec.delay = fields.duration("delay", spec.delay);
    if (const auto reference = fields.take("ref")) {
        spec.reference = static_cast<std::uint16_t>(parse_number(*reference, 65535, "ref"));
    }
    const std::string as = fields.text("as", "");
    if (!as.empty() && as != "data_sm") throw UsageError("as= knows only data_sm");
    spec.data_sm = as == "data_sm";
    spec.service_type = fields.text("service_type", "");
    spec.validity_period = fields.text("validity_period", "");
    spec.schedule_delivery_time = fields.text("schedule_delivery_time", "");
    spec.source_ton = fields.octet("source_ton");
    spec.source_npi = fields.octet("source_npi");
    spec.dest_ton = fields.octet("dest_ton");
    spec.dest_npi = fields.octet("dest_npi");
    spec.esm_class = fields.octet("esm_class");
    spec.data_coding = fields.octet("data_coding");
    spec.protocol_id = fields.octet("protocol_id").value_or(0);
    spec.priority_flag = fields.octet("priority").value_or(0);
    spec.registered_delivery = fields.octet("registered").value_or(0);
    for (const std::string& tlv : fields.all("tlv")) spec.tlvs.push_back(parse_tlv(tlv));
    spec.system_id = fields.text("system_id", "");
    spec.count = fields.number("count", 1, 1'000'000'000);
    spec.rate = static_cast<double>(fields.number("rate", 0, 100'000));
    fields.finish();
    // The last one has the longest numbers: when it can be built, all of them can.
    build_parts(numbered(spec, spec.count), 0);
    return spec;
}

}  // namespace smppd::smscsim
