// tools/smppctl/verbs.cpp - see verbs.hpp. Each verb: its words, its options, its example.
#include "tools/smppctl/verbs.hpp"

namespace smppd::ctl {

CLI::App& group(Tree& tree, const std::string& name, const std::string& what, bool alone) {
    CLI::App& app = *tree.app.add_subcommand(name, what);
    app.require_subcommand(alone ? 0 : 1, 1);
    app.footer("See smppctl " + name + " VERB --help");
    return app;
}

namespace {

const Names message_states{"waiting", "delivered", "unowned", "expired", "kept"};

void add_system(Tree& t) {
    Verb<NoOptions>(t, t.app, "status", "The daemon at a glance", "status", status);
    Verb<BackupOptions> copy{t,
                             t.app,
                             "backup",
                             "Copy the store while the daemon runs",
                             "backup /var/lib/smppd/backup/smppd-2026-11-24.db",
                             backup};
    copy.argument("PATH", copy.to().path, "New file; the daemon writes it, as its own user");
    CLI::App& config = group(t, "config", "The configuration file");
    Verb<CheckOptions> check{t,
                             config,
                             "check",
                             "Say everything that is wrong with the file",
                             "config check /etc/smppd/smppd.yaml",
                             config_check};
    check.optional_argument("FILE", check.to().file,
                            "The file; /etc/smppd/smppd.yaml when none is named");
    Verb<DecodeOptions> pdu{t,
                            t.app,
                            "decode",
                            "Tell SMPP PDUs field by field; needs no daemon",
                            "decode 00000010 00000015 00000000 00000001\n"
                            "  smppctl decode - < pdus.txt",
                            decode};
    pdu.optional_argument(
        "HEX", pdu.to().words,
        "Octets, one or more PDUs; blanks and 0x do not matter. -: standard input");
    Verb<ExtractOptions> codes{t,
                               t.app,
                               "extract",
                               "Find the one-time codes in messages; needs no daemon",
                               "extract < messages.txt\n\nReads a message a line from standard "
                               "input, as text or as {\"sender\", \"text\"}; prints\na line of "
                               "JSON for each. Ends with 1 when a line was not understood.",
                               extract};
    codes.flag("--text", codes.to().only_text, "Each line is text, also one that begins with {");
}

void add_carriers(Tree& t) {
    CLI::App& carriers = group(t, "carriers", "Carriers (the list without a verb)", true);
    Verb<NoOptions>(t, carriers, carriers_list);
    Verb<NoOptions>(t, carriers, "list", "All carriers", "carriers list", carriers_list);
    Verb<Named> show{
        t, carriers, "show", "A carrier and its binds", "carriers show acme", carriers_show};
    show.argument("NAME", show.to().name, "The carrier");

    Verb<NamedDestructive> drain{t,
                                 carriers,
                                 "drain",
                                 "Lease its numbers no more; stop it when no session has one",
                                 "carriers drain acme",
                                 carriers_drain};
    drain.argument("NAME", drain.to().name, "The carrier").yes(drain.to().yes);
    Verb<BindSwitch> probe{t,
                           carriers,
                           "probe",
                           "Ask a carrier for a sign of life (enquire_link)",
                           "carriers probe acme\n\nEnds with 1 when a bind did not answer.",
                           carriers_probe};
    probe
        .argument("CARRIER", probe.to().carrier,
                  "The carrier, or one bind as \"binds list\" shows it: acme/2")
        .option("--bind", "N", probe.to().bind, "Only this bind, from 1");

    Verb<BindSwitch> halt{t,
                          carriers,
                          "stop",
                          "Unbind from a carrier and stay away",
                          "carriers stop acme\n\nUntil it is started, or smppd is: at its start "
                          "the configuration says which carriers it binds to.",
                          binds_stop};
    halt.argument("CARRIER", halt.to().carrier, "The carrier").yes(halt.to().yes);
    Verb<BindSwitch> resume{
        t, carriers, "start", "Bind to a carrier again", "carriers start acme", binds_start};
    resume.argument("CARRIER", resume.to().carrier, "The carrier");

    CLI::App& binds = group(t, "binds", "SMPP binds, to carriers and of platforms");
    Verb<BindFilter> list{t, binds, "list", "All binds", "binds list --carrier acme", binds_list};
    list.option("--carrier", "NAME", list.to().carrier, "Of this carrier")
        .option("--platform", "NAME", list.to().platform, "Of this platform")
        .limit(list.to().limit);
    Verb<BindSwitch> stop{
        t,         binds, "stop", "Unbind from a carrier and stay away", "binds stop acme --bind 2",
        binds_stop};
    stop.argument("CARRIER", stop.to().carrier,
                  "The carrier, or one bind as \"binds list\" shows it: acme/2")
        .option("--bind", "N", stop.to().bind, "Only this bind, from 1")
        .yes(stop.to().yes);
    Verb<BindSwitch> start{
        t, binds, "start", "Bind to a carrier again", "binds start acme", binds_start};
    start
        .argument("CARRIER", start.to().carrier,
                  "The carrier, or one bind as \"binds list\" shows it: acme/2")
        .option("--bind", "N", start.to().bind, "Only this bind, from 1");
    Verb<NamedDestructive> cut{
        t, binds, "disconnect", "Close a platform's bind", "binds disconnect ID", binds_disconnect};
    cut.argument("ID", cut.to().name, "As \"binds list\" shows it").yes(cut.to().yes);
}

template <class Options>
void password_options(Verb<Options>& verb, PasswordSource& to) {
    verb.option("--password-file", "FILE", to.file, "Its first line is the password")
        .flag("--password-stdin", to.from_stdin, "Read the password from standard input")
        .flag("--generate", to.generate, "Make a password of 8 characters and show it once");
}

void account_options(Verb<NewPlatform>& verb, AccountOptions& to) {
    password_options(verb, to.password);
    verb.option("--binds-max", "N", to.binds_max, "Binds at the same time (the listener's)")
        .option("--window", "N", to.window, "Unanswered messages on one bind (10)")
        .flag("--no-tlvs", to.no_tlvs, "Send it no TLVs")
        .choice("--long-messages", to.long_messages, {"payload", "udh"},
                "How long messages go to it: message_payload or parts")
        .option("--allow", "CIDR", to.allow, "Let it bind from here only; may be repeated");
}

template <class Options>
void quota_options(Verb<Options>& verb, Quotas& to) {
    verb.option("--numbers-max", "N", to.numbers_max, "Numbers it may lease at once, 0: no limit")
        .option("--allocations-per-minute", "N", to.allocations_per_minute,
                "Leases in a minute, 0: no limit")
        .option("--allocations-per-day", "N", to.allocations_per_day,
                "Leases in a day, 0: no limit")
        .option("--ttl-max", "TIME", to.ttl_max,
                "How long a session may last with extensions, as 30m; 0: the workflow's")
        .option("--requests-per-second", "N", to.requests_per_second,
                "Calls of the API by all its keys, 0: the configuration's");
}

void add_account_update(Tree& t, CLI::App& platforms) {
    Verb<AccountUpdate> change{t,
                               platforms,
                               "update-account",
                               "Change the limits of an SMPP account, enable or disable it",
                               "platforms update-account acme1 --binds-max 8 --allow 192.0.2.0/24\n"
                               "  smppctl platforms update-account acme1 --disable",
                               platforms_update_account};
    AccountUpdate& changed = change.to();
    change.argument("SYSTEM_ID", changed.system_id, "The account")
        .option("--binds-max", "N", changed.binds_max, "Binds at the same time")
        .option("--window", "N", changed.window, "Unanswered messages on one bind")
        .choice("--tlvs", changed.tlvs, {"yes", "no"}, "Whether TLVs go to it")
        .choice("--long-messages", changed.long_messages, {"payload", "udh"},
                "How long messages go to it: message_payload or parts")
        .option("--allow", "CIDR", changed.allow, "Let it bind from here only; may be repeated")
        .flag("--allow-anywhere", changed.allow_anywhere, "Let it bind from everywhere")
        .flag("--enable", changed.enable, "Let it bind again")
        .flag("--disable", changed.disable, "Let it bind no more");
}

void add_platforms(Tree& t) {
    CLI::App& platforms = group(t, "platforms", "Platforms: the customers of the pool");
    Verb<NewPlatform> create{t,
                             platforms,
                             "create",
                             "Make a platform, with an SMPP account or not",
                             "platforms create acme --system-id acme1 --generate\n"
                             "  smppctl platforms create acme --system-id acme1 "
                             "--password-file pw --allow 192.0.2.0/24",
                             platforms_create};
    create.argument("NAME", create.to().name, "1 to 64 of a-z 0-9 - _ .")
        .option("--system-id", "ID", create.to().account.system_id, "Its SMPP account");
    quota_options(create, create.to().quotas);
    account_options(create, create.to().account);
    Verb<PlatformUpdate> update{t,
                                platforms,
                                "update",
                                "Change a platform's quotas",
                                "platforms update acme --numbers-max 500 --ttl-max 30m",
                                platforms_update};
    update.argument("NAME", update.to().name, "The platform");
    quota_options(update, update.to().quotas);
    Verb<NewPlatform> account{t,
                              platforms,
                              "add-account",
                              "Give a platform one more SMPP account",
                              "platforms add-account acme acme2 --generate",
                              platforms_add_account};
    account.argument("NAME", account.to().name, "The platform")
        .argument("SYSTEM_ID", account.to().account.system_id, "The new account");
    account_options(account, account.to().account);
    add_account_update(t, platforms);
    Verb<Limited> list{t, platforms, "list", "All platforms", "platforms list", platforms_list};
    list.limit(list.to().limit);
    Verb<Named> show{
        t, platforms, "show", "A platform and its accounts", "platforms show acme", platforms_show};
    show.argument("NAME", show.to().name, "The platform");
    Verb<NewPassword> password{t,
                               platforms,
                               "set-password",
                               "Change the password of an account",
                               "platforms set-password acme1 --password-stdin < pw",
                               platforms_set_password};
    password.argument("SYSTEM_ID", password.to().system_id, "The account");
    password_options(password, password.to().password);
    Verb<NamedDestructive> disable{t,
                                   platforms,
                                   "disable",
                                   "Let a platform do nothing more",
                                   "platforms disable acme",
                                   platforms_disable};
    disable.argument("NAME", disable.to().name, "The platform").yes(disable.to().yes);
    Verb<Named> enable{t,
                       platforms,
                       "enable",
                       "Let a disabled platform work again",
                       "platforms enable acme",
                       platforms_enable};
    enable.argument("NAME", enable.to().name, "The platform");
}

Verb<MessageFilter>& message_options(Verb<MessageFilter>& verb) {
    MessageFilter& filter = verb.to();
    return verb.option("--platform", "NAME", filter.platform, "Of this platform")
        .option("--session", "ID", filter.session, "Of this session")
        .option("--number", "NUMBER", filter.number, "To this number")
        .choice("--state", filter.state, message_states, "In this state")
        .option("--carrier", "NAME", filter.carrier, "From this carrier")
        .flag("--text", filter.text, "Show the texts, not only their length");
}

void add_messages(Tree& t) {
    CLI::App& messages = group(t, "messages", "Messages from carriers");
    messages.alias("message");
    Verb<MessageFilter> list{t,
                             messages,
                             "list",
                             "Messages, the newest first",
                             "messages list --platform acme --text --limit 20",
                             messages_list};
    message_options(list).limit(list.to().limit);
    Verb<MessageFilter> tail{t,
                             messages,
                             "tail",
                             "The last messages, and those to come",
                             "messages tail -f --platform acme",
                             messages_tail};
    tail.to().limit = 10;
    message_options(tail)
        .flag("-f,--follow", tail.to().follow, "Wait for more; ends with Ctrl-C")
        .option("-n,--limit", "N", tail.to().limit,
                "So many of the last ones, at most 1000; 0: only those to come (10)");
    Verb<OneMessage> show{t,
                          messages,
                          "show",
                          "All about a message",
                          "messages show 0012ab34cd56ef78 --text",
                          messages_show};
    show.argument("ID", show.to().id, "The message").flag("--text", show.to().text, "Its text too");
    Verb<OneMessage> explain{t,
                             messages,
                             "explain",
                             "What happened to a message, step by step",
                             "messages explain 0012ab34cd56ef78",
                             messages_explain};
    explain.argument("ID", explain.to().id, "The message");
    CLI::App& receipts = group(t, "receipts", "Delivery receipts from carriers");
    Verb<ReceiptFilter> all{t,
                            receipts,
                            "list",
                            "Receipts, the newest first",
                            "receipts list --carrier acme",
                            receipts_list};
    all.option("--carrier", "NAME", all.to().carrier, "From this carrier").limit(all.to().limit);
}

}  // namespace

void add_verbs(Tree& tree) {
    add_system(tree);
    add_carriers(tree);
    add_platforms(tree);
    add_pool_verbs(tree);
    add_messages(tree);
    add_api_verbs(tree);
}

}  // namespace smppd::ctl
