// daemon/notify/host_places.hpp - the posts that one host gets at once, shared among the webhooks
// that lead there: one that is slow or silent delays none of the others.
#pragma once

#include "pool/ids.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace smppd::notify {

/// Of a host's places a webhook may have all but one when its last answer was good and quick. The
/// others, of which nothing is known or nothing good, have one each, and half of the places between
/// them for more.
class HostPlaces {
public:
    explicit HostPlaces(std::size_t at_once) : at_once_(at_once) {}

    /// Takes a place for a webhook that has `own` of them. False: there is none for it; when that
    /// is for the others' sake it stands in line, else its own answers make room.
    bool take(const std::string& host, pool::Id webhook, std::size_t own, bool is_proven);
    /// Gives one back, by `is_proven` as it was when it was taken.
    void give_back(const std::string& host, bool was_proven);
    /// Who stands in line first and may have a place now, out of the line with it; 0: nobody.
    /// Whoever does not take the place passes it on by calling this again.
    pool::Id next(const std::string& host);

private:
    struct Line {
        std::deque<pool::Id> order;
        std::unordered_set<pool::Id> inside;
    };
    /// What a place is wanted for, in the order in which they are served.
    enum Want { first, proven, more, wants };
    struct Host {
        std::size_t taken = 0, unproven = 0;
        std::array<Line, wants> lines;
        bool idle() const noexcept;
    };
    std::size_t half() const noexcept { return at_once_ < 4 ? 1 : at_once_ / 2; }
    bool room(const Host& host, Want want) const noexcept {
        return host.taken < at_once_ && (want != more || host.unproven < half());
    }

    const std::size_t at_once_;
    std::unordered_map<std::string, Host> hosts_;
};

/// "host:port" of a URL, in lower case: what two webhooks share when they share a host.
std::string host_of(std::string_view url);

}  // namespace smppd::notify
