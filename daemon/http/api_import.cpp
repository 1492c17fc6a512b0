// daemon/http/api_import.cpp - numbers from CSV: all of them or none, with a report by line.
#include "daemon/http/handlers.hpp"
#include "pool/import.hpp"

#include <map>

namespace smppd::http {
namespace {

namespace json = boost::json;

// A report is for people; a file that is wrong throughout must not be sent back whole.
constexpr std::size_t problems_shown_max = 1000;

using PlatformIds = std::map<std::string, pool::PlatformId, std::less<>>;

PlatformIds platform_ids(const pool::Pool& pool) {
    PlatformIds ids;
    for (const pool::Platform& platform : pool.platforms()) ids.emplace(platform.name, platform.id);
    return ids;
}

void add_report(json::object& body, std::size_t imported,
                const std::vector<pool::ImportProblem>& problems) {
    json::array list;
    for (const pool::ImportProblem& problem : problems) {
        if (list.size() == problems_shown_max) break;
        list.push_back(json::object{
            {"line", problem.line}, {"number", problem.number}, {"error", problem.error}});
    }
    body["imported"] = imported;
    body["problems_total"] = problems.size();
    body["problems"] = std::move(list);
}

/// 422 with the report; nothing was imported.
void refuse(Call& call, const std::vector<pool::ImportProblem>& problems, std::string detail) {
    Response response =
        to_response({.kind = Kind::invalid, .detail = std::move(detail), .errors = {}});
    json::object body = json::parse(response.body).as_object();
    add_report(body, 0, problems);
    response.body = json::serialize(body);
    call.answer(std::move(response));
}

/// Takes all of the file's numbers into the pool; what the pool refuses becomes a problem.
pool::Changes take(const Context& context, pool::Import& import, std::size_t& imported) {
    const pool::WallTime now = context.wall_now();
    pool::Changes changes;
    changes.reserve(import.numbers.size());
    for (pool::Number& number : import.numbers) {
        const pool::E164 digits = number.number;
        auto more = context.pool.import_number(std::move(number), now);
        if (!more) {
            import.problems.push_back({0, pool::to_text(digits), more.error().message()});
            continue;
        }
        ++imported;
        std::move(more->begin(), more->end(), std::back_inserter(changes));
    }
    import.numbers = {};
    return changes;
}

void finish(const CallPtr& call, pool::Import import, bool skip_bad) {
    const std::string advice = " Nothing was imported; mend them, or use skip_bad=true.";
    if (import.lines == 0 && import.problems.empty())
        return refuse(*call, {}, "The file has no line of data below its header.");
    if (!import.problems.empty() && !skip_bad)
        return refuse(*call, import.problems,
                      std::to_string(import.problems.size()) + " problems were found." + advice);
    std::size_t imported = 0;
    pool::Changes changes = take(call->context, import, imported);
    if (!import.problems.empty() && !skip_bad) {
        call->context.pool.revert(changes);
        return refuse(*call, import.problems, "The pool refused some of the numbers." + advice);
    }
    Context& context = call->context;
    record(call, std::move(changes),
           [&context, imported, lines = import.lines, problems = std::move(import.problems)] {
               context.accounts_changed();
               json::object body{{"lines", lines}};
               add_report(body, imported, problems);
               return json_response(200, body);
           });
}

/// Lives as long as the job and its closure, run or dropped: then the next import may start.
struct Running {
    std::shared_ptr<ApiState> state;
    explicit Running(std::shared_ptr<ApiState> s) : state(std::move(s)) { state->importing = true; }
    ~Running() { state->importing = false; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
};

}  // namespace

void import_numbers(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const bool skip_bad = params.boolean("skip_bad").value_or(false);
    params.finish();
    if (refused(*call, std::move(errors))) return;
    if (call->state->importing)
        return call->fail(Kind::running, "Another import is running. Wait for its answer.");
    // A large file takes a second or more to read. That is the history reader's time, not that of
    // the network thread; the platforms' names go along as a copy.
    const auto running = std::make_shared<Running>(call->state);
    auto csv = std::make_shared<std::string>(std::move(call->request.body));
    auto parse = [csv = std::move(csv), ids = platform_ids(call->context.pool)](store::History&) {
        return pool::read_csv(*csv, [&](std::string_view name) {
            const auto found = ids.find(name);
            return found == ids.end() ? pool::PlatformId{0} : found->second;
        });
    };
    read_history(call, std::move(parse),
                 [running, skip_bad](const CallPtr& here, pool::Import import) {
                     finish(here, std::move(import), skip_bad);
                 });
}

}  // namespace smppd::http
