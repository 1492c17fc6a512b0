// pool/extract_keywords.cpp - the table of words as two tries, built once, walked at each
// character.
#include "pool/extract_keywords.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace smppd::pool {
namespace {

struct Row {
    std::string_view language;
    Sense sense;
    std::string_view words;
};
constexpr Row table[] = {
#include "pool/extract_keywords.inc"
};

using Symbol = std::uint16_t;  // 0 is the gap between words, 1 a character that no word has
constexpr Symbol gap = 0;
constexpr Symbol strange = 1;

/// What ends at a node: words that must end there, and stems that any letters may follow.
struct Node {
    std::uint32_t children = 0;  ///< the first of them
    std::uint16_t child_count = 0;
    Symbol symbol = 0;
    Senses whole = 0;
    Senses stem = 0;
    Senses marked = 0;  ///< as whole, but only where the text has its marks
};

struct Word {
    std::vector<Symbol> symbols;
    Senses whole = 0, stem = 0, marked = 0;
};

/// A trie whose children stand side by side, sorted, so that a step is a short search.
class Trie {
public:
    explicit Trie(std::vector<Word> words) : words_(std::move(words)) {
        std::sort(words_.begin(), words_.end(),
                  [](const Word& a, const Word& b) { return a.symbols < b.symbols; });
        nodes_.emplace_back();
        build();
        words_ = {};
        starts_.resize(symbols_max);
        for (std::uint32_t i = 0; i < nodes_[0].child_count; ++i)
            starts_[nodes_[nodes_[0].children + i].symbol] = nodes_[0].children + i;
    }
    const Node& operator[](std::uint32_t node) const noexcept { return nodes_[node]; }
    /// The node behind the first symbol; 0: no word begins so.
    std::uint32_t start(Symbol symbol) const noexcept { return starts_[symbol]; }
    std::uint32_t next(std::uint32_t node, Symbol symbol) const noexcept {
        const Node* first = nodes_.data() + nodes_[node].children;
        const Node* last = first + nodes_[node].child_count;
        if (last - first > 8)
            first = std::lower_bound(first, last, symbol,
                                     [](const Node& n, Symbol s) { return n.symbol < s; });
        for (; first != last && first->symbol <= symbol; ++first)
            if (first->symbol == symbol) return static_cast<std::uint32_t>(first - nodes_.data());
        return 0;
    }

    static constexpr std::size_t symbols_max = 4096;

private:
    /// The words that share the first `depth` symbols of a node.
    struct Share {
        std::uint32_t node;
        std::size_t begin, end, depth;
    };
    void build() {
        std::vector<Share> shares{{0, 0, words_.size(), 0}};
        for (std::size_t i = 0; i < shares.size(); ++i) {
            const Share share = shares[i];
            std::size_t at = share.begin;
            for (; at < share.end && words_[at].symbols.size() == share.depth; ++at) {
                nodes_[share.node].whole |= words_[at].whole;
                nodes_[share.node].stem |= words_[at].stem;
                nodes_[share.node].marked |= words_[at].marked;
            }
            nodes_[share.node].children = static_cast<std::uint32_t>(nodes_.size());
            while (at < share.end) {
                const Symbol symbol = words_[at].symbols[share.depth];
                const std::size_t begin = at;
                while (at < share.end && words_[at].symbols[share.depth] == symbol) ++at;
                shares.push_back(
                    {static_cast<std::uint32_t>(nodes_.size()), begin, at, share.depth + 1});
                nodes_.emplace_back().symbol = symbol;
                ++nodes_[share.node].child_count;
            }
        }
    }

    std::vector<Word> words_;
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> starts_;
};

bool is_apostrophe(char32_t c) noexcept {
    return c == '\'' || c == '`' || c == 0xb4 || c == 0x2018 || c == 0x2019 || c == 0x02bc ||
           c == 0x02bb || c == 0x05f3 || c == 0x05f4;
}

/// The table, read: symbols for the characters that words have, and the words in two tries.
class Lexicon {
public:
    Lexicon() : symbols_(0x10000, strange) {
        std::vector<Word> at_start, anywhere;
        std::set<std::string_view> languages;
        for (const Row& row : table) {
            languages.insert(row.language);
            std::string_view rest = row.words;
            while (!rest.empty()) {
                const std::string_view word = rest.substr(0, rest.find('|'));
                rest.remove_prefix(std::min(rest.size(), word.size() + 1));
                add(word, row.sense, at_start, anywhere);
                ++size.words;
            }
        }
        size.languages = languages.size();
        at_start_ = std::make_unique<Trie>(std::move(at_start));
        anywhere_ = std::make_unique<Trie>(std::move(anywhere));
    }
    Symbol symbol(char32_t c) const noexcept { return c < 0x10000 ? symbols_[c] : strange; }
    const Trie& at_start() const noexcept { return *at_start_; }
    const Trie& anywhere() const noexcept { return *anywhere_; }

