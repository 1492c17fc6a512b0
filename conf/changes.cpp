// conf/changes.cpp - the keys in which two configurations differ.
#include "conf/tables.hpp"

#include <utility>

namespace smppd::conf {

std::vector<std::string> changed_keys(Config before, Config after) {
    Document one{std::move(before), {}};
    Document other{std::move(after), {}};
    std::vector<std::string> keys;
    for (const Row<Document>& row : root_table()) row.differ(one, other, row.key, keys);
    return keys;
}

}  // namespace smppd::conf
