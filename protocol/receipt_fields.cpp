// protocol/receipt_fields.cpp - cuts the text of a delivery receipt into its fields.
// One pass from left to right; no step looks back further than the longest key.
#include "protocol/receipt_fields.hpp"

namespace smppd::protocol {
namespace {

constexpr std::size_t npos = std::string_view::npos;
/// How much of a date is looked at, and how long a quoted value with blanks may be.
constexpr std::size_t date_max = 40;
constexpr std::size_t quoted_max = 65;
constexpr std::size_t state_word_max = 24;

struct KeyName {
    std::string_view first;
    std::string_view second;  ///< "submit date" has two words, which may be one
    ReceiptKey key;
};
/// A longer name goes before its own beginning.
constexpr std::array<KeyName, 19> key_names{{
    {"id", "", ReceiptKey::id},
    {"messageid", "", ReceiptKey::id},
    {"msgid", "", ReceiptKey::id},
    {"submit", "date", ReceiptKey::submit_date},
    {"submit", "time", ReceiptKey::submit_date},
    {"sent", "date", ReceiptKey::submit_date},
    {"sub", "", ReceiptKey::sub},
    {"dlvrd", "", ReceiptKey::dlvrd},
    {"dlvd", "", ReceiptKey::dlvrd},
    {"done", "date", ReceiptKey::done_date},
    {"done", "time", ReceiptKey::done_date},
    {"status", "", ReceiptKey::stat},
    {"state", "", ReceiptKey::stat},
    {"stat", "", ReceiptKey::stat},
    {"error", "code", ReceiptKey::err},
    {"error", "", ReceiptKey::err},
    {"err", "code", ReceiptKey::err},
    {"err", "", ReceiptKey::err},
    {"text", "", ReceiptKey::text},
}};

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_alnum(char c) noexcept {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}
constexpr bool is_separator(char c) noexcept { return c == ',' || c == ';' || c == '|'; }
constexpr bool is_quote(char c) noexcept { return c == '"' || c == '\''; }

struct FoundKey {
    ReceiptKey key;
    char colon;         ///< ':' or '='
    std::size_t value;  ///< where its value begins, blanks aside
};

class Scanner {
public:
    Scanner(std::string_view in, const ReceiptScan& scan) : in_(in), scan_(scan) {}
    ReceiptFields run();

private:
    std::optional<FoundKey> key_at(std::size_t at) const;
    std::optional<FoundKey> named_at(std::size_t at, const KeyName& name) const;
    bool word_starts(std::size_t at) const { return at == 0 || !is_alnum(in_[at - 1]); }
    bool key_ends_value(std::size_t begin, std::size_t at) const;
    std::size_t after_blanks(std::size_t at) const;
    std::size_t after_word(std::size_t at, std::string_view word) const;
    std::size_t closing_quote(std::size_t begin) const;
    std::string_view take_value(const FoundKey& found, std::size_t& at) const;
    void note_bare_word(std::size_t at);
    void take_text(std::size_t begin);
    void take_closing_keys(std::size_t begin, bool no_id, bool no_state);
    static void put(ReceiptFields& fields, ReceiptKey key, std::string_view value);

