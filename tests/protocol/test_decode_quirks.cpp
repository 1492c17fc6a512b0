// tests/protocol/test_decode_quirks.cpp - every `accept` clause of tests/vectors/quirks.tsv.
#include "protocol/decode.hpp"
#include "protocol/framer.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace smppd::protocol {
namespace {

using test::hex;

struct Row {
    std::string id;
    Octets octets;
    std::vector<std::string> accepts;  ///< "deliver_sm seq=8 sm_length=11"
};

std::vector<std::string> split(const std::string& line, const std::string& by) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end; (end = line.find(by, begin)) != line.npos; begin = end + by.size()) {
        parts.push_back(line.substr(begin, end - begin));
    }
    parts.push_back(line.substr(begin));
    return parts;
}

/// "{61*60000}" to its octets; the marks of the file's head that stand for none to none.
Octets brace(const std::string& inside) {
    if (inside == "seq") return hex("00000001");
    const std::size_t star = inside.find('*');
    if (star == inside.npos || inside.ends_with("++")) return {};
    const Octets unit = hex(inside.substr(0, star));
    Octets octets;
    for (int i = std::stoi(inside.substr(star + 1)); i > 0; --i) {
        octets.insert(octets.end(), unit.begin(), unit.end());
    }
    return octets;
}

Octets octets_of(const std::string& text) {
    Octets octets;
    for (std::size_t at = 0; at < text.size();) {
        const bool braced = text[at] == '{';
        const std::size_t end =
            std::min(braced ? text.find('}', at) : text.find('{', at), text.size());
        const Octets more =
            braced ? brace(text.substr(at + 1, end - at - 1)) : hex(text.substr(at, end - at));
        octets.insert(octets.end(), more.begin(), more.end());
        at = braced ? end + 1 : end;
    }
    return octets;
}

std::filesystem::path vectors() {
    if (const char* const given = std::getenv("SMPPD_VECTORS")) return given;
    return std::filesystem::path(__FILE__).parent_path().parent_path() / "vectors";
}

std::vector<Row> rows() {
    std::ifstream file(vectors() / "quirks.tsv");
    std::vector<Row> found;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::vector<std::string> columns = split(line, "\t");
        Row row{columns.at(0), {}, {}};
        for (const std::string& clause : split(columns.at(5), "; ")) {
            if (clause.starts_with("accept ")) row.accepts.push_back(clause.substr(7));
        }
        if (row.accepts.empty()) continue;
        row.octets = octets_of(columns.at(4));
        found.push_back(std::move(row));
    }
    return found;
}

/// The fields of a body in the file's notation; text is marked by quotes.
class Fields {
public:
    explicit Fields(const Decoded& decoded) {
        const Header& header = decoded.pdu.header;
        number("seq", header.sequence_number);
        number("status", header.command_status);
        std::visit([this](const auto& body) { all(body); }, decoded.pdu.body);
    }
    /// Empty when there is no such field.
    std::string operator[](const std::string& name) const {
        const auto found = fields_.find(name);
        return found == fields_.end() ? std::string() : found->second;
    }
    Tlvs tlvs;
    Octets short_message;

private:
    void number(const std::string& name, std::uint32_t value) {
        fields_[name] = std::to_string(value);
    }
    void text(const std::string& name, const std::string& value) {
        fields_[name] = '"' + value + '"';
    }
    template <class Body>
    void all(const Body& b) {
        if constexpr (requires { b.tlvs; }) tlvs = b.tlvs;
        if constexpr (requires { b.system_id; }) text("system_id", b.system_id);
        if constexpr (requires { b.password; }) text("password", b.password);
        if constexpr (requires { b.interface_version; }) {
            text("system_type", b.system_type);
            number("interface_version", b.interface_version);
            number("addr_ton", b.addr_ton);
            number("addr_npi", b.addr_npi);
            text("address_range", b.address_range);
        }
        if constexpr (requires { b.service_type; }) text("service_type", b.service_type);
        if constexpr (requires { b.source_addr; }) {
            number("source_addr_ton", b.source_addr_ton);
            number("source_addr_npi", b.source_addr_npi);
            text("source_addr", b.source_addr);
        }
        if constexpr (requires { b.destination_addr; }) {
            number("dest_addr_ton", b.dest_addr_ton);
            number("dest_addr_npi", b.dest_addr_npi);
            text("destination_addr", b.destination_addr);
        }
        if constexpr (requires { b.esm_class; }) {
            number("esm_class", b.esm_class);
            number("registered_delivery", b.registered_delivery);
            number("data_coding", b.data_coding);
        }
        if constexpr (requires { b.protocol_id; }) {
            number("protocol_id", b.protocol_id);
            number("priority_flag", b.priority_flag);
            text("schedule_delivery_time", b.schedule_delivery_time);
            text("validity_period", b.validity_period);
            number("replace_if_present_flag", b.replace_if_present_flag);
            number("sm_default_msg_id", b.sm_default_msg_id);
        }
        if constexpr (requires { b.short_message; }) {
            number("sm_length", static_cast<std::uint32_t>(b.short_message.size()));
            short_message = b.short_message;
        }
        if constexpr (requires { b.message_id; }) text("message_id", b.message_id);
        if constexpr (requires { b.esme_addr; }) text("esme_addr", b.esme_addr);
        if constexpr (requires { b.final_date; }) {
            text("final_date", b.final_date);
            number("message_state", b.message_state);
            number("error_code", b.error_code);
        }
        if constexpr (requires { b.dest_address; })
            list("number_of_dests", "dest.", b.dest_address);
        if constexpr (requires { b.unsuccess_sme; }) unsuccess(b.unsuccess_sme);
    }
    void list(const std::string& count, const std::string& name,
              const std::vector<DestAddress>& from) {
        number(count, static_cast<std::uint32_t>(from.size()));
        for (std::size_t i = 0; i < from.size(); ++i) {
            text(name + std::to_string(i + 1), from[i].address);
        }
    }
    void unsuccess(const std::vector<UnsuccessSme>& from) {
        number("no_unsuccess", static_cast<std::uint32_t>(from.size()));
        for (std::size_t i = 0; i < from.size(); ++i) {
            text("unsuccess." + std::to_string(i + 1), from[i].destination_addr);
            number("unsuccess_status." + std::to_string(i + 1), from[i].error_status_code);
        }
    }
    std::map<std::string, std::string> fields_;
};

