// conf/tables_profile.cpp - the keys of a profile of habits.
#include "conf/kinds.hpp"
#include "conf/tables.hpp"
#include "protocol/text.hpp"

namespace smppd::conf {
namespace {

using protocol::Alphabet;
using protocol::Profile;
using protocol::ReceiptHabit;
using std::chrono::hours;

/// The words are those that the rest of smppd uses for an alphabet.
Kind<Alphabet> alphabet() {
    std::vector<std::pair<std::string, Alphabet>> words;
    for (const Alphabet alphabet :
         {Alphabet::gsm7, Alphabet::gsm7_packed, Alphabet::latin1, Alphabet::ascii, Alphabet::utf8,
          Alphabet::utf16be, Alphabet::utf16le, Alphabet::octets, Alphabet::iso8859_5,
          Alphabet::iso8859_8, Alphabet::shift_jis, Alphabet::iso2022_jp, Alphabet::euc_jp,
          Alphabet::euc_kr})
        words.emplace_back(protocol::alphabet_name(alphabet), alphabet);
    return choice<Alphabet>(std::move(words));
}

/// data_coding_0 to data_coding_15; a coding is in the map only when the file names it, so that
/// the defaults stay where the text is decoded.
Table<Profile> data_coding_rows() {
    Table<Profile> rows;
    for (std::uint8_t coding = 0; coding < 16; ++coding) {
        Kind<Alphabet> kind = alphabet();
        kind.show = {};
        rows.push_back(row<Profile>(
            "data_coding_" + std::to_string(coding),
            [coding](Profile& profile) -> Alphabet& { return profile.data_codings[coding]; }, kind,
            "the alphabet of data_coding " + std::to_string(coding) +
                ", where the carrier does not keep to the specification"));
    }
    return rows;
}

const Table<Profile::Silence>& silence_table() {
    using Row = Profile::Silence;
    static const Table<Row> table{
        row<Row>("factor", &Row::factor, whole(0U, 1'000'000U),
                 "alarm when nothing came for this many times the usual gap; 0: never"),
        row<Row>("at_least", &Row::at_least,
                 duration<milliseconds>(std::chrono::seconds{1}, hours{24 * 365}),
                 "no alarm before this much silence"),
        row<Row>("rebind", &Row::rebind, flag(), "bind anew on that alarm"),
    };
    return table;
}

Table<Profile> habit_rows() {
    constexpr milliseconds week = hours{24 * 7};
    return {
        row<Profile>("receipts", &Profile::receipts,
                     choice<ReceiptHabit>({{"by-class", ReceiptHabit::by_class},
                                           {"by-content", ReceiptHabit::by_content}}),
                     "tell receipts by esm_class alone, or also by what the text looks like"),
        row<Profile>("receipt_per_message", &Profile::receipt_per_message, flag(),
                     "one receipt answers for all parts of a long message"),
        row<Profile>("id_base", &Profile::id_base,
                     choice<std::string>({{"auto", "auto"}, {"hex", "hex"}, {"dec", "dec"}}),
                     "in which base receipts write message ids"),
        row<Profile>("addresses", &Profile::addresses_gsm7,
                     choice<bool>({{"latin-1", false}, {"gsm7", true}}),
                     "the alphabet of alphanumeric addresses"),
        row<Profile>("trim_nul", &Profile::trim_nul, flag(),
                     "sm_length counts a NUL at the end of the text: drop it"),
        row<Profile>("country", &Profile::country, country(),
                     "country calling code put before national numbers; not set: they stay as they "
                     "are"),
        row<Profile>("retry_status", &Profile::retry_status, error_status(),
                     "deliver_sm_resp status that makes the carrier send again later"),
        row<Profile>("reassembly", &Profile::reassembly,
                     duration<milliseconds>(std::chrono::seconds{1}, week),
                     "how long parts of a long message wait for the rest"),
        row<Profile>("duplicates", &Profile::duplicates,
                     duration<milliseconds>(milliseconds{0}, week),
                     "how long a message that is sent again is recognised; 0s: never"),
        row<Profile>("silence", &Profile::silence, mapping(silence_table()),
                     "alarm when a bound carrier sends nothing"),
    };
}

}  // namespace

const Table<Profile>& profile_table() {
    static const Table<Profile> table = [] {
        Table<Profile> rows = data_coding_rows();
        const Table<Profile> more = habit_rows();
        rows.insert(rows.end(), more.begin(), more.end());
        return rows;
    }();
    return table;
}

}  // namespace smppd::conf
