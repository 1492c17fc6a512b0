// daemon/store/files.hpp - the files around the database: lock, ballast, directory.
#pragma once

#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

namespace smppd::store {

/// Closes a file descriptor in the end; -1 is none.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor();
    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

/// Makes what was created, renamed or removed beside `path` last.
std::error_code sync_directory_of(const std::string& path);
std::error_code sync_file(const std::string& path);
/// Makes the directory of `path` with mode 0700 where it is missing (its parent must be there).
std::error_code make_directory_of(const std::string& path);
/// Makes an empty file of mode 0600 that lasts; one that is there already is left alone, or with
/// `fresh` an error (file_exists). `created` says which it was.
std::error_code make_private_file(const std::string& path, bool fresh, bool& created);

/// Holds flock on `path` for its life. Throws std::system_error: Errc::locked when another
/// process has it, else what the system says.
class LockFile {
public:
    explicit LockFile(const std::string& path);

private:
    Descriptor file_;
};

/// Some room on the disk that is given up when nothing else is left, so that what is queued can
/// still be settled.
class Ballast {
public:
    Ballast(std::string path, std::size_t octets) : path_(std::move(path)), octets_(octets) {}
    /// Takes the room where it is not held and the disk has four times as much free.
    void take() const;
    /// Gives it up. False when there was none.
    bool drop() const;

private:
    std::string path_;
    std::size_t octets_;
};

}  // namespace smppd::store
