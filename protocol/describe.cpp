// protocol/describe.cpp - a PDU told field by field, for people.
#include "protocol/describe.hpp"

#include "protocol/body_reader.hpp"
#include "protocol/field_meaning.hpp"
#include "protocol/text.hpp"

#include <algorithm>
#include <utility>

namespace smppd::protocol {
namespace {

constexpr std::uint8_t message_type_bits = 0x3c;
constexpr std::uint8_t udhi_bit = 0x40;

/// How the text of the PDU at hand is to be read.
struct Content {
    std::uint8_t esm_class = 0;
    std::uint8_t data_coding = 0;

    bool is_receipt() const noexcept { return (esm_class & message_type_bits) != 0; }
    /// Receipts with the bit set have no header all the same (q100).
    bool has_header() const noexcept { return (esm_class & udhi_bit) != 0 && !is_receipt(); }
};

Content content_of(const Body& body) {
    return std::visit(
        [](const auto& b) -> Content {
            if constexpr (requires { b.esm_class; }) return {b.esm_class, b.data_coding};
            return {};
        },
        body);
}

/// "\"Your code is 482913\"", by the alphabets that most carriers use.
std::string text_meaning(Bytes octets, const Content& content) {
    if (octets.empty()) return {};
    const Alphabet alphabet = content.is_receipt() && content.data_coding == 0
                                  ? Alphabet::ascii
                                  : alphabet_of(content.data_coding, Profile{});
    if (alphabet == Alphabet::octets) return {};
    const Text text = decode_text(octets, alphabet);
    return text.utf8.empty() ? std::string() : '"' + escaped_utf8(text.utf8) + '"';
}

class Describer {
public:
    explicit Describer(Bytes pdu) : pdu_(pdu) {}

    void header();
    void body();
    std::vector<DescribedField> take() { return std::move(fields_); }
    void error(std::string what, std::size_t offset, std::size_t length) {
        fields_.push_back({"error", std::move(what), {}, offset, length});
    }

private:
    void place(const FieldPlace& place, const Content& content);
    void tlv(const FieldPlace& place, const Content& content);
    void text(const FieldPlace& place);
    /// The header's elements, if the octets have one, then what the text says goes to the field
    /// that holds them.
    void message(DescribedField field, Bytes octets, std::size_t offset, const Content& content);
    std::size_t elements(Bytes octets, std::size_t offset, std::vector<DescribedField>& out);
    void faults(const Decoded& decoded, const Layout& layout);

