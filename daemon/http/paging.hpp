// daemon/http/paging.hpp - pages of lists that are in memory as a whole and small.
#pragma once

#include "daemon/http/call.hpp"

#include <algorithm>

namespace smppd::http {

/// The page after `page.cursor` of `all`, in the order of `key(one)`, which is the cursor too.
template <class T, class Key, class Render>
Response paged(std::vector<T> all, const Page& page, Key key, Render render) {
    std::sort(all.begin(), all.end(),
              [&](const T& one, const T& other) { return key(one) < key(other); });
    boost::json::array items;
    std::string last;
    bool more = false;
    for (const T& one : all) {
        if (!page.cursor.empty() && key(one) <= page.cursor) continue;
        more = items.size() == page.limit;
        if (more) break;
        items.push_back(render(one));
        last = key(one);
    }
    return list_response(std::move(items), more ? last : std::string{});
}

/// The page of what was read with one above `limit`: drops that one and names the last kept.
template <class T, class Key, class Render>
Response read_page(std::vector<T> read, std::size_t limit, Key key, Render render) {
    const bool more = read.size() > limit;
    if (more) read.resize(limit);
    boost::json::array items;
    for (const T& one : read) items.push_back(render(one));
    return list_response(std::move(items), more ? key(read.back()) : std::string{});
}

}  // namespace smppd::http
