// tools/smppctl/verbs.cpp - see verbs.hpp. Each verb: its words, its options, its example.
#include "tools/smppctl/verbs.hpp"

namespace smppd::ctl {
namespace {

CLI::App& group(Tree& tree, const std::string& name, const std::string& what, bool alone = false) {
    CLI::App& app = *tree.app.add_subcommand(name, what);
    app.require_subcommand(alone ? 0 : 1, 1);
    app.footer("See smppctl " + name + " VERB --help");
    return app;
}

const Names number_states{"available", "leased",   "cooling", "assigned",
                          "reserved",  "disabled", "retired"};
const Names session_states{"active", "released", "expired"};
const Names message_states{"waiting", "delivered", "unowned", "expired"};

void add_system(Tree& t) {
    Verb<NoOptions>(t, t.app, "status", "The daemon at a glance", "status", status);
    Verb<BackupOptions> copy{t,
                             t.app,
                             "backup",
                             "Copy the store while the daemon runs",
                             "backup /var/backups/smppd-2026-11-24.db",
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
}

void add_carriers(Tree& t) {
    CLI::App& carriers = group(t, "carriers", "Carriers (the list without a verb)", true);
    Verb<NoOptions>(t, carriers, carriers_list);
    Verb<NoOptions>(t, carriers, "list", "All carriers", "carriers list", carriers_list);
    Verb<Named> show{
        t, carriers, "show", "A carrier and its binds", "carriers show acme", carriers_show};
    show.argument("NAME", show.to().name, "The carrier");

    CLI::App& binds = group(t, "binds", "SMPP binds, to carriers and of platforms");
    Verb<BindFilter> list{t, binds, "list", "All binds", "binds list --carrier acme", binds_list};
    list.option("--carrier", "NAME", list.to().carrier, "Of this carrier")
        .option("--platform", "NAME", list.to().platform, "Of this platform")
        .limit(list.to().limit);
    Verb<BindSwitch> stop{
        t,         binds, "stop", "Unbind from a carrier and stay away", "binds stop acme --bind 2",
        binds_stop};
    stop.argument("CARRIER", stop.to().carrier, "The carrier")
        .option("--bind", "N", stop.to().bind, "Only this bind, from 1")
        .yes(stop.to().yes);
    Verb<BindSwitch> start{
        t, binds, "start", "Bind to a carrier again", "binds start acme", binds_start};
    start.argument("CARRIER", start.to().carrier, "The carrier")
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
    verb.option("--binds-max", "N", to.binds_max, "Binds at the same time (4)")
        .option("--window", "N", to.window, "Unanswered messages on one bind (10)")
        .flag("--no-tlvs", to.no_tlvs, "Send it no TLVs")
        .choice("--long-messages", to.long_messages, {"payload", "udh"},
                "How long messages go to it: message_payload or parts")
        .option("--allow", "CIDR", to.allow, "Let it bind from here only; may be repeated");
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
        .option("--numbers-max", "N", create.to().numbers_max, "Numbers it may lease, 0: no limit")
        .option("--system-id", "ID", create.to().account.system_id, "Its SMPP account");
    account_options(create, create.to().account);
    Verb<NewPlatform> account{t,
                              platforms,
                              "add-account",
                              "Give a platform one more SMPP account",
                              "platforms add-account acme acme2 --generate",
                              platforms_add_account};
    account.argument("NAME", account.to().name, "The platform")
        .argument("SYSTEM_ID", account.to().account.system_id, "The new account");
    account_options(account, account.to().account);
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

void add_numbers(Tree& t) {
    CLI::App& numbers = group(t, "numbers", "Numbers of the pool");
    Verb<ImportOptions> import{t,
                               numbers,
                               "import",
                               "Take in numbers from a CSV file, all or none",
                               "numbers import numbers.csv\n\nColumns, by the header line: number "
                               "(required), carrier, country, area,\ncapabilities (MO|MT), tags "
                               "(;), monthly_cost, isolation_group, platform.",
                               numbers_import};
    import.argument("FILE", import.to().file, "The file, - for standard input")
        .flag("--skip-bad", import.to().skip_bad, "Take the good lines, leave the bad ones out");
    Verb<NumberFilter> list{t,
                            numbers,
                            "list",
                            "Numbers that fit all of the options",
                            "numbers list --state available --country GB",
                            numbers_list};
    NumberFilter& filter = list.to();
    list.choice("--state", filter.state, number_states, "In this state")
        .option("--country", "CC", filter.country, "Two letters, as GB")
        .option("--carrier", "NAME", filter.carrier, "Of this carrier")
        .option("--area", "AREA", filter.area, "Of this area")
        .option("--tag", "TAG", filter.tag, "With this tag")
        .option("--prefix", "DIGITS", filter.prefix, "Beginning so, as +4477")
        .option("--platform", "NAME", filter.platform, "Reserved for or assigned to this platform")
        .limit(filter.limit);
    Verb<Named> show{
        t, numbers, "show", "All about a number", "numbers show +447700900101", numbers_show};
    show.argument("NUMBER", show.to().name, "The number");
    Verb<NumbersOf> assign{t,
                           numbers,
                           "assign",
                           "Give numbers to a platform for good",
                           "numbers assign acme +447700900101 +447700900102",
                           numbers_assign};
    assign.argument("PLATFORM", assign.to().platform, "The platform")
        .argument("NUMBER", assign.to().numbers, "Numbers");
    Verb<NumbersDestructive> unassign{t,
                                      numbers,
                                      "unassign",
                                      "Take assigned numbers back",
                                      "numbers unassign +447700900101",
                                      numbers_unassign};
    unassign.argument("NUMBER", unassign.to().numbers, "Numbers").yes(unassign.to().yes);
}

void add_sessions(Tree& t) {
    CLI::App& sessions = group(t, "sessions", "Sessions: numbers leased to platforms for a time");
    Verb<Allocation> allocate{t,
                              sessions,
                              "allocate",
                              "Lease a number to a platform",
                              "sessions allocate acme --country GB --ttl 10m",
                              sessions_allocate};
    Allocation& wish = allocate.to();
    allocate.argument("PLATFORM", wish.platform, "The platform")
        .option("--country", "CC", wish.country, "Two letters, as GB")
        .option("--area", "AREA", wish.area, "Of this area")
        .option("--carrier", "NAME", wish.carrier, "Of this carrier")
        .option("--tag", "TAG", wish.tag, "With this tag")
        .option("--number", "NUMBER", wish.number, "This number and no other")
        .option("--ttl", "TIME", wish.ttl, "How long: 90s, 10m, 1h30m, 7d")
        .option("--reference", "TEXT", wish.reference, "Your own name for it");
    Verb<SessionFilter> list{t,
                             sessions,
                             "list",
                             "Sessions, the newest first",
                             "sessions list --platform acme --state active",
                             sessions_list};
    list.option("--platform", "NAME", list.to().platform, "Of this platform")
        .choice("--state", list.to().state, session_states, "In this state")
        .limit(list.to().limit);
    Verb<Named> show{
        t, sessions, "show", "All about a session", "sessions show ses_...", sessions_show};
    show.argument("ID", show.to().name, "The session");
    Verb<NamedDestructive> release{t,
                                   sessions,
                                   "release",
                                   "Give the number back",
                                   "sessions release ses_...",
                                   sessions_release};
    release.argument("ID", release.to().name, "The session").yes(release.to().yes);
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
        .option("-n,--limit", "N", tail.to().limit, "So many of the last ones, at most 1000 (10)");
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
    add_numbers(tree);
    add_sessions(tree);
    add_messages(tree);
}

}  // namespace smppd::ctl
