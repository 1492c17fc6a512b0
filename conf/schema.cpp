// conf/schema.cpp - the tables of keys as JSON Schema (2020-12), for editors.
#include "conf/tables.hpp"

namespace smppd::conf {
namespace {

/// Breaks compact JSON into lines, two blanks a level; a list of words stays in one line. Knows
/// strings, so that braces in patterns stay what they are.
std::string indented(std::string_view json) {
    std::string out;
    std::size_t depth = 0, lists = 0;
    bool in_string = false;
    const auto new_line = [&] { out += "\n" + std::string(depth * 2, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            out += c;
            if (c == '\\' && i + 1 < json.size()) out += json[++i];
            in_string = c != '"';
            continue;
        }
        if (c == '{') ++depth;
        if (c == '}') {
            --depth;
            new_line();
        }
        if (c == '[') ++lists;
        if (c == ']') --lists;
        out += c;
        in_string = c == '"';
        if (c == ':' || (c == ',' && lists > 0)) out += ' ';
        if (c == '{' || (c == ',' && lists == 0)) new_line();
    }
    return out;
}

}  // namespace

std::string json_text(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (octet < 0x20) {
            out += "\\u00";
            out += digits[octet >> 4U];
            out += digits[octet & 0x0fU];
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string object_schema(const std::vector<const RowHead*>& rows) {
    std::string properties, required;
    for (const RowHead* row : rows) {
        if (!properties.empty()) properties += ',';
        properties += json_text(row->key) + ":{\"description\":" + json_text(row->description) +
                      "," + row->schema;
        if (!row->fallback.empty()) properties += ",\"default\":" + row->fallback;
        properties += '}';
        if (row->need == Need::required)
            required += (required.empty() ? "" : ",") + json_text(row->key);
    }
    // A mapping without an entry is an empty value to YAML; with a required key it cannot be.
    std::string schema = required.empty() ? R"("type":["object","null"])" : R"("type":"object")";
    schema += ",\"additionalProperties\":false,\"properties\":{" + properties + "}";
    if (!required.empty()) schema += ",\"required\":[" + required + "]";
    return schema;
}

std::string json_schema() {
    std::vector<const RowHead*> rows;
    for (const Row<Document>& row : root_table()) rows.push_back(&row);
    return indented(R"({"$schema":"https://json-schema.org/draft/2020-12/schema",)"
                    R"("title":"smppd.yaml",)" +
                    object_schema(rows) + "}") +
           "\n";
}

}  // namespace smppd::conf
