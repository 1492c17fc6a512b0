// conf/files.hpp - reads the small files that the configuration names.
#pragma once

#include <cstddef>
#include <string>

namespace smppd::conf {

struct SmallFile {
    std::string octets;
    std::string trouble;      ///< why it could not be read; empty: it was
    bool missing = false;     ///< there is no such file
    bool others_may = false;  ///< its group may write it, or others read, write or run it
    std::string mode;         ///< "0644"
};

/// A regular file of at most `max` octets. Does not wait on pipes or devices.
SmallFile read_small_file(const std::string& path, std::size_t max);

/// What to say of a secret's file with `others_may`.
std::string open_to_others(const std::string& path, const SmallFile& file);

}  // namespace smppd::conf
