// conf/tables.hpp - the tables of keys, one a mapping.
#pragma once

#include "conf/table.hpp"

namespace smppd::conf {

/// What the file fills: the configuration, and what only the reading of it needs.
struct Document {
    Config config;
    std::string include;
};

/// The keys of the file itself.
const Table<Document>& root_table();
/// tables_carrier.cpp, tables_profile.cpp
const Table<Carrier>& carrier_table();
const Table<protocol::Profile>& profile_table();

}  // namespace smppd::conf
