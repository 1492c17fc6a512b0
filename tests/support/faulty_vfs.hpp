// tests/support/faulty_vfs.hpp - a file system for SQLite that fails when it is told to.
#pragma once

#include <string>

namespace smppd::test {

/// The default VFS of SQLite for its life: connections opened meanwhile go through it. One at a
/// time; all calls on one thread.
class FaultyVfs {
public:
    FaultyVfs();
    ~FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    /// The n-th write from now, counted from 1, fails with an I/O error; half of it is written.
    void fail_write(int n);
    /// The n-th fsync from now fails.
    void fail_sync(int n);
    /// From the n-th write on the disk is full, until heal(), or until there is no file `ballast`.
    void fill_disk(int n, std::string ballast = {});
    void heal();
    /// Whether a fault has struck since it was set.
    bool struck() const;
    int writes() const;  ///< since the last order
    int syncs() const;
};

}  // namespace smppd::test