/// A value of the file in the form of Fields: numbers in decimal, JSON's escapes undone.
std::string value_of(const std::string& written) {
    if (written == "{seq}") return "1";
    if (written.starts_with('"')) {
        std::string text;
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (written.compare(i, 2, "\\u") == 0) {
                text += static_cast<char>(std::stoi(written.substr(i + 2, 4), nullptr, 16));
                i += 5;
            } else {
                text += written[i];
            }
        }
        return text;
    }
    return std::to_string(std::stoul(written, nullptr, 0));
}

/// "deliver_sm seq=8 source_addr=\"My Bank\"" at its blanks outside strings.
std::vector<std::string> items_of(const std::string& clause) {
    std::vector<std::string> items(1);
    bool quoted = false;
    for (const char c : clause) {
        if (c == '"') quoted = !quoted;
        if (c == ' ' && !quoted) {
            items.emplace_back();
        } else {
            items.back() += c;
        }
    }
    return items;
}

void check(const Decoded& decoded, const std::vector<std::string>& items) {
    const Fields fields(decoded);
    std::size_t next_tlv = 0;
    for (std::size_t i = 1; i < items.size(); ++i) {
        CAPTURE(items[i].substr(0, 60));
        const std::size_t equals = items[i].find('=');
        const std::string name = items[i].substr(0, equals);
        const std::string value = items[i].substr(equals + 1);
        if (name.starts_with("tlv.")) {
            // Those that a clause does not name stand between, but the order is the PDU's.
            const auto tag = std::stoul(name.substr(4), nullptr, 16);
            while (next_tlv < fields.tlvs.size() && fields.tlvs[next_tlv].tag != tag) ++next_tlv;
            REQUIRE(next_tlv < fields.tlvs.size());
            CHECK((fields.tlvs[next_tlv++].value == octets_of(value)));
        } else if (name == "short_message") {
            CHECK((fields.short_message == octets_of(value)));
        } else {
            CHECK(fields[name] == value_of(value));
        }
    }
}

}  // namespace

TEST_CASE("decode: every PDU of quirks.tsv that is to be accepted has the fields named there") {
    const std::vector<Row> all = rows();
    REQUIRE(all.size() >= 30);
    std::size_t clauses = 0;
    for (const Row& row : all) {
        CAPTURE(row.id);
        Framer framer(66560);
        framer.feed(row.octets);
        std::vector<Decoded> decoded;
        for (Bytes pdu = *framer.next(); !pdu.empty(); pdu = *framer.next()) {
            decoded.push_back(decode(pdu));
        }
        CHECK(framer.pending() == 0);
        for (const std::string& clause : row.accepts) {
            const std::vector<std::string> items = items_of(clause);
            const auto found = std::find_if(decoded.begin(), decoded.end(), [&](const Decoded& d) {
                return name(d.pdu.header.command_id) == items[0] &&
                       Fields(d)["seq"] == value_of(items.at(1).substr(4));
            });
            CAPTURE(clause.substr(0, 60));
            REQUIRE(found != decoded.end());
            CHECK(found->fault == ESME_ROK);
            check(*found, items);
            ++clauses;
        }
    }
    CHECK(clauses >= 55);
}

}  // namespace smppd::protocol
