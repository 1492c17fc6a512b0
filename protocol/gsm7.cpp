// protocol/gsm7.cpp - see gsm7.hpp.
#include "protocol/gsm7.hpp"

#include "protocol/utf8.hpp"

#include <algorithm>
#include <array>

namespace smppd::protocol {
namespace {

using gsm7::escape;

constexpr std::size_t codes = 128;
constexpr std::size_t languages = 14;
using Units = std::array<char16_t, codes>;

constexpr std::array<Units, languages> locking_units{{
#include "protocol/gsm7_locking.inc"
}};
constexpr std::array<Units, languages> single_units{{
#include "protocol/gsm7_single.inc"
}};

/// A character as UTF-8, ready to be copied; length 0: there is none.
struct Glyph {
    std::array<char, 3> octets{};
    std::uint8_t length = 0;
};

constexpr Glyph glyph_of(char16_t unit) {
    const auto octet = [](unsigned value) { return static_cast<char>(value); };
    const unsigned tail = 0x80U | (unit & 0x3fU);
    if (unit == 0) return {};
    if (unit < 0x80) return {{octet(unit)}, 1};
    if (unit < 0x800) return {{octet(0xc0U | unit >> 6), octet(tail)}, 2};
    return {{octet(0xe0U | unit >> 12), octet(0x80U | (unit >> 6 & 0x3fU)), octet(tail)}, 3};
}

/// One table in both directions.
struct Table {
    struct Code {
        char16_t unit = 0;
        std::uint8_t septet = 0;
    };
    std::array<Glyph, codes> glyphs{};
    std::array<Code, codes> by_unit{};           ///< sorted; blanks (unit 0) first
    std::array<std::uint8_t, codes> of_ascii{};  ///< septets, `escape` where there is none
};

constexpr Table table_of(const Units& units) {
    Table table;
    for (std::size_t i = 0; i < codes; ++i) {
        table.glyphs[i] = glyph_of(units[i]);
        table.by_unit[i] = {units[i], static_cast<std::uint8_t>(i)};
    }
    // Some tables have a character twice; the lower code is written.
    std::sort(table.by_unit.begin(), table.by_unit.end(), [](const auto& a, const auto& b) {
        return a.unit != b.unit ? a.unit < b.unit : a.septet < b.septet;
    });
    table.of_ascii.fill(escape);
    for (std::size_t i = codes; i-- > 0;)
        if (units[i] != 0 && units[i] < codes)
            table.of_ascii[units[i]] = static_cast<std::uint8_t>(i);
    return table;
}

constexpr std::array<Table, languages> tables_of(const std::array<Units, languages>& units) {
    std::array<Table, languages> tables{};
    for (std::size_t i = 0; i < languages; ++i) tables[i] = table_of(units[i]);
    return tables;
}

constexpr std::array<Table, languages> locking_tables = tables_of(locking_units);
constexpr std::array<Table, languages> single_tables = tables_of(single_units);
constexpr std::uint8_t spanish = 2;  // has no locking shift table

const Table& locking_table(const Language& language) {
    const std::uint8_t code = language.locking_shift;
    return locking_tables[code < languages && code != spanish ? code : 0];
}

const Table& single_table(const Language& language) {
    return single_tables[language.single_shift < languages ? language.single_shift : 0];
}

/// The septet of a character in a table, nothing where it is not there.
std::optional<std::uint8_t> septet_of(const Table& table, char32_t value) {
    if (value < codes) {
        const std::uint8_t septet = table.of_ascii[value];
        return septet != escape ? std::optional(septet) : std::nullopt;
    }
    if (value > 0xffff) return {};
    const auto unit = static_cast<char16_t>(value);
    const auto found =
        std::lower_bound(table.by_unit.begin(), table.by_unit.end(), unit,
                         [](const Table::Code& code, char16_t u) { return code.unit < u; });
    if (found == table.by_unit.end() || found->unit != unit) return {};
    return found->septet;
}

/// Collects characters and hands them to the text in larger pieces, which costs a quarter of one
/// append each.
class Writer {
public:
    explicit Writer(Text& text) noexcept : text_(text) {}
    void put(const Glyph& glyph) {
        if (end_ + glyph.octets.size() > buffer_.size()) flush();
        if (glyph.length == 0) text_.lossy = true;
        const Glyph& shown = glyph.length == 0 ? replacement : glyph;
        // All three octets are copied, the next character overwrites those that do not count.
        std::copy(shown.octets.begin(), shown.octets.end(), buffer_.begin() + end_);
        end_ += shown.length;
    }
    void flush() {
        text_.utf8.append(buffer_.data(), end_);
        end_ = 0;
    }

private:
    static constexpr Glyph replacement = glyph_of(u'\ufffd');

