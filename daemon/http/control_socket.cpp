// daemon/http/control_socket.cpp - bind, mode and group of the socket; credentials of its peers.
#include "daemon/http/control_socket.hpp"

#include "daemon/log.hpp"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace smppd::http {
namespace {

constexpr int backlog = 128;

[[noreturn]] void fail(const std::string& path, int error, const std::string& what) {
    throw std::system_error{error, std::generic_category(), "control socket " + path + ": " + what};
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        fail(path, ENAMETOOLONG,
             "the path must have 1 to " + std::to_string(sizeof address.sun_path - 1) + " octets");
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

int new_socket(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) fail(path, errno, "no socket");
    return fd;
}

/// Removes what a dead daemon left at `path`; throws when it is something else.
void remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return;
        fail(path, errno, "cannot be looked at");
    }
    if (!S_ISSOCK(found.st_mode)) fail(path, EEXIST, "a file that is no socket is there; move it");
    const int probe = new_socket(path);
    const int connected = ::connect(probe, generic(address), sizeof address);
    const int error = errno;
    ::close(probe);
    // A full backlog (EAGAIN) is somebody too.
    if (connected == 0 || error == EAGAIN || error == EINPROGRESS)
        fail(path, EADDRINUSE, "another smppd answers on it");
    if (error != ECONNREFUSED) fail(path, error, "cannot tell whether somebody answers on it");
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, errno, "cannot be removed");
}

std::optional<gid_t> group_of(const std::string& name) {
    if (name.empty()) return {};
    std::vector<char> buffer(64 * 1024);
    group entry{};
    group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
        return {};
    return entry.gr_gid;
}

}  // namespace

ControlSocket open_control_socket(const std::string& path, const std::string& group) {
    const sockaddr_un address = address_of(path);
    remove_stale(path, address);
    ControlSocket made{.fd = new_socket(path), .path = path, .group = group_of(group)};
    // The mode must be right from the first moment, so it is the umask's affair, not chmod's.
    const mode_t before = ::umask(0117);
    const int bound = ::bind(made.fd, generic(address), sizeof address);
    const int bind_error = errno;
    ::umask(before);
    if (bound != 0) {
        ::close(made.fd);
        fail(path, bind_error, "cannot be made");
    }
    if (made.group && ::chown(path.c_str(), static_cast<uid_t>(-1), *made.group) != 0)
        log::warning("control_socket_group",
                     {{"path", path}, {"group", group}, {"error", std::strerror(errno)}});
    if (::listen(made.fd, backlog) != 0) {
        const int listen_error = errno;
        ::close(made.fd);
        remove_control_socket(path);
        fail(path, listen_error, "cannot be listened on");
    }
    return made;
}

void remove_control_socket(const std::string& path) noexcept { ::unlink(path.c_str()); }

std::optional<PeerCredentials> peer_credentials(int fd) {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return {};
    PeerCredentials peer{.uid = credentials.uid, .gid = credentials.gid, .groups = {}};
    // The groups that the process had, from the kernel: asking the user database here could block
    // the network thread, and would count a membership that the process does not have.
    length = 0;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, nullptr, &length) == 0 || errno != ERANGE)
        return peer;
    peer.groups.resize(length / sizeof(gid_t));
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &length) != 0)
        peer.groups.clear();
    return peer;
}

bool is_owner(const PeerCredentials& peer, uid_t own_uid, std::optional<gid_t> group) noexcept {
    if (peer.uid == 0 || peer.uid == own_uid) return true;
    if (!group) return false;
    return peer.gid == *group ||
           std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end();
}

}  // namespace smppd::http
