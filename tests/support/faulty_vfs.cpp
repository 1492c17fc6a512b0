// tests/support/faulty_vfs.cpp - passes everything on to the VFS beneath, but for the faults.
#include "tests/support/faulty_vfs.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <stdexcept>

namespace smppd::test {

namespace {

/// The orders and the counts; one for the process, as SQLite's list of VFSs is.
struct Plan {
    int writes = 0, syncs = 0;
    int failing_write = 0, failing_sync = 0, full_from = 0;
    std::string ballast;
    bool struck = false;
};

Plan plan;
sqlite3_vfs* beneath = nullptr;
sqlite3_vfs shim;

/// The file of the VFS beneath lies right behind this one.
struct File {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

bool disk_is_full() {
    if (plan.full_from == 0 || plan.writes < plan.full_from) return false;
    return plan.ballast.empty() || ::access(plan.ballast.c_str(), F_OK) == 0;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    ++plan.writes;
    if (plan.writes == plan.failing_write) {
        plan.struck = true;
        real(file)->pMethods->xWrite(real(file), data, size / 2, at);
        return SQLITE_IOERR_WRITE;
    }
    if (disk_is_full()) {
        plan.struck = true;
        return SQLITE_FULL;
    }
    return real(file)->pMethods->xWrite(real(file), data, size, at);
}

int sync(sqlite3_file* file, int flags) {
    if (++plan.syncs == plan.failing_sync) {
        plan.struck = true;
        return SQLITE_IOERR_FSYNC;
    }
    return real(file)->pMethods->xSync(real(file), flags);
}

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
    return real(file)->pMethods->xRead(real(file), data, size, at);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
    return real(file)->pMethods->xTruncate(real(file), size);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}
int check_lock(sqlite3_file* file, int* held) {
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int control(sqlite3_file* file, int code, void* value) {
    return real(file)->pMethods->xFileControl(real(file), code, value);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int device(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** map) {
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, map);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
    return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods methods = {2,           close,       read,    write,   truncate,
                                        sync,        file_size,   lock,    unlock,  check_lock,
                                        control,     sector_size, device,  shm_map, shm_lock,
                                        shm_barrier, shm_unmap,   nullptr, nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    file->pMethods = nullptr;
    const int code = beneath->xOpen(beneath, name, real(file), flags, out);
    if (code == SQLITE_OK) file->pMethods = &methods;
    return code;
}

}  // namespace

FaultyVfs::FaultyVfs() {
    if (beneath != nullptr) throw std::logic_error("one faulty VFS at a time");
    plan = {};
    beneath = sqlite3_vfs_find(nullptr);
    shim = *beneath;
    shim.zName = "faulty";
    shim.szOsFile = static_cast<int>(sizeof(File)) + beneath->szOsFile;
    shim.pNext = nullptr;
    shim.xOpen = open;
    sqlite3_vfs_register(&shim, 1);
}

FaultyVfs::~FaultyVfs() {
    sqlite3_vfs_unregister(&shim);
    sqlite3_vfs_register(beneath, 1);
    beneath = nullptr;
}

void FaultyVfs::fail_write(int n) {
    plan = {};
    plan.failing_write = n;
}

void FaultyVfs::fail_sync(int n) {
    plan = {};
    plan.failing_sync = n;
}

void FaultyVfs::fill_disk(int n, std::string ballast) {
    plan = {};
    plan.full_from = n;
    plan.ballast = std::move(ballast);
}

void FaultyVfs::heal() { plan = {}; }
bool FaultyVfs::struck() const { return plan.struck; }
int FaultyVfs::writes() const { return plan.writes; }
int FaultyVfs::syncs() const { return plan.syncs; }

}  // namespace smppd::test
