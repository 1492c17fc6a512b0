// daemon/http/control_socket.hpp - the Unix socket of admins: how it is made, and who may use it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smppd::http {

/// A listening socket, and the group whose members are owners.
struct ControlSocket {
    int fd = -1;  ///< whoever takes it closes it
    std::string path;
    std::optional<gid_t> group;  ///< nothing when there is no such group
};

/// Makes `path`, mode 0660, of `group` where there is one and we may give it away. A file left by
/// a dead daemon is removed: a socket that nobody answers on, nothing else. Sets the umask for a
/// moment, so it must run before threads that make files.
/// Throws std::system_error with path and reason: another answers there, no socket, no permission.
ControlSocket open_control_socket(const std::string& path, const std::string& group);
/// Removes the file; errors are nobody's concern any more.
void remove_control_socket(const std::string& path) noexcept;

/// Who is at the other end of a Unix socket, as the kernel noted it when it connected.
struct PeerCredentials {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  ///< supplementary ones
};
/// Nothing when the kernel does not tell: then nobody is an owner.
std::optional<PeerCredentials> peer_credentials(int fd);

/// root, the daemon's own user and the members of the group are owners.
bool is_owner(const PeerCredentials& peer, uid_t own_uid, std::optional<gid_t> group) noexcept;

}  // namespace smppd::http
