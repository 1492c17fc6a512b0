// tests/daemon/http/test_control_socket.cpp - who is an owner.
#include "daemon/http/control_socket.hpp"

#include <doctest/doctest.h>

using namespace smppd::http;

TEST_CASE("control socket: root, the daemon's user and the group are owners") {
    CHECK(is_owner({.uid = 0, .gid = 5, .groups = {}}, 900, 77));
    CHECK(is_owner({.uid = 900, .gid = 5, .groups = {}}, 900, 77));
    CHECK(is_owner({.uid = 1000, .gid = 77, .groups = {}}, 900, 77));
    CHECK(is_owner({.uid = 1000, .gid = 5, .groups = {4, 77}}, 900, 77));
}

TEST_CASE("control socket: nobody else is, whatever group does not exist") {
    CHECK_FALSE(is_owner({.uid = 1000, .gid = 5, .groups = {4, 76, 78}}, 900, 77));
    CHECK_FALSE(is_owner({.uid = 1000, .gid = 5, .groups = {4, 0}}, 900, {}));
    CHECK_FALSE(is_owner({.uid = 901, .gid = 0, .groups = {0}}, 900, {}));
}