    Bytes pdu_;
    CommandId command_{};
    std::size_t read_to_ = header_size;
    std::vector<DescribedField> fields_;
};

void Describer::header() {
    const Header header = decode_header(pdu_);
    command_ = header.command_id;
    const std::string_view known_name = known(command_) ? name(command_) : "unknown command";
    fields_.push_back({"command_length", std::to_string(header.command_length), {}, 0, 4});
    fields_.push_back({"command_id", hex_number(static_cast<std::uint32_t>(command_), 8),
                       std::string(known_name), 4, 4});
    std::string meaning = status_name(header.command_status);
    meaning += ", " + std::string(status_meaning(header.command_status));
    fields_.push_back(
        {"command_status", hex_number(header.command_status, 8), std::move(meaning), 8, 4});
    fields_.push_back({"sequence_number", std::to_string(header.sequence_number), {}, 12, 4});
}

std::size_t Describer::elements(Bytes octets, std::size_t offset,
                                std::vector<DescribedField>& out) {
    Reader reader(octets);
    const std::uint8_t length = reader.octet().value_or(0);
    const std::size_t end = std::size_t{1} + length;
    if (end > octets.size()) {
        out.push_back({"udh_length", std::to_string(length), "runs past the text", offset, 1});
        return 0;
    }
    out.push_back({"udh_length", std::to_string(length), {}, offset, 1});
    Reader header(octets.first(end), 1);
    while (header.left() >= 2) {
        const std::size_t at = header.offset();
        const std::uint8_t identifier = *header.octet();
        const auto data = header.take(*header.octet());
        if (!data) {
            out.push_back({"udh.stray", hex_of(octets.subspan(at, end - at)),
                           "runs past the header", offset + at, end - at});
            return end;
        }
        out.push_back({"udh." + element_name(identifier), hex_of(*data),
                       element_meaning(identifier, *data), offset + at, 2 + data->size()});
    }
    return end;
}

void Describer::message(DescribedField field, Bytes octets, std::size_t offset,
                        const Content& content) {
    std::vector<DescribedField> inside;
    const std::size_t header =
        content.has_header() && !octets.empty() ? elements(octets, offset, inside) : 0;
    field.meaning = text_meaning(octets.subspan(header), content);
    fields_.push_back(std::move(field));
    fields_.insert(fields_.end(), inside.begin(), inside.end());
}

void Describer::text(const FieldPlace& place) {
    Bytes octets = pdu_.subspan(place.offset, place.length);
    if (!octets.empty() && octets.back() == 0) octets = octets.first(octets.size() - 1);
    DescribedField field{
        std::string(place.name), escaped(as_text(octets)), {}, place.offset, place.length};
    if (place.kind == FieldKind::password) {
        field.value = "(" + std::to_string(octets.size()) + " characters)";
    }
    if (place.name.ends_with("_time") || place.name.ends_with("_period") ||
        place.name == "final_date") {
        field.meaning = time_meaning(as_text(octets));
    }
    fields_.push_back(std::move(field));
}

void Describer::tlv(const FieldPlace& place, const Content& content) {
    const std::uint16_t tag = get_u16(pdu_.data() + place.offset);
    const Bytes value = pdu_.subspan(place.offset + 4, place.length - 4);
    DescribedField field{tlv_label(tag), tlv_value(tag, value), tlv_meaning(tag, value),
                         place.offset, place.length};
    if (tag == tag::message_payload) {
        return message(std::move(field), value, place.offset + 4, content);
    }
    fields_.push_back(std::move(field));
}

void Describer::place(const FieldPlace& place, const Content& content) {
    const Bytes octets = pdu_.subspan(place.offset, place.length);
    read_to_ = place.offset + place.length;
    DescribedField field{std::string(place.name), {}, {}, place.offset, place.length};
    switch (place.kind) {
        case FieldKind::text:
        case FieldKind::password: return text(place);
        case FieldKind::tlv: return tlv(place, content);
        case FieldKind::octet: {
            const bool from_esme = command_ != CommandId::deliver_sm;
            field.value = octet_value(place.name, octets[0]);
            field.meaning = octet_meaning(place.name, octets[0], from_esme);
            break;
        }
        case FieldKind::status: {
            const Status status = get_u32(octets.data());
            field.value = hex_number(status, 8);
            field.meaning = status_name(status) + ", " + std::string(status_meaning(status));
            break;
        }
        case FieldKind::octets:
            field.value = hex_of(octets);
            if (place.name == "short_message") {
                return message(std::move(field), octets, place.offset, content);
            }
            break;
        case FieldKind::stray:
            field.value = hex_of(octets);
            field.meaning = "octets that no field accounts for";
            break;
    }
    fields_.push_back(std::move(field));
}

void Describer::faults(const Decoded& decoded, const Layout& layout) {
    const std::size_t left = pdu_.size() - read_to_;
    if (decoded.fault != ESME_ROK) {
        std::string what = decoded.fault_field + " is not whole or not valid at octet " +
                           std::to_string(read_to_) + ", " + std::to_string(left) +
                           " octets are left (" + status_name(decoded.fault) + ")";
        return error(std::move(what), read_to_, left);
    }
    if (layout.broken_tlvs) {
        const FieldPlace& stray = layout.places.back();
        std::string what =
            "the TLVs end in " + std::to_string(stray.length) + " octets that are not a whole TLV";
        if (stray.length >= 4) {
            const std::uint8_t* const at = pdu_.data() + stray.offset;
            what += ": " + tlv_label(get_u16(at)) + " says " + std::to_string(get_u16(at + 2)) +
                    " octets and has " + std::to_string(stray.length - 4);
        }
        return error(std::move(what), stray.offset, stray.length);
    }
    if (!layout.missing.empty()) {
        error(std::string(layout.missing) + " is missing", read_to_, left);
    }
}

void Describer::body() {
    Layout layout;
    const Decoded decoded = decode_with_layout(pdu_, {}, &layout);
    const Content content = content_of(decoded.pdu.body);
    for (const FieldPlace& found : layout.places) place(found, content);
    faults(decoded, layout);
}

std::string length_error(std::size_t command_length, std::size_t size) {
    if (command_length < header_size) {
        return "command_length is below 16, the length of a header";
    }
    if (command_length > size) {
        return "command_length says " + std::to_string(command_length) + " octets, " +
               std::to_string(size) + " are there";
    }
    return std::to_string(size - command_length) + " octets follow the PDU";
}

}  // namespace

std::vector<DescribedField> describe(Bytes pdu) {
    if (pdu.size() < header_size) {
        return {{"error", std::to_string(pdu.size()) + " octets, a header has 16", hex_of(pdu), 0,
                 pdu.size()}};
    }
    const std::size_t length = get_u32(pdu.data());
    const std::size_t end = std::min(length, pdu.size());
    Describer describer(pdu.first(std::max(end, header_size)));
    describer.header();
    if (length >= header_size) describer.body();
    if (length != pdu.size()) {
        describer.error(length_error(length, pdu.size()), end, pdu.size() - end);
    }
    return describer.take();
}

}  // namespace smppd::protocol