    std::string_view in_;
    ReceiptScan scan_;
    ReceiptFields fields_;
};

std::size_t Scanner::after_blanks(std::size_t at) const {
    while (at < in_.size() && is_receipt_blank(in_[at])) ++at;
    return at;
}

/// The place after `word` at `at`, whatever its case; npos where another stands there.
std::size_t Scanner::after_word(std::size_t at, std::string_view word) const {
    if (in_.size() - at < word.size()) return npos;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (lower(in_[at + i]) != word[i]) return npos;
    return at + word.size();
}

std::optional<FoundKey> Scanner::named_at(std::size_t at, const KeyName& name) const {
    std::size_t end = after_word(at, name.first);
    if (end == npos) return std::nullopt;
    if (!name.second.empty()) {
        while (end < in_.size() &&
               (is_receipt_blank(in_[end]) || in_[end] == '_' || in_[end] == '-'))
            ++end;
        end = after_word(end, name.second);
        if (end == npos) return std::nullopt;
    }
    end = after_blanks(end);
    if (end == in_.size() || (in_[end] != ':' && in_[end] != '=')) return std::nullopt;
    // What comes after text: may begin with a line break that is the message's own.
    std::size_t value = end + 1;
    if (name.key != ReceiptKey::text) value = after_blanks(value);
    return FoundKey{name.key, in_[end], value};
}

std::optional<FoundKey> Scanner::key_at(std::size_t at) const {
    for (const KeyName& name : key_names) {
        if (lower(in_[at]) != name.first.front()) continue;
        if (const auto found = named_at(at, name)) return found;
    }
    return std::nullopt;
}

/// Whether the value that began at `begin` ends before `at`, because a key stands there: at its
/// very beginning (the value is empty), after a comma, or glued to it. `id:` is never taken as
/// glued, as ids have such letters in them.
bool Scanner::key_ends_value(std::size_t begin, std::size_t at) const {
    const auto found = key_at(at);
    if (!found) return false;
    if (at == begin || is_separator(in_[at - 1])) return true;
    return scan_.glued && found->key != ReceiptKey::id && found->colon == ':';
}

/// The quote that closes the one at `begin`; npos where there is none nearby, or where a field
/// begins before it.
std::size_t Scanner::closing_quote(std::size_t begin) const {
    bool blank = false;
    for (std::size_t at = begin + 1; at < in_.size() && at - begin <= quoted_max + 1; ++at) {
        if (in_[at] == in_[begin]) return at;
        if (blank && in_[at] == ':') return npos;
        blank = blank || is_receipt_blank(in_[at]);
    }
    return npos;
}

/// The value at `at`: one word, or what stands in quotes. `at` moves behind it.
std::string_view Scanner::take_value(const FoundKey& found, std::size_t& at) const {
    const std::size_t begin = at;
    if (at < in_.size() && is_quote(in_[at])) {
        const std::size_t end = closing_quote(at);
        if (end != npos) {
            at = end + 1;
            return trim_receipt(in_.substr(begin + 1, end - begin - 1));
        }
    }
    while (at < in_.size() && !is_receipt_blank(in_[at]) && !key_ends_value(begin, at)) ++at;
    std::string_view word = in_.substr(begin, at - begin);
    if (!word.empty() &&
        (found.key == ReceiptKey::submit_date || found.key == ReceiptKey::done_date))
        return in_.substr(begin, date_max);
    while (!word.empty() && is_separator(word.back())) word.remove_suffix(1);
    while (!word.empty() && is_quote(word.front())) word.remove_prefix(1);
    while (!word.empty() && is_quote(word.back())) word.remove_suffix(1);
    return word;
}

/// The first value wins, unless it is empty.
void Scanner::put(ReceiptFields& fields, ReceiptKey key, std::string_view value) {
    auto& field = fields.values[static_cast<std::size_t>(key)];
    if (!field || field->empty()) field = value;
}

void Scanner::note_bare_word(std::size_t at) {
    if (!fields_.bare_state.empty()) return;
    if (at > 0 && !is_receipt_blank(in_[at - 1])) return;
    std::size_t end = at;
    while (end < in_.size() && end - at <= state_word_max && is_alnum(in_[end])) ++end;
    if (end < in_.size() && !is_receipt_blank(in_[end]) && !is_separator(in_[end])) return;
    const std::string_view word = in_.substr(at, end - at);
    if (state_of_word(word, true)) fields_.bare_state = word;
}

/// Some carriers write other keys behind the text. They are taken only where the id or the state
/// is not known without them, and only where they are the very end of the receipt: the text of
/// the message itself may look like fields (quirk q096).
void Scanner::take_closing_keys(std::size_t begin, bool no_id, bool no_state) {
    ReceiptFields closing;
    std::size_t first = npos;
    std::size_t last_end = begin;
    for (std::size_t at = begin; at < in_.size();) {
        const auto found = word_starts(at) ? key_at(at) : std::nullopt;
        if (!found || found->key == ReceiptKey::text) {
            ++at;
            continue;
        }
        if (first == npos || closing.has(found->key) || after_blanks(last_end) != at) {
            closing = {};
            first = at;
        }
        at = found->value;
        put(closing, found->key, take_value(*found, at));
        last_end = at;
    }
    if (first == npos || after_blanks(last_end) != in_.size()) return;
    const bool tells_id = no_id && !closing[ReceiptKey::id].empty();
    const bool tells_state = no_state && !closing[ReceiptKey::stat].empty();
    if (!tells_id && !tells_state) return;
    for (std::size_t i = 0; i < ReceiptFields::keys; ++i)
        if (closing.values[i]) put(fields_, static_cast<ReceiptKey>(i), *closing.values[i]);
    fields_.values[static_cast<std::size_t>(ReceiptKey::text)] = in_.substr(begin, first - begin);
}

void Scanner::take_text(std::size_t begin) {
    while (begin < in_.size() && (in_[begin] == ' ' || in_[begin] == '\t')) ++begin;
    put(fields_, ReceiptKey::text, in_.substr(begin));
    const bool no_id = scan_.need_id && fields_[ReceiptKey::id].empty();
    const bool no_state =
        scan_.need_state && fields_[ReceiptKey::stat].empty() && fields_.bare_state.empty();
    if (no_id || no_state) take_closing_keys(begin, no_id, no_state);
}

ReceiptFields Scanner::run() {
    std::size_t value_end = 0;
    for (std::size_t at = 0; at < in_.size();) {
        // A key glued to the value before it begins where that value was found to end.
        const auto found = word_starts(at) || at == value_end ? key_at(at) : std::nullopt;
        if (!found) {
            note_bare_word(at);
            ++at;
            continue;
        }
        at = found->value;
        if (found->key == ReceiptKey::text) {
            take_text(at);
            break;
        }
        put(fields_, found->key, take_value(*found, at));
        value_end = at;
    }
    return fields_;
}

}  // namespace

std::string_view trim_receipt(std::string_view text) noexcept {
    while (!text.empty() && is_receipt_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_receipt_blank(text.back())) text.remove_suffix(1);
    return text;
}

ReceiptFields scan_receipt(std::string_view text, const ReceiptScan& scan) {
    return Scanner{text, scan}.run();
}

}  // namespace smppd::protocol
