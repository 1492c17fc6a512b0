// daemon/notify/host_places.cpp - see host_places.hpp.
#include "daemon/notify/host_places.hpp"

#include <algorithm>

namespace smppd::notify {

bool HostPlaces::Host::idle() const noexcept {
    return taken == 0 && std::all_of(lines.begin(), lines.end(),
                                     [](const Line& line) { return line.order.empty(); });
}

bool HostPlaces::take(const std::string& name, pool::Id webhook, std::size_t own, bool is_proven) {
    if (own > 0 && own + 1 >= std::max<std::size_t>(at_once_, 2)) return false;
    Host& host = hosts_[name];
    const Want want = is_proven ? proven : own == 0 ? first : more;
    if (room(host, want)) {
        ++host.taken;
        if (!is_proven) ++host.unproven;
        return true;
    }
    Line& line = host.lines[want];
    if (line.inside.insert(webhook).second) line.order.push_back(webhook);
    return false;
}

void HostPlaces::give_back(const std::string& name, bool was_proven) {
    const auto found = hosts_.find(name);
    if (found == hosts_.end()) return;
    Host& host = found->second;
    --host.taken;
    if (!was_proven) --host.unproven;
    if (host.idle()) hosts_.erase(found);
}

pool::Id HostPlaces::next(const std::string& name) {
    const auto found = hosts_.find(name);
    if (found == hosts_.end()) return 0;
    Host& host = found->second;
    for (const Want want : {first, proven, more}) {
        Line& line = host.lines[want];
        if (line.order.empty() || !room(host, want)) continue;
        const pool::Id webhook = line.order.front();
        line.order.pop_front();
        line.inside.erase(webhook);
        if (host.idle()) hosts_.erase(found);
        return webhook;
    }
    return 0;
}

std::string host_of(std::string_view url) {
    const bool clear = url.starts_with("http:");
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    // An IPv6 address has colons too, within brackets.
    const std::size_t colon = url.find(':', url.starts_with('[') ? url.find(']') : 0);
    std::string_view port = colon == std::string_view::npos ? "" : url.substr(colon + 1);
    while (port.starts_with('0')) port.remove_prefix(1);
    std::string_view name = url.substr(0, colon);
    if (name.ends_with('.')) name.remove_suffix(1);
    std::string host{name};
    std::transform(host.begin(), host.end(), host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    host += ':';
    host += !port.empty() ? port : clear ? "80" : "443";
    return host;
}

}  // namespace smppd::notify
