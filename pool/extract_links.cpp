// pool/extract_links.cpp - finds links, addresses and a retriever's hash in a folded text.
#include "pool/extract_links.hpp"

#include <algorithm>

namespace smppd::pool {
namespace {

/// Top-level domains under which links in messages stand. Others need "://" or "www.".
constexpr std::string_view top_level =
    " com net org info biz io co app dev me tv cc ai link page site online shop store xyz club top "
    "live pro mobi name cloud tech bank pay click space website one world today life news media "
    "digital email support help vip win fun icu work team group care health finance money cash "
    "zone center agency studio design academy school events social chat games travel kitchen "
    "example test invalid edu gov mil int eu asia africa lat cat ly gl gle gg fm to is it in us uk "
    "de fr es pt nl be lu ch at li dk se no fi ee lv lt pl cz sk hu ro bg gr cy mt hr si rs ba me "
    "mk "
    "al xk tr ru su ua by md ge am az kz uz kg tj tm mn cn hk tw mo jp kr th vn la kh mm my sg id "
    "ph "
    "bd lk np pk af ir iq sa ae qa kw bh om ye jo lb sy il ps eg ly tn dz ma sd et ke tz ug rw ng "
    "gh "
    "ci sn cm za zw zm mw mz na bw ao au nz fj ca mx gt hn sv ni cr pa cu do pr jm tt co ve ec pe "
    "bo "
    "br py uy ar cl ie im je st sh ws be la so ";

/// Second labels under which others register: "co.uk", "com.br".
constexpr std::string_view second_level =
    " co com net org gov edu ac or ne go gob nom nic mil id web ";

/// Top-level domains that are words: "your code.it expires" names no host.
constexpr std::string_view word_domains =
    " is it in to no do by me at so us be my la de es il al se ne as am an ch co ba sa su ru is st "
    "si "
    "so help work support today life pay page click link team group one world fun win vip live "
    "top ";

constexpr std::string_view shorteners =
    " bit.ly t.co goo.gl tinyurl.com ow.ly is.gd buff.ly cutt.ly rb.gy rebrand.ly shorturl.at t.ly "
    "tiny.cc v.gd s.id lnkd.in onelink.me app.link page.link smart.link clck.ru u.to vk.cc urlz.fr "
    "sms.to dwz.cn url.cn t.cn t.me wa.me qr.ae bl.ink ";

/// The words of a list between blanks, sorted.
class WordList {
public:
    explicit WordList(std::string_view list) {
        for (std::size_t at = 1; at < list.size(); at = list.find(' ', at) + 1)
            words_.push_back(list.substr(at, list.find(' ', at) - at));
        std::sort(words_.begin(), words_.end());
    }
    bool has(std::string_view word) const noexcept {
        return std::binary_search(words_.begin(), words_.end(), word);
    }

private:
    std::vector<std::string_view> words_;
};

bool is_top_level(std::string_view label) {
    static const WordList list(top_level);
    return list.has(label);
}
bool is_second_level(std::string_view label) {
    static const WordList list(second_level);
    return list.has(label);
}
bool is_word_domain(std::string_view label) {
    static const WordList list(word_domains);
    return list.has(label);
}
bool is_shortener(std::string_view host) {
    static const WordList list(shorteners);
    return list.has(host);
}

bool is_plain(const Char& c) noexcept { return c.plain && c.folded > 0x20 && c.folded < 0x7f; }
bool is_link_character(const Char& c) noexcept {
    constexpr std::u32string_view others = U"<>\"|\\^`{}";
    return is_plain(c) && others.find(c.folded) == others.npos;
}
bool is_host_character(const Char& c) noexcept {
    return c.plain && (is_ascii_alnum(c) || c.folded == '-' || c.folded == '.');
}

class Finder {
public:
    Finder(std::string_view text, std::vector<Char>& chars) : text_(text), chars_(chars) {}

    std::vector<Link> run() {
        const std::size_t size = chars_.size();
        for (std::size_t i = 0; i < size;) {
            if (!is_link_character(chars_[i])) {
                ++i;
                continue;
            }
            std::size_t end = i;
            while (end < size && is_link_character(chars_[end])) ++end;
            in_run(i, end);
            i = end;
        }
        hide_hash();
        return std::move(links_);
    }

private:
    char32_t at(std::size_t i) const noexcept { return i < chars_.size() ? chars_[i].folded : 0; }
    bool reads(std::size_t i, std::string_view word) const noexcept {
        for (const char c : word)
            if (at(i++) != static_cast<unsigned char>(c)) return false;
        return true;
    }

    /// One stretch without blanks: at most one link in it.
    void in_run(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i + 2 < end; ++i) {
            if (reads(i, "://")) {
                std::size_t scheme = i;
                while (scheme > begin && is_ascii_letter(chars_[scheme - 1])) --scheme;
                if (scheme < i) return add(scheme, i + 3, end);
            }
            if (reads(i, "www.") && i + 4 < end && is_ascii_alnum(chars_[i + 4]) &&
                (i == begin || !is_ascii_alnum(chars_[i - 1])))
                return add(i, i, end);
        }
        bare_hosts(begin, end);
    }

    void bare_hosts(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end;) {
            if (!is_host_character(chars_[i])) {
                ++i;
                continue;
            }
            std::size_t host_end = i;
            while (host_end < end && is_host_character(chars_[host_end])) ++host_end;
            const std::size_t dotless = trimmed_host(i, host_end);
            if (i > begin && at(i - 1) == '@') {
                hide_address(begin, i, host_end);
            } else if (at(host_end) != '@' && is_bare_link(i, dotless, host_end, end)) {
                return add(i, i, at(host_end) == '/' && host_end < end ? end : dotless);
            }
            i = host_end;
        }
    }

