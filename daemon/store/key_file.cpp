// daemon/store/key_file.cpp - the file that holds the store's key.
#include "daemon/store/files.hpp"
#include "daemon/store/seal.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace smppd::store {

namespace {

using Key = std::array<std::uint8_t, 32>;

constexpr std::size_t file_max = 256;  // a key in any form, with a line end, is shorter

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw std::runtime_error("key file " + path + ": " + reason);
}

[[noreturn]] void refuse_errno(const std::string& path) {
    refuse(path, std::generic_category().message(errno));
}

std::string_view without_blanks_around(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool from_hex(std::string_view text, Key& key) {
    std::size_t size = 0;
    return text.size() == 2 * key.size() &&
           sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size,
                          nullptr) == 0 &&
           size == key.size();
}

bool from_base64(std::string_view text, Key& key) {
    for (const int variant :
         {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
          sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
        std::size_t size = 0;
        const char* end = nullptr;
        if (sodium_base642bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size,
                              &end, variant) == 0 &&
            size == key.size() && end == text.data() + text.size())
            return true;
    }
    return false;
}

Key make_key(const std::string& path) {
    Key key;
    randombytes_buf(key.data(), key.size());
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!file) refuse_errno(path);
    const ssize_t written = ::write(file.get(), key.data(), key.size());
    if (written != static_cast<ssize_t>(key.size()) || ::fsync(file.get()) != 0) {
        const int reason = errno;
        ::unlink(path.c_str());  // half a key would be refused for ever
        errno = reason;
        refuse_errno(path);
    }
    if (sync_directory_of(path)) refuse_errno(path);
    return key;
}

}  // namespace

Key load_key(const std::string& path, bool create) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) {
        if (errno == ENOENT && create) return make_key(path);
        refuse_errno(path);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) refuse_errno(path);
    if (!S_ISREG(status.st_mode)) refuse(path, "no regular file");
    // systemd gives credentials to root with mode 0440: the group may read, nobody else.
    if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        refuse(path, "others can read or change it; chmod 600");

    std::array<char, file_max> content{};
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
        if (got < 0) refuse_errno(path);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    const std::string_view raw(content.data(), size);
    const std::string_view text = without_blanks_around(raw);
    Key key{};
    bool good = true;
    // Octets as they are come first: chance may have made blanks of the outermost ones.
    if (raw.size() == key.size())
        std::copy(raw.begin(), raw.end(), key.begin());
    else
        good = from_hex(text, key) || from_base64(text, key);
    sodium_memzero(content.data(), content.size());
    if (!good) refuse(path, "holds no key of 32 octets (raw, hexadecimal or base64)");
    return key;
}

Key parse_key(std::string_view text, const std::string& name) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    Key key{};
    const std::string_view bare = without_blanks_around(text);
    if (!from_hex(bare, key) && !from_base64(bare, key))
        refuse(name, "holds no key of 32 octets (hexadecimal or base64)");
    return key;
}

}  // namespace smppd::store
