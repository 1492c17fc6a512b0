// daemon/store/seal.cpp - XChaCha20-Poly1305 around what must not be read at rest.
#include "daemon/store/seal.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace smppd::store {

namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t head_size = 5;  // version and key id
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t context_max = 64;
constexpr std::size_t nonces_drawn = 170;  // 4 KiB

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);

/// The associated data: the head and the context, so that neither can be exchanged.
struct Associated {
    std::array<std::uint8_t, head_size + context_max> octets;
    std::size_t size = 0;

    Associated(const std::uint8_t* head, std::string_view context) {
        if (context.size() > context_max) throw std::length_error("the seal's context is too long");
        const auto end = std::copy_n(head, head_size, octets.begin());
        std::copy(context.begin(), context.end(), end);
        size = head_size + context.size();
    }
};

/// A random nonce, each used once. The system's generator is asked for many at a time: a call for
/// each would cost more than the sealing.
void draw_nonce(std::uint8_t* nonce) {
    thread_local std::array<std::uint8_t, nonces_drawn * nonce_size> drawn;
    thread_local std::size_t left = 0;
    if (left == 0) {
        randombytes_buf(drawn.data(), drawn.size());
        left = nonces_drawn;
    }
    --left;
    std::copy_n(drawn.begin() + static_cast<std::ptrdiff_t>(left * nonce_size), nonce_size, nonce);
}

}  // namespace

Seal::Seal(KeyId id, const std::array<std::uint8_t, 32>& key) : id_(id) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    keys_.emplace(id, key);
}

Seal::Seal(const Seal&) = default;

Seal::~Seal() {
    for (auto& [id, key] : keys_) sodium_memzero(key.data(), key.size());
}

pool::Octets Seal::seal(std::span<const std::uint8_t> plain, std::string_view context) const {
    pool::Octets sealed(head_size + nonce_size + plain.size() + tag_size);
    sealed[0] = format_version;
    for (std::size_t i = 0; i < 4; ++i)
        sealed[1 + i] = static_cast<std::uint8_t>(id_ >> (24 - 8 * i));
    std::uint8_t* const nonce = sealed.data() + head_size;
    draw_nonce(nonce);
    const Associated associated(sealed.data(), context);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + nonce_size, nullptr, plain.data(), plain.size(), associated.octets.data(),
        associated.size, nullptr, nonce, keys_.at(id_).data());
    return sealed;
}

std::optional<pool::Octets> Seal::open(std::span<const std::uint8_t> sealed,
                                       std::string_view context) const {
    if (sealed.size() < head_size + nonce_size + tag_size || sealed[0] != format_version ||
        context.size() > context_max)
        return std::nullopt;
    KeyId id = 0;
    for (std::size_t i = 0; i < 4; ++i) id = id << 8 | sealed[1 + i];
    const auto key = keys_.find(id);
    if (key == keys_.end()) return std::nullopt;

    const Associated associated(sealed.data(), context);
    const auto nonce = sealed.subspan(head_size, nonce_size);
    const auto cipher = sealed.subspan(head_size + nonce_size);
    pool::Octets plain(cipher.size() - tag_size);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain.data(), nullptr, nullptr, cipher.data(), cipher.size(), associated.octets.data(),
            associated.size, nonce.data(), key->second.data()) != 0)
        return std::nullopt;
    return plain;
}

}  // namespace smppd::store
