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
/// Those of one subject each, in tables_SUBJECT.cpp.
const Table<Carrier>& carrier_table();
const Table<protocol::Profile>& profile_table();
const Table<pool::Workflow>& workflow_table();
const Table<Mapping>& mapping_table();
const Table<Api>& api_table();
const Table<Webhooks>& webhooks_table();
const Table<Sandbox>& sandbox_table();
/// A listener's TLS.
const Table<TlsServer>& tls_server_table();

}  // namespace smppd::conf
