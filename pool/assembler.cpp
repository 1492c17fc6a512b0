// pool/assembler.cpp - collects the parts of long messages.
#include "pool/assembler.hpp"

#include <algorithm>
#include <cassert>

namespace smppd::pool {
namespace {

// Reverts come in one burst when a commit group fails; older ones have met their assembly.
constexpr std::size_t withdrawn_max = 4096;

/// A part without octets costs memory too, so its record counts.
std::size_t cost(const Part& part) noexcept {
    return sizeof(Part) + part.key.carrier.size() + part.key.source.size() +
           part.key.destination.size() + part.data.size() + part.octets.size();
}

std::size_t cost(const Assembly& assembly) noexcept {
    std::size_t sum = 0;
    for (const Part& part : assembly.parts) sum += cost(part);
    return sum;
}

template <class AnAssembly>
auto place_of(AnAssembly& assembly, std::uint8_t index) {
    return std::lower_bound(assembly.parts.begin(), assembly.parts.end(), index,
                            [](const Part& part, std::uint8_t i) { return part.index < i; });
}

const Part* part_at(const Assembly& assembly, std::uint8_t index) {
    const auto place = place_of(assembly, index);
    return place != assembly.parts.end() && place->index == index ? &*place : nullptr;
}

bool same_octets(const Part& a, const Part& b) noexcept {
    return a.data_coding == b.data_coding && a.data == b.data && a.octets == b.octets;
}

}  // namespace

Assembly* Assembler::open(Id id) {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
}

/// Everything that knows an assembly learns of it here, and forgets it in take().
void Assembler::insert(Assembly assembly) {
    assert(!assembly.parts.empty());
    octets_ += cost(assembly);
    deadlines_.emplace(assembly.deadline, assembly.id);
    std::vector<Id>& ids = by_key_[assembly.parts.front().key];
    ids.insert(std::upper_bound(ids.begin(), ids.end(), assembly.id), assembly.id);
    const Id id = assembly.id;
    open_.emplace(id, std::move(assembly));
}

Assembly Assembler::take(Id id) {
    auto node = open_.extract(id);
    assert(!node.empty());
    Assembly assembly = std::move(node.mapped());
    octets_ -= cost(assembly);
    deadlines_.erase({assembly.deadline, id});
    const auto ids = by_key_.find(assembly.parts.front().key);
    assert(ids != by_key_.end());
    std::erase(ids->second, id);
    if (ids->second.empty()) by_key_.erase(ids);
    return assembly;
}

Assembler::Added Assembler::join(Assembly& assembly, Part part) {
    part.assembly = assembly.id;
    part.owner = assembly.parts.front().owner;
    part.unowned = assembly.parts.front().unowned;
    octets_ += cost(part);
    assembly.parts.insert(place_of(assembly, part.index), part);
    Added added{.part = std::move(part)};
    if (assembly.complete()) added.complete = take(assembly.id);
    return added;
}

Result<Assembler::Added> Assembler::add(Part part, std::chrono::milliseconds timeout) {
    if (part.index == 0 || part.index > part.key.total) return Errc::bad_value;
    Assembly* lacking = nullptr;
    bool replaced = false;
    if (const auto ids = by_key_.find(part.key); ids != by_key_.end()) {
        for (auto id = ids->second.rbegin(); id != ids->second.rend(); ++id) {
            Assembly* assembly = open(*id);
            assert(assembly != nullptr);
            const Part* present = part_at(*assembly, part.index);
            if (present != nullptr && same_octets(*present, part)) {
                return Added{.part = *present, .duplicate = true};
            }
            replaced = replaced || present != nullptr;
            if (present == nullptr && lacking == nullptr) lacking = assembly;
        }
    }
    if (octets_ + cost(part) > options_.octets_max) return Errc::full;
    if (lacking != nullptr) return join(*lacking, std::move(part));
    if (part.key.total > 1 && open_.size() >= options_.assemblies_max) return Errc::full;

    part.assembly = part.id;
    Added added{.part = part, .replaced = replaced};
    Assembly assembly{
        .id = part.id, .first_part_at = part.arrived_at, .deadline = part.arrived_at + timeout};
    assembly.parts.push_back(std::move(part));
    if (assembly.complete())
        added.complete = std::move(assembly);
    else
        insert(std::move(assembly));
    return added;
}

bool Assembler::lacks(const Part& part) const {
    const auto ids = by_key_.find(part.key);
    if (ids == by_key_.end()) return false;
    bool lacking = false;
    for (const Id id : ids->second) {
        const Part* present = part_at(open_.at(id), part.index);
        if (present != nullptr && same_octets(*present, part)) return false;
        lacking = lacking || present == nullptr;
    }
    return lacking;
}

void Assembler::restore(Part part, std::chrono::milliseconds timeout) {
    const Id id = part.assembly != 0 ? part.assembly : part.id;
    Assembly assembly{.id = id, .first_part_at = part.arrived_at};
    if (open(id) != nullptr) {
        assembly = take(id);
        assembly.first_part_at = std::min(assembly.first_part_at, part.arrived_at);
    }
    assembly.deadline = assembly.first_part_at + timeout;
    part.assembly = id;
    if (part_at(assembly, part.index) == nullptr) {
        assembly.parts.insert(place_of(assembly, part.index), std::move(part));
    }
    // One that is whole here lacks only its message, which a cut kept from being recorded: it is
    // given out with the expired ones, at once.
    if (assembly.complete()) assembly.deadline = assembly.first_part_at;
    insert(std::move(assembly));
}

void Assembler::revert(const Added& added) {
    if (added.duplicate) return;
    Assembly assembly;
    if (added.complete) {
        assembly = *added.complete;
    } else if (open(added.part.assembly) != nullptr) {
        assembly = take(added.part.assembly);
    } else {
        withdrawn_.insert(added.part.id);
        if (withdrawn_.size() > withdrawn_max) withdrawn_.erase(withdrawn_.begin());
    }
    std::erase_if(assembly.parts, [&](const Part& part) {
        return part.id == added.part.id || withdrawn_.erase(part.id) != 0;
    });
    if (!assembly.parts.empty()) insert(std::move(assembly));
}

std::vector<Assembly> Assembler::expired(WallTime now, std::size_t max) {
    std::vector<Assembly> out;
    while (out.size() < max && deadline() <= now && !deadlines_.empty()) {
        out.push_back(take(deadlines_.begin()->second));
    }
    return out;
}

void Assembler::put_back(Assembly assembly, WallTime retry_at) {
    if (assembly.parts.empty() || open(assembly.id) != nullptr) return;
    assembly.deadline = retry_at;
    insert(std::move(assembly));
}

WallTime Assembler::deadline() const noexcept {
    return deadlines_.empty() ? WallTime::max() : deadlines_.begin()->first;
}

std::size_t Assembler::size() const noexcept { return open_.size(); }

std::size_t Assembler::octets() const noexcept { return octets_; }

}  // namespace smppd::pool
