// conf/kinds.hpp - the sorts of values that stand in the file: numbers, times, words, addresses.
#pragma once

#include "conf/table.hpp"
#include "protocol/status.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace smppd::conf {

using std::chrono::milliseconds;

// The readers behind the kinds: a value, or a problem and nothing.
std::optional<std::uint64_t> read_whole(Reader& reader, const Value& value, std::uint64_t min,
                                        std::uint64_t max);
std::optional<milliseconds> read_duration(Reader& reader, const Value& value, milliseconds min,
                                          milliseconds max, milliseconds step);
/// "72h": a time in the largest unit that needs no fraction.
std::string show_duration(milliseconds time);

/// A decimal whole number; no leading zeros, no other bases.
template <class T>
Kind<T> whole(T min, T max) {
    return {[min, max](Reader& reader, const Value& value, T& target) {
                if (const auto number = read_whole(reader, value, min, max))
                    target = static_cast<T>(*number);
            },
            "\"type\":\"integer\",\"minimum\":" + std::to_string(min) +
                ",\"maximum\":" + std::to_string(max),
            [](const T& number) { return std::to_string(number); }};
}

/// A time with its unit: 500ms, 30s, 10m, 72h, 7d.
template <class D>
Kind<D> duration(milliseconds min, milliseconds max) {
    return {[min, max](Reader& reader, const Value& value, D& target) {
                if (const auto time = read_duration(reader, value, min, max, D{1}))
                    target = std::chrono::duration_cast<D>(*time);
            },
            R"("type":"string","pattern":"^[0-9]+(ms|s|m|h|d)$")",
            [](const D& time) { return json_text(show_duration(time)); }};
}

/// A text of `min` to `max` octets that `allowed` accepts; `schema`: further members of its schema.
Kind<std::string> checked_text(std::string must_be, std::string schema, std::size_t min,
                               std::size_t max, std::function<bool(std::string_view)> allowed);

Kind<double> decimal(double min, double max);
Kind<bool> flag();

std::string words_schema(const std::vector<std::string>& words);

/// One of some words.
template <class E>
Kind<E> choice(std::vector<std::pair<std::string, E>> choices) {
    std::vector<std::string> words;
    for (const auto& [word, _] : choices) words.push_back(word);
    return {[choices, words](Reader& reader, const Value& value, E& target) {
                const std::string must_be = alternatives(words);
                const auto text = reader.text(value, must_be);
                if (!text) return;
                for (const auto& [word, meaning] : choices)
                    if (word == *text) {
                        target = meaning;
                        return;
                    }
                reader.wrong(value, must_be);
            },
            words_schema(words),
            [choices](const E& target) {
                for (const auto& [word, meaning] : choices)
                    if (meaning == target) return json_text(word);
                return std::string{};
            }};
}

/// Printable ASCII without blanks in front or behind, as goes into a C-octet string of a PDU.
Kind<std::string> ascii(std::size_t min, std::size_t max);
/// A path; up to 4,000 octets, or what `max` says.
Kind<std::string> path(std::size_t max = 4'000);
/// A PEM file that must be readable; `secret`: others may have no access to it.
Kind<std::string> pem_file(bool secret);
/// A name as of a carrier.
Kind<std::string> name();
/// UTF-8 without control characters, and without a blank at an end.
bool plain_text(std::string_view text);
/// Such a text of 1 to `max` octets.
Kind<std::string> word(std::size_t max);
/// A country that has numbers, as they have it: GB. The sandbox's ZZ is none.
bool valid_region(std::string_view text) noexcept;
inline constexpr std::string_view region_must_be =
    "a country of ISO 3166-1 in two capital letters, such as GB";
Kind<std::string> region();
/// A country calling code, digits only.
Kind<std::string> country();
/// SHA-256 of a SubjectPublicKeyInfo in base64.
Kind<std::string> pin();
/// An address block; a bare address is given its full length.
Kind<std::string> network();
/// "name:port", "192.0.2.1:port" or "[2001:db8::1]:port".
Kind<Endpoint> endpoint();
/// The same to listen on: an address, no name.
Kind<Endpoint> listen_endpoint();
/// A command_status that is no success: its name, 0x14 or 20.
Kind<protocol::Status> error_status();

}  // namespace smppd::conf
