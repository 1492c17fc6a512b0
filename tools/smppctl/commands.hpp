// tools/smppctl/commands.hpp - what each verb does. Options are read in tree.cpp.
#pragma once

#include "tools/smppctl/tool.hpp"

#include <optional>
#include <vector>

namespace smppd::ctl {

struct NoOptions {};
struct Named {
    std::string name;
};
struct NamedDestructive {
    std::string name;
    bool yes = false;
};
struct Limited {
    std::uint64_t limit = 100;
};

void status(const Tool& tool, const NoOptions&);

struct BackupOptions {
    std::string path;
};
void backup(const Tool& tool, const BackupOptions& options);

void carriers_list(const Tool& tool, const NoOptions&);
void carriers_show(const Tool& tool, const Named& carrier);
void carriers_drain(const Tool& tool, const NamedDestructive& carrier);

struct BindFilter {
    std::string carrier, platform;
    std::uint64_t limit = 0;
};
struct BindSwitch {
    std::string carrier;
    std::uint32_t bind = 0;  ///< 0: all
    bool yes = false;
};
void binds_list(const Tool& tool, const BindFilter& filter);
void carriers_probe(const Tool& tool, const BindSwitch& which);
void binds_stop(const Tool& tool, const BindSwitch& which);
void binds_start(const Tool& tool, const BindSwitch& which);
void binds_disconnect(const Tool& tool, const NamedDestructive& bind);

/// Where a password comes from; never from the command line, where others see it.
struct PasswordSource {
    std::string file;
    bool from_stdin = false;
    bool generate = false;
    bool is_given() const noexcept { return !file.empty() || from_stdin || generate; }
};
struct AccountOptions {
    std::string system_id;
    PasswordSource password;
    std::optional<std::uint32_t> binds_max, window;
    bool no_tlvs = false;
    std::string long_messages;
    std::vector<std::string> allow;
};
/// What a platform may at most; 0 is no limit, absent ones stay as they are.
struct Quotas {
    std::optional<std::uint32_t> numbers_max, allocations_per_minute, allocations_per_day,
        requests_per_second;
    std::string ttl_max;
};
struct NewPlatform {
    std::string name;
    Quotas quotas;
    AccountOptions account;
};
struct PlatformUpdate {
    std::string name;
    Quotas quotas;
};
/// What of an SMPP account is to be another; empty and absent stay as they are.
struct AccountUpdate {
    std::string system_id;
    std::optional<std::uint32_t> binds_max, window;
    std::string tlvs;  ///< yes, no
    std::string long_messages;
    std::vector<std::string> allow;
    bool allow_anywhere = false, enable = false, disable = false;
};
struct NewPassword {
    std::string system_id;
    PasswordSource password;
};
void platforms_create(const Tool& tool, const NewPlatform& platform);
void platforms_add_account(const Tool& tool, const NewPlatform& platform);
void platforms_update_account(const Tool& tool, const AccountUpdate& update);
void platforms_update(const Tool& tool, const PlatformUpdate& update);
void platforms_list(const Tool& tool, const Limited& limited);
void platforms_show(const Tool& tool, const Named& platform);
void platforms_set_password(const Tool& tool, const NewPassword& password);
void platforms_disable(const Tool& tool, const NamedDestructive& platform);
void platforms_enable(const Tool& tool, const Named& platform);

struct ImportOptions {
    std::string file;
    bool skip_bad = false;
};
struct NumberFilter {
    std::string state, country, carrier, area, tag, prefix, platform;
    std::uint64_t limit = 100;
};
struct NumbersOf {
    std::string platform;
    std::vector<std::string> numbers;
};
struct NumbersDestructive {
    std::vector<std::string> numbers;
    bool yes = false;
};
struct NumberStates {
    std::string state;
    std::vector<std::string> numbers;
    std::string prefix;  ///< instead of numbers: all that begin so
    bool yes = false;
};
/// What numbers are to be; absent ones stay, an empty one is taken away.
struct NumberUpdate {
    std::vector<std::string> numbers;
    std::string prefix;  ///< instead of numbers: all that begin so
    std::optional<std::string> carrier, country, area, isolation_group, platform, monthly_cost;
    std::vector<std::string> tags, capabilities;
    bool no_tags = false, yes = false;
};
struct Quarantine {
    std::vector<std::string> numbers;
    std::string time = "24h", reason;
};
struct NumberUsage {
    std::string number;
    std::uint64_t limit = 100;
};
void numbers_import(const Tool& tool, const ImportOptions& options);
void numbers_list(const Tool& tool, const NumberFilter& filter);
void numbers_show(const Tool& tool, const Named& number);
void numbers_assign(const Tool& tool, const NumbersOf& numbers);
void numbers_unassign(const Tool& tool, const NumbersDestructive& numbers);
void numbers_set_state(const Tool& tool, const NumberStates& states);
void numbers_update(const Tool& tool, const NumberUpdate& update);
void numbers_quarantine(const Tool& tool, const Quarantine& quarantine);
void numbers_usage(const Tool& tool, const NumberUsage& usage);

struct Allocation {
    std::string platform, workflow, country, area, carrier, tag, number, ttl, reference,
        webhook_url;
    std::vector<std::string> senders;
    bool test = false;
};
struct SessionFilter {
    std::string platform, state, reference;
    std::uint64_t limit = 100;
};
struct OneSession {
    std::string id;
    bool text = false;  ///< its code too
};
struct Extension {
    std::string id, ttl;
};
struct Proof {
    std::string id, code;
};
struct SessionMessages {
    std::string id;
    bool text = false, follow = false;
};
void sessions_allocate(const Tool& tool, const Allocation& allocation);
void sessions_list(const Tool& tool, const SessionFilter& filter);
void sessions_show(const Tool& tool, const OneSession& session);
void sessions_extend(const Tool& tool, const Extension& extension);
void sessions_swap(const Tool& tool, const NamedDestructive& session);
void sessions_verify(const Tool& tool, const Proof& proof);
void sessions_messages(const Tool& tool, const SessionMessages& of);
void sessions_release(const Tool& tool, const NamedDestructive& session);

struct MessageFilter {
    std::string platform, session, number, state, carrier;
    bool text = false;
    std::uint64_t limit = 100;
    bool follow = false;
};
struct OneMessage {
    std::string id;
    bool text = false;
};
struct ReceiptFilter {
    std::string carrier;
    std::uint64_t limit = 100;
};
void messages_list(const Tool& tool, const MessageFilter& filter);
void messages_tail(const Tool& tool, const MessageFilter& filter);
void messages_show(const Tool& tool, const OneMessage& message);
void messages_explain(const Tool& tool, const OneMessage& message);
void receipts_list(const Tool& tool, const ReceiptFilter& filter);

struct CheckOptions {
    std::string file = "/etc/smppd/smppd.yaml";
};
void config_check(const Tool& tool, const CheckOptions& options);

struct DecodeOptions {
    std::vector<std::string> words;  ///< hexadecimal, or "-" for standard input
};
void decode(const Tool& tool, const DecodeOptions& options);

struct ExtractOptions {
    bool only_text = false;  ///< a line that begins with '{' is text too
};
void extract(const Tool& tool, const ExtractOptions& options);

void sandbox(const Tool& tool, const NoOptions&);

}  // namespace smppd::ctl
