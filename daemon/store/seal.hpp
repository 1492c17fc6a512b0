// daemon/store/seal.hpp - the one pair that seals what must not be read at rest, and opens it.
// XChaCha20-Poly1305 of libsodium, a random nonce each, the record's identity as associated data.
#pragma once

#include "pool/types.hpp"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace smppd::store {

using KeyId = std::uint32_t;

/// A sealed value begins with a version octet and the key's id, so that keys by session can come
/// later without a change of schema: 1, key id (4, big endian), nonce (24), ciphertext with tag.
class Seal {
public:
    /// One key of 32 octets; `id` is stored with what it seals.
    Seal(KeyId id, const std::array<std::uint8_t, 32>& key);
    ~Seal();  // wipes the keys
    Seal(const Seal&);
    Seal& operator=(const Seal&) = delete;
    /// `context` binds the value to its place ("message:123:text"); open() needs the same.
    pool::Octets seal(std::span<const std::uint8_t> plain, std::string_view context) const;
    /// Nothing when the key is unknown, the context differs or a bit has changed.
    std::optional<pool::Octets> open(std::span<const std::uint8_t> sealed,
                                     std::string_view context) const;
    KeyId key_id() const noexcept { return id_; }

private:
    KeyId id_;
    std::map<KeyId, std::array<std::uint8_t, 32>> keys_;
};

/// Reads 32 octets (raw, or 64 hexadecimal digits, or base64) from `path`. Where the file does not
/// exist and `create`: makes it, mode 0600, from libsodium's generator, synced to disk.
/// Throws std::runtime_error with path and reason: wrong size, readable by others, not writable.
std::array<std::uint8_t, 32> load_key(const std::string& path, bool create);
/// The same from text: 64 hexadecimal digits or base64. `name` stands for the text in the error.
/// Throws std::runtime_error.
std::array<std::uint8_t, 32> parse_key(std::string_view text, const std::string& name);

}  // namespace smppd::store