    std::size_t trimmed_host(std::size_t begin, std::size_t end) const noexcept {
        while (end > begin && (at(end - 1) == '.' || at(end - 1) == '-')) --end;
        return end;
    }

    /// "name@host.example", and not the "@host #code" of an origin-bound line.
    void hide_address(std::size_t begin, std::size_t host, std::size_t host_end) {
        std::size_t name = host - 1;
        while (name > begin &&
               (is_host_character(chars_[name - 1]) || at(name - 1) == '_' || at(name - 1) == '+'))
            --name;
        for (std::size_t i = name; i < trimmed_host(host, host_end); ++i) chars_[i].hidden = true;
    }

    bool is_bare_link(std::size_t begin, std::size_t dotless, std::size_t host_end,
                      std::size_t end) const {
        std::size_t label = dotless, dots = 0;
        for (std::size_t i = begin; i < dotless; ++i) {
            if (at(i) != '.') continue;
            if (i == begin || at(i - 1) == '.') return false;
            label = i + 1;
            ++dots;
        }
        if (dots == 0 || dotless - label < 2 || dotless - label > 12) return false;
        std::string last;
        bool upper = false;
        for (std::size_t i = label; i < dotless; ++i) {
            if (!is_ascii_letter(chars_[i])) return false;
            upper = upper || chars_[i].upper;
            last += static_cast<char>(at(i));
        }
        if (!is_top_level(last)) return false;
        if (host_end < end && at(host_end) == '/' && host_end + 1 < end) return true;
        if (upper || label - begin <= 3 || (dots == 1 && is_word_domain(last))) return false;
        return std::any_of(chars_.begin() + static_cast<std::ptrdiff_t>(begin),
                           chars_.begin() + static_cast<std::ptrdiff_t>(label), is_ascii_letter);
    }

    void add(std::size_t begin, std::size_t host, std::size_t end) {
        constexpr std::u32string_view closing = U".,;:!?)]'*_~";
        const bool opens = opens_within(begin, end);
        while (end > host && closing.find(at(end - 1)) != closing.npos) {
            if (at(end - 1) == ')' && opens) break;
            --end;
        }
        std::size_t host_end = host;
        while (host_end < end && (is_host_character(chars_[host_end]))) ++host_end;
        if (host_end == host) return;
        for (std::size_t i = begin; i < end; ++i) chars_[i].hidden = true;
        links_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                          static_cast<std::uint32_t>(host), static_cast<std::uint32_t>(host_end)});
    }
    bool opens_within(std::size_t begin, std::size_t end) const noexcept {
        for (std::size_t i = begin; i < end; ++i)
            if (at(i) == '(') return true;
        return false;
    }

    /// The last word when it can be a retriever's hash: 11 characters of base64, of two kinds.
    void hide_hash() {
        std::size_t end = chars_.size();
        while (end > 0 && !is_link_character(chars_[end - 1])) --end;
        std::size_t begin = end;
        int kinds = 0;
        while (begin > 0 && end - begin < 12 && is_base64(chars_[begin - 1])) {
            --begin;
            const Char& c = chars_[begin];
            kinds |= c.kind == Kind::digit ? 1 : c.upper ? 2 : is_ascii_letter(c) ? 4 : 8;
        }
        const bool two_kinds = (kinds & (kinds - 1)) != 0;
        if (end - begin != 11 || !two_kinds || (begin > 0 && is_link_character(chars_[begin - 1])))
            return;
        for (std::size_t i = begin; i < end; ++i) chars_[i].hidden = true;
    }
    static bool is_base64(const Char& c) noexcept {
        return is_plain(c) && (is_ascii_alnum(c) || c.folded == '+' || c.folded == '/');
    }

    std::string_view text_;
    std::vector<Char>& chars_;
    std::vector<Link> links_;
};

/// WICG: a marker and what follows it up to ASCII white space.
std::string_view marked_token(std::string_view line, std::size_t& at, char marker) {
    if (at >= line.size() || line[at] != marker) return {};
    const std::size_t end = std::min(line.find_first_of(" \t\n\f\r", at + 1), line.size());
    const std::string_view token = line.substr(at + 1, end - at - 1);
    at = end;
    return token;
}

}  // namespace

std::vector<Link> hide_links(std::string_view text, std::vector<Char>& chars) {
    return Finder(text, chars).run();
}

std::string registrable_domain(std::string_view host) {
    std::string lower;
    for (const char c : host)
        lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    while (!lower.empty() && lower.back() == '.') lower.pop_back();
    const std::size_t last = lower.rfind('.');
    if (last == lower.npos || last == 0 || lower[lower.size() - 1] <= '9') return {};
    std::size_t begin = lower.rfind('.', last - 1);
    const std::string_view second = std::string_view(lower).substr(
        begin == lower.npos ? 0 : begin + 1, last - (begin == lower.npos ? 0 : begin + 1));
    // "shop.co.uk" is registered under "co.uk", which only countries have.
    if (begin != lower.npos && begin > 0 && lower.size() - last == 3 && is_second_level(second))
        begin = lower.rfind('.', begin - 1);
    std::string domain = begin == lower.npos ? lower : lower.substr(begin + 1);
    if (is_shortener(domain) || is_shortener(lower)) return {};
    return domain;
}

std::size_t origin_bound(std::string_view line, std::string_view& code) {
    std::size_t at = 0;
    const std::string_view host = marked_token(line, at, '@');
    if (host.empty() || host.find('.') == host.npos) return 0;
    if (at >= line.size() || line[at] != ' ') return 0;
    ++at;
    const std::string_view token = marked_token(line, at, '#');
    if (token.empty()) return 0;
    code = token;
    return at;
}

}  // namespace smppd::pool
