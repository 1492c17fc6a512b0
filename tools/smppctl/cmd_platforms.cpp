// tools/smppctl/cmd_platforms.cpp - platforms and their SMPP accounts.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/password.hpp"
#include "tools/smppctl/requests.hpp"

namespace smppd::ctl {
namespace {

std::string limit_text(const json::object& platform, std::string_view name) {
    return count(platform, name) == 0 ? "no limit" : count_text(platform, name);
}

std::string ttl_text(const json::object& platform) {
    const std::uint64_t seconds = count(platform, "ttl_max_seconds");
    return seconds == 0 ? "the workflow's"
                        : duration_text(std::chrono::seconds{static_cast<std::int64_t>(seconds)});
}

std::string requests_text(const json::object& platform) {
    return count(platform, "requests_per_second") == 0
               ? "as configured"
               : count_text(platform, "requests_per_second");
}

Cell disabled_cell(const json::object& object) {
    return flag(object, "disabled") ? Cell{"disabled", Tone::warning} : Cell{"enabled", Tone::good};
}

std::string accounts_line(const json::object& platform) {
    std::string names;
    const json::array* accounts = list(platform, "accounts");
    if (!accounts) return names;
    for (const json::value& account : *accounts)
        if (account.is_object())
            names += (names.empty() ? "" : ", ") + text(account.as_object(), "system_id");
    return names;
}

Table platforms_table(const json::array& items) {
    Table table{{{"PLATFORM"},
                 {"STATE"},
                 {"ACCOUNTS"},
                 {"NUMBERS MAX", Align::right},
                 {"A MINUTE", Align::right},
                 {"A DAY", Align::right},
                 {"TTL MAX", Align::right},
                 {"REQUESTS/S", Align::right},
                 {"CREATED"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "name"), disabled_cell(one), accounts_line(one),
                   limit_text(one, "numbers_max"), limit_text(one, "allocations_per_minute"),
                   limit_text(one, "allocations_per_day"), ttl_text(one), requests_text(one),
                   when(one, "created_at")});
    }
    return table;
}

Table accounts_table(const json::array& accounts) {
    Table table{{{"SYSTEM_ID"},
                 {"STATE"},
                 {"BINDS MAX", Align::right},
                 {"WINDOW", Align::right},
                 {"TLVS"},
                 {"LONG"},
                 {"FROM"},
                 {"CREATED"}}};
    for (const json::value& item : accounts) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        const std::string allow = joined(one, "allow");
        table.add({text(one, "system_id"), disabled_cell(one), count_text(one, "binds_max"),
                   count_text(one, "window"), yes_no(flag(one, "tlvs")), text(one, "long_messages"),
                   allow.empty() ? "anywhere" : allow, when(one, "created_at")});
    }
    return table;
}

std::string platform_text(const json::object& platform, const Layout& layout) {
    Record record;
    record.add("Platform", text(platform, "name"));
    record.add("State", disabled_cell(platform));
    record.add("Numbers max", limit_text(platform, "numbers_max"));
    record.add("Allocations", limit_text(platform, "allocations_per_minute") + " a minute, " +
                                  limit_text(platform, "allocations_per_day") + " a day");
    record.add("TTL max", ttl_text(platform));
    record.add("Requests/s", requests_text(platform));
    record.add("Created", when(platform, "created_at"));
    std::string told = record.text(layout);
    const json::array* accounts = list(platform, "accounts");
    if (!accounts || accounts->empty()) return told + "\nNo SMPP account.\n";
    return told + "\n" + accounts_table(*accounts).text(layout);
}

/// Fills in the fields of an account; the password that was made, else empty.
std::string put_account(const Console& console, const AccountOptions& account, json::object& body) {
    const std::string password = read_password(console, account.password);
    body["system_id"] = account.system_id;
    body["password"] = password;
    if (account.binds_max) body["binds_max"] = *account.binds_max;
    if (account.window) body["window"] = *account.window;
    if (account.no_tlvs) body["tlvs"] = false;
    if (!account.long_messages.empty()) body["long_messages"] = account.long_messages;
    if (!account.allow.empty()) {
        json::array allow;
        for (const std::string& block : account.allow) allow.emplace_back(block);
        body["allow"] = std::move(allow);
    }
    return account.password.generate ? password : std::string{};
}

bool has_limits(const AccountOptions& account) {
    return account.password.is_given() || account.binds_max || account.window || account.no_tlvs ||
           !account.long_messages.empty() || !account.allow.empty();
}

