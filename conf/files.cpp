// conf/files.cpp - see files.hpp.
#include "conf/files.hpp"

#include "conf/reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace smppd::conf {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

std::string octal(unsigned mode) {
    std::string text = "0";
    for (const unsigned shift : {6U, 3U, 0U})
        text += static_cast<char>('0' + ((mode >> shift) & 7U));
    return text;
}

}  // namespace

SmallFile read_small_file(const std::string& path, std::size_t max) {
    SmallFile file;
    const Descriptor fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    if (fd.get() < 0) {
        file.missing = errno == ENOENT;
        file.trouble = reason(errno);
        return file;
    }
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) {
        file.trouble = reason(errno);
        return file;
    }
    if (!S_ISREG(status.st_mode)) {
        file.trouble = S_ISDIR(status.st_mode) ? "it is a directory" : "it is not a regular file";
        return file;
    }
    file.mode = octal(status.st_mode);
    file.others_may = (status.st_mode & (S_IRWXO | S_IWGRP)) != 0;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) file.trouble = reason(errno);
        if (n <= 0) break;
        file.octets.append(buffer.data(), static_cast<std::size_t>(n));
        if (file.octets.size() > max) {
            file.trouble = "it has more than " + std::to_string(max) + " octets";
            break;
        }
    }
    if (!file.trouble.empty()) file.octets.clear();
    return file;
}

std::string open_to_others(const std::string& path, const SmallFile& file) {
    return shown(path) + " is open to others (mode " + file.mode +
           "); it must be for its owner, its group may read it: chmod g-w,o= " + shown(path);
}

}  // namespace smppd::conf
