// tools/smppctl/verbs_pool.cpp - see verbs.hpp. The verbs about numbers and sessions.
#include "tools/smppctl/verbs.hpp"

namespace smppd::ctl {
namespace {

const Names number_states{"available", "leased",   "cooling", "assigned",
                          "reserved",  "disabled", "retired"};
const Names session_states{"active", "verified", "failed", "released", "expired"};

void add_numbers(Tree& t, CLI::App& numbers) {
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

void add_number_states(Tree& t, CLI::App& numbers) {
    Verb<NumberStates> set{t,
                           numbers,
                           "set-state",
                           "Take numbers in and out of use",
                           "numbers set-state disabled +447700900101 +447700900102\n"
                           "  smppctl numbers set-state available --prefix +4477\n\nLeased numbers "
                           "change after their lease; available then means that they cool down\n"
                           "first.",
                           numbers_set_state};
    set.argument_choice("STATE", set.to().state, {"available", "reserved", "disabled", "retired"},
                        "available, reserved, disabled or retired")
        .optional_argument("NUMBER", set.to().numbers, "Numbers")
        .option("--prefix", "DIGITS", set.to().prefix, "All that begin so, as +4477")
        .yes(set.to().yes);
    Verb<NumberUpdate> change{t,
                              numbers,
                              "update",
                              "Change what numbers are: carrier, area, tags, cost, ...",
                              "numbers update +447700900101 --carrier acme --tags retail,uk\n"
                              "  smppctl numbers update --prefix +4477 --isolation-group banks\n\n"
                              "An empty value takes a thing away: --carrier \"\".",
                              numbers_update};
    NumberUpdate& to = change.to();
    change.optional_argument("NUMBER", to.numbers, "Numbers")
        .option("--prefix", "DIGITS", to.prefix, "All that begin so, as +4477")
        .option("--carrier", "NAME", to.carrier, "Its carrier")
        .option("--country", "CC", to.country, "Two letters, as GB; empty: as the digits say")
        .option("--area", "AREA", to.area, "Its area; empty: as the digits say")
        .choices("--capabilities", "MO,MT", to.capabilities, {"MO", "MT"}, "Receives, sends, both")
        .words("--tags", "TAGS", to.tags, "All its tags, with commas between")
        .flag("--no-tags", to.no_tags, "It has no tags any more")
        .option("--monthly-cost", "AMOUNT", to.monthly_cost, "As 1.25")
        .option("--isolation-group", "NAME", to.isolation_group,
                "For workflows of this group alone")
        .option("--platform", "NAME", to.platform, "The only platform that may lease it")
        .yes(to.yes);
    Verb<Quarantine> rest{t,
                          numbers,
                          "quarantine",
                          "Let numbers rest; leased ones after their lease",
                          "numbers quarantine +447700900101 --for 24h --reason \"wrong texts\"",
                          numbers_quarantine};
    rest.argument("NUMBER", rest.to().numbers, "Numbers")
        .option("--for", "TIME", rest.to().time, "How long: 90m, 24h, 7d (24h)")
        .option("--reason", "TEXT", rest.to().reason, "Told in the event number.quarantined");
    Verb<NumberUsage> usage{t,
                            numbers,
                            "usage",
                            "Who leased a number, and when",
                            "numbers usage +447700900101",
                            numbers_usage};
    usage.argument("NUMBER", usage.to().number, "The number").limit(usage.to().limit);
}

void add_allocate(Tree& t, CLI::App& sessions) {
    Verb<Allocation> allocate{t,
                              sessions,
                              "allocate",
                              "Lease a number to a platform",
                              "sessions allocate acme --workflow signup --country GB\n"
                              "  smppctl sessions allocate acme --ttl 10m --expect Meadow "
                              "--reference user-17\n"
                              "  smppctl sessions allocate acme --test --area late",
                              sessions_allocate};
    Allocation& wish = allocate.to();
    allocate
        .optional_argument("PLATFORM", wish.platform,
                           "The platform; a platform's key means its own")
        .option("--workflow", "NAME", wish.workflow, "The verification journey; none: a bare lease")
        .option("--country", "CC", wish.country, "Two letters, as GB")
        .option("--area", "AREA", wish.area, "Of this area; in the sandbox, what is to happen")
        .option("--carrier", "NAME", wish.carrier, "Of this carrier")
        .option("--tag", "TAG", wish.tag, "With this tag")
        .option("--number", "NUMBER", wish.number, "This number and no other")
        .option("--ttl", "TIME", wish.ttl, "How long: 90s, 10m, 1h30m, 7d")
        .option("--expect", "SENDER", wish.senders,
                "Who sends the code, as Meadow or 4477*; may be repeated")
        .option("--reference", "TEXT", wish.reference, "Your own name for it")
        .option("--webhook-url", "URL", wish.webhook_url, "Hears of this session's events")
        .flag("--test", wish.test, "A number of the sandbox, see smppctl sandbox");
}

void add_sessions(Tree& t, CLI::App& sessions) {
    Verb<SessionFilter> list{t,
                             sessions,
                             "list",
                             "Sessions, the newest first",
                             "sessions list --platform acme --state active",
                             sessions_list};
    list.option("--platform", "NAME", list.to().platform, "Of this platform")
        .choice("--state", list.to().state, session_states, "In this state")
        .option("--reference", "TEXT", list.to().reference, "Of exactly this reference")
        .limit(list.to().limit);
    Verb<OneSession> show{
        t, sessions, "show", "All about a session", "sessions show ses_... --text", sessions_show};
    show.argument("ID", show.to().id, "The session")
        .flag("--text", show.to().text, "Its newest code too");
    Verb<SessionMessages> messages{t,
                                   sessions,
                                   "messages",
                                   "What arrived for a session, the oldest first",
                                   "sessions messages ses_... -f --text",
                                   sessions_messages};
    messages.argument("ID", messages.to().id, "The session")
        .flag("-f,--follow", messages.to().follow,
              "Wait for more; ends with the session, or with Ctrl-C")
        .flag("--text", messages.to().text, "Show the texts, not only their length");
}

void add_session_steps(Tree& t, CLI::App& sessions) {
    Verb<Proof> verify{t,
                       sessions,
                       "verify",
                       "Compare what a user typed with the code that arrived",
                       "sessions verify ses_... 123456\n\nEnds with 1 when the code is wrong.",
                       sessions_verify};
    verify.argument("ID", verify.to().id, "The session")
        .argument("CODE", verify.to().code, "What was typed, - for standard input");
    Verb<Extension> extend{t,
                           sessions,
                           "extend",
                           "Let a session last longer",
                           "sessions extend ses_... --ttl 10m",
                           sessions_extend};
    extend.argument("ID", extend.to().id, "The session")
        .required_option("--ttl", "TIME", extend.to().ttl, "From now on: 90s, 10m, 1h30m");
    Verb<NamedDestructive> swap{t,
                                sessions,
                                "swap",
                                "Another number for the same session",
                                "sessions swap ses_...",
                                sessions_swap};
    swap.argument("ID", swap.to().name, "The session").yes(swap.to().yes);
    Verb<NamedDestructive> release{t,
                                   sessions,
                                   "release",
                                   "Give the number back",
                                   "sessions release ses_...",
                                   sessions_release};
    release.argument("ID", release.to().name, "The session").yes(release.to().yes);
}

}  // namespace

void add_pool_verbs(Tree& tree) {
    CLI::App& numbers = group(tree, "numbers", "Numbers of the pool");
    add_numbers(tree, numbers);
    add_number_states(tree, numbers);
    CLI::App& sessions =
        group(tree, "sessions", "Sessions: numbers leased to platforms for a time");
    add_allocate(tree, sessions);
    add_sessions(tree, sessions);
    add_session_steps(tree, sessions);
}

}  // namespace smppd::ctl
