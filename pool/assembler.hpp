// pool/assembler.hpp - collects the parts of long messages, from plain values.
#pragma once

#include "pool/change.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace smppd::pool {

struct AssemblerOptions {
    std::size_t assemblies_max = 100'000;       ///< open at once; then add() says Errc::full
    std::size_t octets_max = 64 * 1024 * 1024;  ///< as octets() counts; then Errc::full
};

/// The parts of one message, in order of their index.
struct Assembly {
    Id id = 0;  ///< of the part that arrived first
    WallTime first_part_at{};
    WallTime deadline{};      ///< when it is given up
    std::vector<Part> parts;  ///< sorted by index, no index twice
    bool complete() const noexcept {
        return !parts.empty() && parts.size() == parts.front().key.total;
    }
};

/// Any order, any time apart up to the limit. Memory is bounded; what it holds is in the store too.
class Assembler {
public:
    explicit Assembler(AssemblerOptions options = {}) : options_(options) {}

    /// What a part became.
    struct Added {
        Part part;                         ///< with its assembly id and the owner of that
        std::optional<Assembly> complete;  ///< set: that was the last one; it is out of here
        bool replaced = false;   ///< that index was there with other octets: the first stays, this
                                 ///< is a new assembly of its own (a reference used again)
        bool duplicate = false;  ///< that index is here with these octets: `part` is the earlier
                                 ///< one, nothing changed, nothing is to be recorded
    };
    /// Takes a part. `timeout`: from the first part's arrival to giving up. The part of an open
    /// assembly gets that assembly's owner; a first one keeps `part.owner`. When
    /// a reference is used again while the first message is open, the newest assembly that lacks
    /// the index gets the part. Errc::full; Errc::bad_value: an index outside of 1 to total.
    Result<Added> add(Part part, std::chrono::milliseconds timeout);
    /// Whether an open assembly waits for this part: one of its key lacks the index, and none has
    /// it with these octets.
    bool lacks(const Part& part) const;
    /// A part from the store, at start. Its assembly id and owner are set already. The limits do
    /// not count: what was acknowledged is kept.
    void restore(Part part, std::chrono::milliseconds timeout);
    /// The commit of that part failed: it has never been here. Reopens an assembly that it
    /// completed. In any order: a part of an assembly that a later part has completed is left out
    /// when that one is reverted too.
    void revert(const Added& added);
    /// The assemblies whose deadline has come, at most `max`; they are out of here.
    std::vector<Assembly> expired(WallTime now, std::size_t max = 100);
    /// An assembly that could not be committed when it expired comes back, to be tried again.
    void put_back(Assembly assembly, WallTime retry_at);
    /// When expired() has something next; WallTime::max() for never.
    WallTime deadline() const noexcept;
    std::size_t size() const noexcept;
    /// What the open parts take: their octets, addresses and the record of each.
    std::size_t octets() const noexcept;

private:
    Assembly* open(Id id);
    void insert(Assembly assembly);
    Assembly take(Id id);
    Added join(Assembly& assembly, Part part);

    AssemblerOptions options_;
    std::unordered_map<Id, Assembly> open_;
    std::map<PartKey, std::vector<Id>> by_key_;  // oldest first; more than one: a reference again
    std::set<std::pair<WallTime, Id>> deadlines_;
    std::size_t octets_ = 0;
    std::set<Id> withdrawn_;  // parts reverted after a later one had completed their assembly
};

}  // namespace smppd::pool
