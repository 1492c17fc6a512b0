// conf/tables_workflow.cpp - the keys of a workflow.
#include "conf/kinds.hpp"
#include "conf/tables.hpp"

#include <algorithm>

namespace smppd::conf {
namespace {

using pool::CodeShape;
using pool::Direction;
using pool::Rotation;
using pool::Workflow;
using std::chrono::hours;
using std::chrono::seconds;

constexpr milliseconds year = hours{24 * 365};
constexpr std::size_t word_max = 64;  // octets of a carrier, group or tag, as in an import

/// "4-8" or 6. The edges are the lengths that are looked for at all.
Kind<CodeShape> code_length() {
    static constexpr unsigned least = 3, most = 16;
    static constexpr std::string_view must_be =
        "a length from 3 to 16, or two of them with '-' between, the smaller first: 6 or 4-8";
    return {[](Reader& reader, const Value& value, CodeShape& shape) {
                const auto text = reader.text(value, must_be);
                if (!text) return;
                const auto length = [](std::string_view digits) -> std::uint8_t {
                    const bool number =
                        !digits.empty() && digits.size() <= 2 && digits.front() != '0' &&
                        digits.find_first_not_of("0123456789") == std::string_view::npos;
                    const unsigned parsed =
                        number ? static_cast<unsigned>(std::stoul(std::string(digits))) : 0;
                    return parsed >= least && parsed <= most ? static_cast<std::uint8_t>(parsed)
                                                             : std::uint8_t{0};
                };
                const std::string_view whole = *text;
                const std::size_t dash = std::min(whole.find('-'), whole.size());
                const std::uint8_t from = length(whole.substr(0, dash));
                const std::uint8_t to =
                    dash == whole.size() ? from : length(whole.substr(dash + 1));
                if (from == 0 || to < from) return reader.wrong(value, must_be);
                shape.length_min = from;
                shape.length_max = to;
            },
            R"("type":["string","integer"],"pattern":"^[0-9]{1,2}(-[0-9]{1,2})?$")",
            [](const CodeShape& shape) {
                return json_text(std::to_string(shape.length_min) + "-" +
                                 std::to_string(shape.length_max));
            }};
}

/// The target of a key that fills more than one member.
template <class T>
T& itself(T& whole) {
    return whole;
}

const Table<CodeShape>& code_table() {
    static const Table<CodeShape> table{
        row<CodeShape>("length", itself<CodeShape>, code_length(),
                       "how many characters a code has: 6 or 4-8"),
        row<CodeShape>("alphabet", &CodeShape::letters,
                       choice<bool>({{"digits", false}, {"any", true}}),
                       "digits alone, or any: letters too"),
    };
    return table;
}

/// See Workflow::expected_senders.
bool sender_pattern(std::string_view text) {
    if (text == "*") return true;
    const std::size_t star = text.find('*');
    const std::string_view front = text.substr(0, star);
    const std::string_view digits = front.substr(front.starts_with('+') ? 1 : 0);
    const bool number =
        !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (star != std::string_view::npos) return number && star + 1 == text.size();
    return (number || !text.starts_with('+')) && plain_text(text);
}

Kind<std::string> sender() {
    return checked_text(
        "\"*\" for any, a sender's name or a brand, or a number, whose last digits "
        "may be a '*': Google, +447700900101 or +4477*",
        R"(,"minLength":1,"maxLength":64)", 1, 64, sender_pattern);
}

/// Fills the two flags of the workflow from a list of words.
Kind<Workflow> release_on() {
    enum class End : std::uint8_t { verified, failed };
    const Kind<End> word = choice<End>({{"verified", End::verified}, {"failed", End::failed}});
    return {[word](Reader& reader, const Value& value, Workflow& workflow) {
                workflow.release_on_verified = workflow.release_on_failed = false;
                for (const Value& item : reader.items(value)) {
                    End end{};
                    word.read(reader, item, end);
                    (end == End::verified ? workflow.release_on_verified
                                          : workflow.release_on_failed) = true;
                }
            },
            "\"type\":\"array\",\"items\":{" + word.schema + "}",
            [](const Workflow& workflow) {
                std::string words = workflow.release_on_verified ? json_text("verified") : "";
                if (workflow.release_on_failed)
                    words += (words.empty() ? "" : ",") + json_text("failed");
                return "[" + words + "]";
            }};
}

const Table<pool::NextSteps>& next_step_table() {
    using Row = pool::NextSteps;
    static const Table<Row> table{
        row<Row>("verified", &Row::verified, name(), "after the right code"),
        row<Row>("failed", &Row::failed, name(), "after the last wrong one"),
        row<Row>("expired", &Row::expired, name(), "when the time ran out"),
    };
    return table;
}

const Table<pool::Resend>& resend_table() {
    using Row = pool::Resend;
    static const Table<Row> table{
        row<Row>("after", &Row::after, duration<seconds>(seconds{1}, hours{1}),
                 "least time from one code to the next"),
        row<Row>("max", &Row::max, whole(0U, 20U), "how often a code may be sent again"),
    };
    return table;
}

/// The primary subtag of a BCP 47 language tag: ISO 639's two or three letters.
bool language(std::string_view text) {
    return (text.size() == 2 || text.size() == 3) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

constexpr KeyRule language_rule{language, "language",
                                "a BCP 47 primary tag of 2 or 3 small letters, such as en",
                                "^[a-z]{2,3}$"};

/// Every brace is of a placeholder that is known, and the code's is there.
bool template_text(std::string_view text) {
    if (!plain_text(text) || text.find("{code}") == std::string_view::npos) return false;
    for (std::size_t at = text.find_first_of("{}"); at != std::string_view::npos;
         at = text.find_first_of("{}", at)) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("{code}"))
            at += 6;
        else if (rest.starts_with("{brand}"))
            at += 7;
        else
            return false;
    }
    return true;
}

using Templates = std::map<std::string, std::string>;

Kind<Templates> templates() {
    const Kind<std::string> text = checked_text(
        "a text of at most 1000 octets with {code}; {brand} may be in it, no other braces",
        R"(,"pattern":"[{]code[}]")", 1, 1'000, template_text);
    return keyed<std::string, Templates>(
        text, language_rule,
        [](Templates& all, const std::string& key) -> std::string& { return all[key]; });
}

Table<Workflow> journey_rows() {
    using Row = Workflow;
    return {
        row<Row>(
            "direction", &Row::direction,
            choice<Direction>({{"inbound", Direction::inbound}, {"outbound", Direction::outbound}}),
            "inbound: a code arrives on the leased number; outbound: we send one to the "
            "user's number"),
        row<Row>("ttl", &Row::ttl, duration<seconds>(seconds{1}, year),
                 "length of a session that names none"),
        row<Row>("ttl_max", &Row::ttl_max, duration<seconds>(seconds{1}, year),
                 "the same with all extensions"),
        row<Row>("code", &Row::code, mapping(code_table()), "what a code looks like"),
        row<Row>("expected_senders", &Row::expected_senders, list(sender(), 1),
                 "who may send the code: \"*\" for any, names, brands, numbers, +4477*"),
        row<Row>("attempts", &Row::attempts, whole(1U, 20U),
                 "codes that may be tried in a session"),
        row<Row>("release_on", itself<Workflow>, release_on(),
                 "what ends the session at once: verified, failed, both or none"),
        row<Row>("next_step", &Row::next_step, mapping(next_step_table()),
                 "the words that tell the platform what comes next"),
        row<Row>(
            "elevated", &Row::elevated, flag(),
            "a number that the brand has not seen, one attempt fewer, swaps to another carrier"),
        row<Row>("swaps_max", &Row::swaps_max, whole(0U, 100U),
                 "how often a session may get another number"),
        row<Row>("template", &Row::templates, templates(),
                 "outbound: the text by language, with {code}"),
        row<Row>("resend", &Row::resend, mapping(resend_table()),
                 "outbound: when a code may be sent again"),
    };
}

Table<Workflow> number_rows() {
    using Row = Workflow;
    return {
        row<Row>("regions", &Row::regions, list(region()), "countries of its numbers; none: any"),
        row<Row>("rotation", &Row::rotation,
                 choice<Rotation>({{"least_recent", Rotation::least_recent},
                                   {"random", Rotation::random},
                                   {"sticky", Rotation::sticky},
                                   {"fresh", Rotation::fresh}}),
                 "which number of those that fit: the one idle longest, any, the one that the "
                 "reference had last, or one that the brand has not seen"),
        row<Row>("cool_down", &Row::cool_down, optional(duration<seconds>(seconds{0}, year)),
                 "how long its numbers rest; not set: as in 'pool'"),
        row<Row>("brand_cool_down", &Row::brand_cool_down,
                 optional(duration<seconds>(seconds{0}, year)),
                 "how long a brand does not see a number again; not set: as in 'pool'"),
        row<Row>("isolation_group", &Row::isolation_group, word(word_max),
                 "only numbers of this group; not set: only those of none"),
        row<Row>("carrier", &Row::carrier, name(), "only numbers of this carrier; not set: any"),
        row<Row>("tag", &Row::tag, word(word_max), "only numbers with this tag; not set: any"),
    };
}

}  // namespace

const Table<pool::Workflow>& workflow_table() {
    static const Table<Workflow> table = [] {
        Table<Workflow> rows = journey_rows();
        const Table<Workflow> more = number_rows();
        rows.insert(rows.end(), more.begin(), more.end());
        return rows;
    }();
    return table;
}

}  // namespace smppd::conf
