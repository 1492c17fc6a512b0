// pool/extract_links.hpp - finds links, addresses and a retriever's hash in a folded text.
#pragma once

#include "pool/extract_chars.hpp"

namespace smppd::pool {

/// A link as it stands in the text, as indices of characters.
struct Link {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t host_begin = 0;
    std::uint32_t host_end = 0;
};

/// The links in `text`, with or without a scheme; their characters, those of mail addresses and
/// those of an Android retriever's hash at the end become `hidden`. A link without scheme and path
/// is one only when its last label is a usual top-level domain. Linear.
std::vector<Link> hide_links(std::string_view text, std::vector<Char>& chars);

/// The part of a host that its owner registered: "shop.co.uk" of "www.shop.co.uk"; empty for an
/// address of digits and for shorteners, which hide whose it is.
std::string registrable_domain(std::string_view host);

/// Length of "@host #code" at the front of `line`, 0 when it is none; `code` gets the code.
/// Source: WICG sms-one-time-codes, "parse an origin-bound one-time code message".
std::size_t origin_bound(std::string_view line, std::string_view& code);

}  // namespace smppd::pool
