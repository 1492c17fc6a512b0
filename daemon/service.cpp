// daemon/service.cpp - see service.hpp.
#include "daemon/service.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace smppd::service {

void notify(const std::string& lines) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t length = std::strlen(path);
    if (length >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, path, length);
    // '@' stands for the NUL that begins an abstract name.
    if (path[0] == '@') address.sun_path[0] = '\0';
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    ::sendto(fd, lines.data(), lines.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address),
             static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length));
    ::close(fd);
}

namespace {
std::optional<long long> number(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return {};
    const std::string_view digits = text;
    long long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value <= 0) return {};
    return value;
}
}  // namespace

std::optional<std::chrono::microseconds> watchdog() {
    if (const auto pid = number("WATCHDOG_PID"); pid && *pid != ::getpid()) return {};
    const auto interval = number("WATCHDOG_USEC");
    if (!interval) return {};
    return std::chrono::microseconds{*interval};
}

}  // namespace smppd::service