    TableSize size;

private:
    void add(std::string_view text, Sense sense, std::vector<Word>& at_start,
             std::vector<Word>& anywhere) {
        const bool needs_marks = text.starts_with('!');
        if (needs_marks) text.remove_prefix(1);
        bool any_start = text.starts_with('*');
        if (any_start) text.remove_prefix(1);
        bool any_end = text.ends_with('*');
        if (any_end) text.remove_suffix(1);
        Word word;
        const std::vector<Char> chars = fold_text(text, 256);
        for (const Char& c : chars) {
            if (c.kind == Kind::blank)
                word.symbols.push_back(gap);
            else if (is_word(c))
                word.symbols.push_back(symbol_of(c.folded));
        }
        if (word.symbols.empty()) return;
        any_start = any_start || chars.front().kind == Kind::dense;
        any_end = any_end || chars.back().kind == Kind::dense;
        (needs_marks ? word.marked : any_end ? word.stem : word.whole) = bit(sense);
        (any_start ? anywhere : at_start).push_back(std::move(word));
    }
    Symbol symbol_of(char32_t c) {
        if (c >= 0x10000) return strange;
        if (symbols_[c] == strange && next_symbol_ < Trie::symbols_max)
            symbols_[c] = next_symbol_++;
        return symbols_[c];
    }

    std::vector<Symbol> symbols_;
    Symbol next_symbol_ = strange + 1;
    std::unique_ptr<Trie> at_start_, anywhere_;
};

const Lexicon& lexicon() {
    static const Lexicon instance;
    return instance;
}

/// A character of the text as the tries see it.
struct Step {
    Symbol symbol;
    bool starts;  ///< a word may begin here
    bool marked;
    std::uint32_t at;  ///< index of the character
};

/// "l'accesso", "d'inscription": the apostrophe stands between two words, not within one.
bool is_elision(const std::vector<Char>& chars, std::size_t apostrophe) {
    constexpr std::u32string_view articles[] = {U"dell", U"all",   U"nell", U"sull",
                                                U"dall", U"quell", U"un",   U"qu"};
    std::u32string before;
    for (std::size_t i = apostrophe; i > 0 && before.size() < 6; --i) {
        if (chars[i - 1].kind != Kind::letter) break;
        before.insert(before.begin(), chars[i - 1].folded);
    }
    return before.size() == 1 ||
           std::find(std::begin(articles), std::end(articles), before) != std::end(articles);
}

bool divides(char32_t c) noexcept {
    return c == '(' || c == '[' || c == ':' || c == 0x3010 || c == 0x300c;
}

std::vector<Step> steps_of(const std::vector<Char>& chars, const Lexicon& words) {
    std::vector<Step> steps;
    steps.reserve(chars.size() + 1);
    const auto gap_at = [&](std::size_t i) {
        if (!steps.empty() && steps.back().symbol != gap)
            steps.push_back({gap, true, false, static_cast<std::uint32_t>(i)});
    };
    const Char* before = nullptr;
    for (std::size_t i = 0; i < chars.size(); ++i) {
        const Char& c = chars[i];
        if (is_apostrophe(c.folded) && before != nullptr && !is_elision(chars, i)) continue;
        if (!is_word(c) || c.hidden) {
            gap_at(i);
            // "OTP (ref 4417)": no word goes on within a bracket or behind a colon.
            if (divides(c.folded))
                steps.push_back({strange, false, false, static_cast<std::uint32_t>(i)});
            before = nullptr;
            continue;
        }
        const bool starts = !before || before->kind != c.kind || c.kind == Kind::dense;
        steps.push_back({words.symbol(c.folded), starts, c.marked, static_cast<std::uint32_t>(i)});
        before = &c;
    }
    gap_at(chars.size());
    return steps;
}

constexpr std::size_t word_length_max = 48;

/// The longest word of `trie` that begins at `from`; `hit.end` counts steps.
void walk(const Trie& trie, const std::vector<Step>& steps, std::size_t from, Hit& hit) {
    std::uint32_t node = trie.start(steps[from].symbol);
    bool marked = false;
    const std::size_t stop = std::min(steps.size(), from + word_length_max);
    for (std::size_t i = from; node != 0;) {
        marked = marked || steps[i].marked;
        ++i;
        const Node& here = trie[node];
        const bool ends = i == steps.size() || steps[i].symbol == gap || steps[i].starts;
        Senses senses = here.stem;
        if (ends) senses |= here.whole | (marked ? here.marked : 0);
        if (senses != 0 && i >= hit.end) {
            hit.senses = i == hit.end ? hit.senses | senses : senses;
            hit.end = static_cast<std::uint32_t>(i);
        }
        node = i < stop ? trie.next(node, steps[i].symbol) : 0;
    }
}

}  // namespace

std::vector<Hit> find_words(const std::vector<Char>& chars) {
    const Lexicon& words = lexicon();
    const std::vector<Step> steps = steps_of(chars, words);
    std::vector<Hit> hits;
    std::size_t covered = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].symbol == gap || steps[i].symbol == strange) continue;
        Hit hit;
        if (steps[i].starts) walk(words.at_start(), steps, i, hit);
        walk(words.anywhere(), steps, i, hit);
        if (hit.senses == 0) continue;
        // A stem takes the rest of its word.
        std::size_t end = hit.end;
        while (end < steps.size() && steps[end].symbol != gap && !steps[end].starts) ++end;
        if (end <= covered) continue;
        covered = end;
        hit.begin = steps[i].at;
        hit.end = steps[end - 1].at + 1;
        hits.push_back(hit);
    }
    return hits;
}

TableSize keyword_table_size() { return lexicon().size; }

}  // namespace smppd::pool
