// tools/smscsim/joiner.cpp - see joiner.hpp.
#include "tools/smscsim/joiner.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

std::optional<Shown> Joiner::take(Inbound inbound, Tlvs tlvs) {
    Shown shown;
    shown.from = inbound.source;
    shown.to = inbound.destination;
    shown.text = inbound.text.utf8;
    const auto part = inbound.user_data.part;
    if (!part) {
        shown.last = std::move(inbound);
        shown.tlvs = std::move(tlvs);
        return shown;
    }
    TextPiece piece{inbound.user_data.data, inbound.user_data.fill_bits, inbound.alphabet,
                    inbound.user_data.language};
    shown.total = part->total;
    shown.last = std::move(inbound);
    shown.tlvs = std::move(tlvs);
    const Key key{shown.from, shown.to, part->reference, part->width, part->total};
    if (open_.size() >= open_max && !open_.contains(key)) {
        open_.erase(std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
            return a.second.turn < b.second.turn;
        }));
    }
    Open& open = open_[key];
    if (open.turn == 0) open.turn = ++turns_;
    open.pieces.emplace(part->index, std::move(piece));
    open.shown = std::move(shown);
    if (open.pieces.size() < part->total) return std::nullopt;
    Shown whole = finish(std::move(open));
    open_.erase(key);
    return whole;
}

std::vector<Shown> Joiner::rest() {
    std::vector<Shown> all;
    for (auto& [key, open] : open_) all.push_back(finish(std::move(open)));
    open_.clear();
    return all;
}

Shown Joiner::finish(Open open) {
    std::vector<TextPiece> pieces;
    for (auto& [index, piece] : open.pieces) pieces.push_back(std::move(piece));
    open.shown.parts = static_cast<unsigned>(pieces.size());
    open.shown.text = join_text(pieces).utf8;
    return std::move(open.shown);
}

}  // namespace smppd::smscsim
