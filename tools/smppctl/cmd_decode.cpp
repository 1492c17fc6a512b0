// tools/smppctl/cmd_decode.cpp - PDUs from hexadecimal text, told field by field.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/hex_text.hpp"

#include "protocol/command.hpp"
#include "protocol/describe.hpp"
#include "protocol/framer.hpp"
#include "protocol/octets.hpp"

#include <iostream>
#include <iterator>

namespace smppd::ctl {
namespace {

using protocol::Bytes;

constexpr std::uint32_t length_max = 1u << 20;

std::string input_of(const DecodeOptions& options, const Console& console) {
    const bool standard = options.words.empty() || options.words == std::vector<std::string>{"-"};
    if (!standard) {
        std::string all;
        for (const std::string& word : options.words) all += word + ' ';
        return all;
    }
    if (options.words.empty() && console.in_is_tty())
        throw Failure{Exit::usage,
                      "give the octets in hexadecimal, or - to read them from "
                      "standard input"};
    return {std::istreambuf_iterator<char>{std::cin}, {}};
}

/// "\\x00" as programs write octets: the digits alone.
std::string without_escapes(std::string text) {
    for (std::size_t at = 0; (at = text.find("\\x", at)) != std::string::npos;)
        text.replace(at, 2, " ");
    return text;
}

json::object pdu_json(Bytes pdu, std::size_t offset) {
    json::array fields;
    for (const protocol::DescribedField& field : protocol::describe(pdu))
        fields.push_back(json::object{{"name", field.name},
                                      {"value", field.value},
                                      {"meaning", field.meaning},
                                      {"offset", field.offset},
                                      {"length", field.length}});
    return {{"offset", offset}, {"length", pdu.size()}, {"fields", std::move(fields)}};
}

std::string pdu_text(Bytes pdu, const Layout& layout) {
    Table table{{{"AT", Align::right}, {"OCTETS"}, {"FIELD"}, {"VALUE"}, {"MEANING"}}};
    for (const protocol::DescribedField& field : protocol::describe(pdu)) {
        const std::size_t at = std::min(field.offset, pdu.size());
        const std::size_t length = std::min(field.length, pdu.size() - at);
        const Tone tone = field.name == "error" ? Tone::bad : Tone::plain;
        table.add({std::to_string(field.offset),
                   field.name == "password" ? "(hidden)" : hex_text(pdu.subspan(at, length), 8),
                   Cell{field.name, tone}, Cell{field.value, tone}, field.meaning});
    }
    return table.text(layout);
}

/// Why no more PDUs can be cut from `rest`.
std::string remainder(Bytes rest, std::size_t offset) {
    const std::string at = "octet " + std::to_string(offset) + ": ";
    const std::string_view foreign = protocol::foreign_protocol(rest);
    if (!foreign.empty()) return at + "this is " + std::string{foreign} + ", not SMPP";
    const auto length = protocol::next_length(rest, length_max);
    if (!length)
        return at + "command_length is below 16 or above " + grouped(length_max) +
               ": here is no PDU (" + hex_text(rest.first(std::min<std::size_t>(4, rest.size()))) +
               ")";
    if (*length == 0) return at + "fewer than the 4 octets of a command_length are left";
    return at + "command_length is " + std::to_string(*length) + ", but only " +
           std::to_string(rest.size()) + " octets are there";
}

}  // namespace

void decode(const Tool& tool, const DecodeOptions& options) {
    const auto read = read_hex(without_escapes(input_of(options, tool.console)));
    if (const auto* wrong = std::get_if<std::string>(&read)) throw Failure{Exit::usage, *wrong};
    const Bytes octets{std::get<protocol::Octets>(read)};
    json::array documents;
    std::size_t offset = 0;
    const auto show = [&](Bytes pdu) {
        if (tool.console.json())
            documents.push_back(pdu_json(pdu, offset));
        else
            tool.console.print((offset == 0 ? "" : "\n") + pdu_text(pdu, tool.console.layout()));
    };
    while (offset < octets.size()) {
        const Bytes rest = octets.subspan(offset);
        const auto length = protocol::next_length(rest, length_max);
        if (!length || *length == 0) break;
        if (*length > rest.size()) {
            // What there is of it says much, if it has a header.
            if (rest.size() >= protocol::header_size && protocol::foreign_protocol(rest).empty())
                show(rest);
            break;
        }
        show(rest.first(*length));
        offset += *length;
    }
    if (tool.console.json()) tool.console.print_json(json::serialize(documents));
    if (offset < octets.size())
        throw Failure{Exit::failed, remainder(octets.subspan(offset), offset)};
}

}  // namespace smppd::ctl
