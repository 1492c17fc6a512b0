// daemon/reload.cpp - see reload.hpp.
#include "daemon/reload.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace smppd {

namespace {

/// All but what the open socket is made of.
template <class Listener>
void take_up_listener(Listener& running, Listener fresh) {
    fresh.listen = running.listen;
    fresh.tls = running.tls;
    running = std::move(fresh);
}

bool is_socket(std::string_view key) {
    return key == "listen" || key == "tls" || key.starts_with("tls.");
}

/// Whether take_up() has done what a change of the key asks for.
bool taken_up(std::string_view key) {
    if (key == "log.level" || key == "stop_within") return true;
    const std::size_t dot = key.find('.');
    if (dot == std::string_view::npos) return false;
    const std::string_view group = key.substr(0, dot);
    const bool listener = group.starts_with("platform_listeners[") || group == "outbind_listener";
    return listener && !is_socket(key.substr(dot + 1));
}

}  // namespace

std::vector<std::string> take_up(conf::Config& running, conf::Config fresh) {
    std::vector<std::string> keys = conf::changed_keys(running, fresh);
    std::erase_if(keys, taken_up);
    running.carriers = std::move(fresh.carriers);
    running.profiles = std::move(fresh.profiles);
    running.workflows = std::move(fresh.workflows);
    running.mappings = std::move(fresh.mappings);
    running.log_level = fresh.log_level;
    running.stop_within = fresh.stop_within;
    for (conf::PlatformListener& listener : running.platform_listeners) {
        const auto same =
            std::find_if(fresh.platform_listeners.begin(), fresh.platform_listeners.end(),
                         [&](const auto& other) { return other.listen == listener.listen; });
        if (same != fresh.platform_listeners.end()) take_up_listener(listener, *same);
    }
    if (running.outbind_listener && fresh.outbind_listener) {
        take_up_listener(*running.outbind_listener, std::move(*fresh.outbind_listener));
    }
    return keys;
}

}  // namespace smppd
