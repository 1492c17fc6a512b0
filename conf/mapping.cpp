// conf/mapping.cpp - the words of mappings, and which field belongs to which action.
#include "conf/mapping.hpp"

namespace smppd::conf {

std::string_view name(TaskAction action) noexcept {
    switch (action) {
        case TaskAction::allocate: return "allocate";
        case TaskAction::verify: return "verify";
        case TaskAction::extend: return "extend";
        case TaskAction::swap: return "swap";
        case TaskAction::release: return "release";
        case TaskAction::ignore: return "ignore";
    }
    return "unknown";
}

std::string_view name(TaskField field) noexcept {
    switch (field) {
        case TaskField::workflow: return "workflow";
        case TaskField::country: return "country";
        case TaskField::area: return "area";
        case TaskField::carrier: return "carrier";
        case TaskField::tag: return "tag";
        case TaskField::ttl_seconds: return "ttl_seconds";
        case TaskField::reference: return "reference";
        case TaskField::expected_senders: return "expected_senders";
        case TaskField::webhook_url: return "webhook_url";
        case TaskField::code: return "code";
    }
    return "unknown";
}

bool takes(TaskAction action, TaskField field) noexcept {
    switch (action) {
        case TaskAction::allocate: return field != TaskField::code;
        case TaskAction::verify: return field == TaskField::code;
        case TaskAction::extend: return field == TaskField::ttl_seconds;
        case TaskAction::swap:
        case TaskAction::release:
        case TaskAction::ignore: break;
    }
    return false;
}

}  // namespace smppd::conf
