// daemon/store/files.cpp - lock, ballast and directory on a POSIX file system.
#include "daemon/store/files.hpp"

#include "daemon/store/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

namespace smppd::store {

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::error_code sync_path(const std::string& path, int flags) {
    const Descriptor file{::open(path.c_str(), flags | O_CLOEXEC)};
    if (!file || ::fsync(file.get()) != 0) return last_error();
    return {};
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

std::error_code sync_directory_of(const std::string& path) {
    return sync_path(directory_of(path), O_RDONLY | O_DIRECTORY);
}

std::error_code sync_file(const std::string& path) { return sync_path(path, O_RDWR); }

std::error_code make_directory_of(const std::string& path) {
    const std::string directory = directory_of(path);
    if (::mkdir(directory.c_str(), 0700) == 0) return sync_directory_of(directory);
    if (errno == EEXIST) return {};
    return last_error();
}

std::error_code make_private_file(const std::string& path, bool fresh, bool& created) {
    const Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    created = static_cast<bool>(file);
    if (!file) return errno == EEXIST && !fresh ? std::error_code{} : last_error();
    if (::fsync(file.get()) != 0) return last_error();
    return sync_directory_of(path);
}

LockFile::LockFile(const std::string& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (!file_) throw std::system_error(last_error(), "lock file " + path);
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno == EWOULDBLOCK)
        throw std::system_error(make_error_code(Errc::locked), "lock file " + path);
    throw std::system_error(last_error(), "lock file " + path);
}

void Ballast::take() const {
    struct stat held {};
    if (octets_ == 0 || ::stat(path_.c_str(), &held) == 0) return;
    struct statvfs space {};
    if (::statvfs(directory_of(path_).c_str(), &space) != 0 ||
        space.f_bavail * space.f_frsize / 4 < octets_)
        return;
    const Descriptor file{::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    // Half of it is no use: a file that could not be filled is taken away again.
    if (!file || ::posix_fallocate(file.get(), 0, static_cast<off_t>(octets_)) != 0)
        ::unlink(path_.c_str());
}

bool Ballast::drop() const { return ::unlink(path_.c_str()) == 0; }

}  // namespace smppd::store