    Text& text_;
    std::array<char, 384> buffer_;
    std::size_t end_ = 0;
};

}  // namespace

Text gsm7::decode(Bytes septets, const Language& language) {
    static constexpr Glyph none{};
    static constexpr Glyph space = glyph_of(u' ');
    const Table& main = locking_table(language);
    const Table& shift = single_table(language);
    const auto shown = [](const Table& table, std::uint8_t code) -> const Glyph& {
        return code < codes ? table.glyphs[code] : none;
    };
    Text text;
    text.utf8.reserve(septets.size() + septets.size() / 8);
    Writer writer(text);
    for (std::size_t i = 0; i < septets.size(); ++i) {
        if (septets[i] != escape) {
            writer.put(shown(main, septets[i]));
            continue;
        }
        if (++i == septets.size()) {
            writer.put(none);
            break;
        }
        const Glyph& shifted = shown(shift, septets[i]);
        if (septets[i] == escape) {
            writer.put(space);
        } else {
            writer.put(shifted.length != 0 ? shifted : shown(main, septets[i]));
        }
    }
    writer.flush();
    return text;
}

std::optional<Octets> encode_gsm7(std::string_view utf8, const Language& language) {
    const Table& main = locking_table(language);
    const Table& shift = single_table(language);
    Octets septets;
    septets.reserve(utf8.size());
    while (!utf8.empty()) {
        const utf8::CodePoint point = utf8::first(utf8);
        if (!point.valid) return {};
        utf8.remove_prefix(point.length);
        if (const auto septet = septet_of(main, point.value)) {
            septets.push_back(*septet);
        } else if (const auto shifted = septet_of(shift, point.value)) {
            septets.push_back(escape);
            septets.push_back(*shifted);
        } else {
            return {};
        }
    }
    return septets;
}

// Seven spare bits at the end would read as one more septet: "@" if they were zero. The sender
// fills them with a carriage return, the receiver drops it, and zeros as well, which plain packers
// leave. Source: TS 23.038 §6.1.2.3.1.

Octets pack_septets(Bytes septets, unsigned fill_bits) {
    Octets packed;
    packed.reserve((fill_bits + septets.size() * 7 + 7) / 8 + 1);
    unsigned held = 0;  // bits not written yet, the first of them lowest
    unsigned count = fill_bits;
    const auto put = [&](std::uint8_t septet) {
        held |= (septet & 0x7fU) << count;
        count += 7;
        if (count < 8) return;
        packed.push_back(static_cast<std::uint8_t>(held));
        held >>= 8;
        count -= 8;
    };
    for (const std::uint8_t septet : septets) put(septet);
    if (septets.empty()) return packed;
    // A carriage return that ends on the last bit would be dropped as filling: it is sent twice.
    if (count == 1 || (count == 0 && (septets.back() & 0x7f) == '\r')) put('\r');
    if (count != 0) packed.push_back(static_cast<std::uint8_t>(held));
    return packed;
}

Octets unpack_septets(Bytes packed, unsigned fill_bits) {
    Octets septets;
    if (packed.empty()) return septets;
    septets.reserve(packed.size() * 8 / 7);
    unsigned held = packed[0] >> fill_bits;
    unsigned count = 8 - fill_bits;
    const auto take = [&] {
        septets.push_back(static_cast<std::uint8_t>(held & 0x7f));
        held >>= 7;
        count -= 7;
    };
    if (count >= 7) take();
    for (const std::uint8_t octet : packed.subspan(1)) {
        held |= static_cast<unsigned>(octet) << count;
        count += 8;
        while (count >= 7) take();
    }
    const bool ends_on_last_bit = count == 0 && !septets.empty();
    if (ends_on_last_bit && (septets.back() == 0 || septets.back() == '\r')) septets.pop_back();
    return septets;
}

}  // namespace smppd::protocol
