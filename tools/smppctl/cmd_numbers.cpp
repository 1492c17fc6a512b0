// tools/smppctl/cmd_numbers.cpp - numbers of the pool: imported, listed, assigned, taken back.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/number_loop.hpp"

namespace smppd::ctl {
namespace {

using namespace std::chrono_literals;

Cell state_cell(const json::object& number) {
    const std::string state = text(number, "state");
    const bool out = state == "disabled" || state == "retired";
    return {state, state == "available" ? Tone::good : out ? Tone::warning : Tone::plain};
}

Table numbers_table(const json::array& items) {
    Table table{{{"NUMBER"},
                 {"STATE"},
                 {"CARRIER"},
                 {"COUNTRY"},
                 {"AREA"},
                 {"TAGS"},
                 {"PLATFORM"},
                 {"USES", Align::right},
                 {"CHANGED"}}};
    for (const json::value& item : items) {
        if (!item.is_object()) continue;
        const json::object& one = item.as_object();
        table.add({text(one, "number"), state_cell(one), text(one, "carrier"), text(one, "country"),
                   text(one, "area"), joined(one, "tags"), text(one, "platform"),
                   count_text(one, "uses"), when(one, "changed_at")});
    }
    return table;
}

/// Millionths of a currency unit as "1.25".
std::string cost_text(const json::object& number) {
    const std::uint64_t micros = count(number, "monthly_cost_micros");
    if (micros == 0) return {};
    std::string fraction = std::to_string(1'000'000 + micros % 1'000'000).substr(1);
    while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
    return grouped(micros / 1'000'000) + "." + fraction + " a month";
}

/// "40, of them 30 verified (75%)".
std::string uses_text(const json::object& number) {
    const std::uint64_t uses = count(number, "uses"), verified = count(number, "verified");
    if (uses == 0) return "none";
    return grouped(uses) + ", of them " + grouped(verified) + " verified (" +
           std::to_string(verified * 100 / uses) + "%)";
}

std::string number_text(const json::object& number, const Layout& layout) {
    Record record;
    record.add("Number", text(number, "number"));
    record.add("State", state_cell(number));
    record.add("Platform", text(number, "platform"));
    record.add("Session", text(number, "session"));
    record.add("Carrier", text(number, "carrier"));
    record.add("Country", text(number, "country"));
    record.add("Area", text(number, "area"));
    record.add("Capabilities", joined(number, "capabilities"));
    record.add("Tags", joined(number, "tags"));
    record.add("Cost", cost_text(number));
    record.add("Isolation group", text(number, "isolation_group"));
    record.add("Uses", uses_text(number));
    record.add("Last platform", text(number, "last_platform"));
    record.add("After its lease", text(number, "after_lease"));
    record.add("Last used", when(number, "last_used_at"));
    record.add("Changed", when(number, "changed_at"));
    record.add("Cools until", when(number, "cool_until"));
    return record.text(layout);
}

/// The problems by line, and how many are not shown.
void report(const Tool& tool, const json::object& answer) {
    const json::array* problems = list(answer, "problems");
    if (!problems || problems->empty()) return;
    Table table{{{"LINE", Align::right}, {"NUMBER"}, {"PROBLEM"}}};
    for (const json::value& problem : *problems) {
        if (!problem.is_object()) continue;
        const json::object& one = problem.as_object();
        table.add({count(one, "line") == 0 ? std::string{} : std::to_string(count(one, "line")),
                   text(one, "number"), text(one, "error")});
    }
    // A problem's words are all of its use: they are not cut to the terminal's width.
    tool.console.print(table.text({.columns = 0, .colour = tool.console.layout().colour}));
    const std::uint64_t total = count(answer, "problems_total");
    if (total > problems->size())
        tool.console.print("and " + grouped(total - problems->size()) + " more\n");
}

}  // namespace

void numbers_import(const Tool& tool, const ImportOptions& options) {
    Request request;
    request.method = "POST";
    request.target = path({"numbers", "import"}) + (options.skip_bad ? "?skip_bad=true" : "");
    request.body = contents_of(options.file);
    request.content_type = "text/csv";
    request.timeout = 600s;
    if (request.body.empty()) throw Failure{Exit::usage, escaped(options.file) + " is empty"};
    request.progress = [&](std::size_t sent, std::size_t all) {
        tool.console.progress(sent < all ? "Sent " + std::to_string(sent * 100 / all) + "%"
                                         : std::string{"Sent; smppd reads and stores it..."});
    };
    const Answer answer = tool.client.send(request);
    tool.console.clear_progress();
    const Exit code = exit_for(answer.status);
    if (code != Exit::ok) {
        std::string why = problem_text(answer.status, answer.body);
        if (answer.status == 422 && !tool.console.json()) {
            const json::object refusal = object_of(answer.body);
            report(tool, refusal);
            const std::uint64_t bad = count(refusal, "problems_total");
            if (bad > 0)
                why = "nothing was imported: " + grouped(bad) +
                      (bad == 1 ? " line is" : " lines are") +
                      " not right; mend the file, or leave such lines out with --skip-bad";
        }
        throw Failure{code, why, answer.body};
    }
    if (tool.console.json()) return tool.console.print_json(answer.body);
    const json::object done = object_of(answer.body);
    report(tool, done);
    if (const std::string unknown = joined(done, "unknown_carriers"); !unknown.empty())
        tool.console.note("Not configured: carrier " + escaped(unknown) +
                          ". Such numbers receive nothing until it is.");
    tool.console.print("Imported " + count_text(done, "imported") + " numbers of " +
                       count_text(done, "lines") + " lines.\n");
}

void numbers_list(const Tool& tool, const NumberFilter& filter) {
    Query query;
    query.add("state", filter.state).add("country", filter.country).add("carrier", filter.carrier);
    query.add("area", filter.area).add("tag", filter.tag).add("prefix", filter.prefix);
    query.add("platform", filter.platform);
    print_list(tool, path({"numbers"}), query, filter.limit, numbers_table, "No numbers.");
}

void numbers_show(const Tool& tool, const Named& number) {
    print_object(tool, tool.client.get(path({"numbers", plus_number(number.name)})),
                 [&](const json::object& one) { return number_text(one, tool.console.layout()); });
}

void numbers_assign(const Tool& tool, const NumbersOf& numbers) {
    for_each_number(tool, numbers.numbers, [&](const std::string& number) {
        const std::string document = send_json(tool, "POST", path({"numbers", number, "assign"}),
                                               json::object{{"platform", numbers.platform}});
        print_object(tool, document, [](const json::object& one) {
            return escaped(text(one, "number")) + " is " + escaped(text(one, "state")) + " to " +
                   escaped(text(one, "platform")) + ".\n";
        });
    });
}

void numbers_unassign(const Tool& tool, const NumbersDestructive& numbers) {
    const std::size_t many = numbers.numbers.size();
    tool.console.confirm(
        "Take " + (many == 1 ? numbers.numbers.front() : std::to_string(many) + " numbers") +
            " back from the platform?",
        numbers.yes);
    for_each_number(tool, numbers.numbers, [&](const std::string& number) {
        const std::string document = send_json(tool, "POST", path({"numbers", number, "unassign"}));
        print_object(tool, document, [](const json::object& one) {
            const std::string until = when(one, "cool_until");
            return escaped(text(one, "number")) + " is " + escaped(text(one, "state")) +
                   (until.empty() ? "" : " until " + until) + ".\n";
        });
    });
}

}  // namespace smppd::ctl