/// The platform as it is now, the daemon's warnings, and the password when it was made here: that
/// is the only time it can be seen.
void tell(const Tool& tool, const std::string& document, const std::string& made,
          const std::string& system_id) {
    json::object platform = object_of(document);
    if (tool.console.json()) {
        if (!made.empty()) platform["generated_password"] = made;
        tool.console.print_json(made.empty() ? document : json::serialize(platform));
        return;
    }
    std::string told = platform_text(platform, tool.console.layout());
    if (!made.empty())
        told += "\nPassword of " + escaped(system_id) + ": " + made +
                "\nIt is not shown again; the daemon keeps only a hash of it.\n";
    tool.console.print(told);
    if (const json::array* warnings = list(platform, "warnings"))
        for (const json::value& warning : *warnings)
            if (warning.is_string())
                tool.console.note("Warning: " + escaped(warning.get_string().c_str()));
}

/// The name of the platform that has the account.
std::string platform_of_account(const Tool& tool, const std::string& system_id) {
    std::string cursor;
    do {
        Query query;
        query.add("limit", "1000").add("cursor", cursor);
        const json::object page = object_of(tool.client.get(path({"platforms"}) + query.text()));
        cursor = text(page, "next_cursor");
        const json::array* items = list(page, "items");
        if (!items) break;
        for (const json::value& item : *items) {
            const json::array* accounts =
                item.is_object() ? list(item.as_object(), "accounts") : nullptr;
            if (!accounts) continue;
            for (const json::value& account : *accounts)
                if (account.is_object() && text(account.as_object(), "system_id") == system_id)
                    return text(item.as_object(), "name");
        }
    } while (!cursor.empty());
    throw Failure{Exit::not_found, "there is no account \"" + escaped(system_id) +
                                       "\"; smppctl platforms list shows them"};
}

void set_disabled(const Tool& tool, const std::string& name, bool disabled) {
    const std::string document =
        send_json(tool, "PATCH", path({"platforms", name}), json::object{{"disabled", disabled}});
    print_object(tool, document, [&](const json::object& platform) {
        return "Platform " + escaped(text(platform, "name")) + " is " +
               (flag(platform, "disabled") ? "disabled" : "enabled") + ".\n";
    });
}

}  // namespace

void platforms_create(const Tool& tool, const NewPlatform& platform) {
    json::object body = quotas_body(platform.quotas);
    body["name"] = platform.name;
    std::string made;
    if (!platform.account.system_id.empty())
        made = put_account(tool.console, platform.account, body);
    else if (has_limits(platform.account))
        throw Failure{Exit::usage,
                      "passwords and limits belong to an SMPP account; add --system-id ID"};
    tell(tool, send_json(tool, "POST", path({"platforms"}), body), made,
         platform.account.system_id);
}

void platforms_update(const Tool& tool, const PlatformUpdate& update) {
    const json::object body = quotas_body(update.quotas);
    if (body.empty())
        throw Failure{
            Exit::usage,
            "nothing is to be changed; smppctl platforms update --help shows what can be"};
    print_object(
        tool, send_json(tool, "PATCH", path({"platforms", update.name}), body),
        [&](const json::object& one) { return platform_text(one, tool.console.layout()); });
}

void platforms_add_account(const Tool& tool, const NewPlatform& platform) {
    json::object body;
    const std::string made = put_account(tool.console, platform.account, body);
    tell(tool, send_json(tool, "POST", path({"platforms", platform.name, "accounts"}), body), made,
         platform.account.system_id);
}

void platforms_update_account(const Tool& tool, const AccountUpdate& update) {
    const json::object body = account_update_body(update);
    const std::string platform = platform_of_account(tool, update.system_id);
    const std::string target = path({"platforms", platform, "accounts", update.system_id});
    tell(tool, send_json(tool, "PATCH", target, body), {}, update.system_id);
}

void platforms_list(const Tool& tool, const Limited& limited) {
    print_list(tool, path({"platforms"}), {}, limited.limit, platforms_table,
               "No platforms; smppctl platforms create makes one.");
}

void platforms_show(const Tool& tool, const Named& platform) {
    print_object(
        tool, tool.client.get(path({"platforms", platform.name})),
        [&](const json::object& one) { return platform_text(one, tool.console.layout()); });
}

void platforms_set_password(const Tool& tool, const NewPassword& password) {
    const std::string platform = platform_of_account(tool, password.system_id);
    const std::string secret = read_password(tool.console, password.password);
    const json::object body{{"system_id", password.system_id}, {"password", secret}};
    const std::string document =
        send_json(tool, "POST", path({"platforms", platform, "password"}), body);
    if (!tool.console.json() && !password.password.generate)
        tool.console.note("The password of " + escaped(password.system_id) + " is changed.");
    tell(tool, document, password.password.generate ? secret : std::string{}, password.system_id);
}

void platforms_disable(const Tool& tool, const NamedDestructive& platform) {
    tool.console.confirm("Disable platform " + platform.name + "? It can no longer bind or lease.",
                         platform.yes);
    set_disabled(tool, platform.name, true);
}

void platforms_enable(const Tool& tool, const Named& platform) {
    set_disabled(tool, platform.name, false);
}

}  // namespace smppd::ctl
