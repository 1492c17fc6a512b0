// daemon/http/api_import.cpp - numbers from CSV: none of them where a line is wrong, with a report
// by line.
#include "daemon/http/handlers.hpp"
#include "pool/import.hpp"

#include <malloc.h>

#include <algorithm>
#include <map>
#include <set>

namespace smppd::http {
namespace {

namespace json = boost::json;

// A report is for people; a file that is wrong throughout must not be sent back whole.
constexpr std::size_t problems_shown_max = 1000;

// A million lines in one turn would keep the messages waiting for seconds, and their changes take
// a gigabyte.
constexpr std::size_t lines_a_turn = 2'000;

constexpr std::size_t lines_large = 100'000;

using PlatformIds = std::map<std::string, pool::PlatformId, std::less<>>;

PlatformIds platform_ids(const pool::Pool& pool) {
    PlatformIds ids;
    for (const pool::Platform& platform : pool.platforms()) ids.emplace(platform.name, platform.id);
    return ids;
}

void add_report(json::object& body, std::size_t imported, const pool::Import& import) {
    json::array list;
    for (const pool::ImportProblem& problem : import.problems) {
        if (list.size() == problems_shown_max) break;
        list.push_back(json::object{
            {"line", problem.line}, {"number", problem.number}, {"error", problem.error}});
    }
    body["imported"] = imported;
    body["problems_total"] = import.bad;
    body["problems"] = std::move(list);
}

/// 422 with the report; nothing was imported.
void refuse(Call& call, const pool::Import& import, std::string detail) {
    Response response =
        to_response({.kind = Kind::invalid, .detail = std::move(detail), .errors = {}});
    json::object body = json::parse(response.body).as_object();
    add_report(body, 0, import);
    response.body = json::serialize(body);
    call.answer(std::move(response));
}

/// Lives as long as the job and its closure, run or dropped: then the next import may start.
struct Running {
    std::shared_ptr<ApiState> state;
    explicit Running(std::shared_ptr<ApiState> s) : state(std::move(s)) { state->importing = true; }
    ~Running() { state->importing = false; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
};

/// A file on its way into the pool, some lines in each turn of the loop: first all of it is looked
/// at, and only when nothing is wrong it is taken, with a commit for each slice.
class Importer : public std::enable_shared_from_this<Importer> {
public:
    Importer(CallPtr call, pool::Import import, bool skip_bad, std::shared_ptr<Running> running)
        : call_(std::move(call)),
          import_(std::move(import)),
          skip_bad_(skip_bad),
          running_(std::move(running)) {}
    ~Importer() {
        if (import_.lines < lines_large) return;
        import_ = {};
        // What a large file took lies between what stays, in the reader's arena: without this it
        // would be held for good.
        malloc_trim(0);
    }
    Importer(const Importer&) = delete;
    Importer& operator=(const Importer&) = delete;

    void start() {
        if (import_.lines == 0 && import_.bad == 0)
            return refuse(*call_, import_, "The file has no line of data below its header.");
        if (import_.bad > 0 && !skip_bad_)
            return refuse(*call_, import_,
                          std::to_string(import_.bad) + " problems were found." + advice);
        check();
    }

private:
    static constexpr const char* advice = " Nothing was imported; mend them, or use skip_bad=true.";

    /// What the pool would refuse becomes a problem, and leaves the file.
    void check() {
        std::vector<pool::Number>& numbers = import_.numbers;
        const pool::WallTime now = call_->context.wall_now();
        const std::size_t end = std::min(looked_at_ + lines_a_turn, numbers.size());
        for (; looked_at_ < end; ++looked_at_) {
            pool::Number& number = numbers[looked_at_];
            if (!number.carrier.empty()) carriers_.insert(number.carrier);
            if (const auto fine = call_->context.pool.can_import(number, now); !fine)
                problem(number.number, fine.error().message());
            else if (good_++ != looked_at_)
                numbers[good_ - 1] = std::move(number);
        }
        if (looked_at_ < numbers.size()) {
            // By way of the reader's thread: the loop turns meanwhile.
            return read_history(
                call_, [](store::History&) { return 0; },
                [self = shared_from_this()](const CallPtr&, int) { self->check(); });
        }
        numbers.resize(good_);
        if (import_.bad > 0 && !skip_bad_)
            return refuse(*call_, import_,
                          std::string("The pool refused some of the numbers.") + advice);
        take();
    }

    void problem(pool::E164 number, std::string error) {
        ++import_.bad;
        if (import_.problems.size() < problems_shown_max)
            import_.problems.push_back({0, pool::to_text(number), std::move(error)});
    }

    void take() {
        const bool first = taken_ == 0;
        if (!first && taken_ == import_.numbers.size()) return finish({});
        pool::Changes changes = next_slice();
        // What goes into one commit is all there or not, the answer with it.
        if (first && taken_ == import_.numbers.size()) return finish(std::move(changes));
        auto kept = std::make_shared<const pool::Changes>(changes);
        call_->context.committer.commit(std::move(changes),
                                        [self = shared_from_this(), kept](std::error_code error) {
                                            if (error) return self->stop(*kept, error);
                                            self->recorded_ = self->imported_;
                                            self->take();
                                        });
    }

    pool::Changes next_slice() {
        const pool::WallTime now = call_->context.wall_now();
        const std::size_t end = std::min(taken_ + lines_a_turn, import_.numbers.size());
        pool::Changes changes;
        changes.reserve(end - taken_);
        for (; taken_ < end; ++taken_) {
            pool::Number& number = import_.numbers[taken_];
            const pool::E164 digits = number.number;
            auto more = call_->context.pool.import_number(std::move(number), now);
            if (!more) {  // it changed since it was looked at
                problem(digits, more.error().message());
                continue;
            }
            ++imported_;
            std::move(more->begin(), more->end(), std::back_inserter(changes));
        }
        return changes;
    }

    void stop(const pool::Changes& failed, std::error_code error) {
        Context& context = call_->context;
        context.pool.revert(failed);
        context.pool_changed();
        if (recorded_ > 0) context.accounts_changed();
        Problem problem = from_store(error);
        if (recorded_ > 0)
            problem.detail = "The import stopped (" + error.message() + ") after " +
                             std::to_string(recorded_) + " numbers; send the same file again.";
        call_->fail(problem);
    }

    void finish(pool::Changes changes) {
        record(
            call_, std::move(changes),
            [this] {
                json::object body{{"lines", import_.lines}};
                add_report(body, imported_, import_);
                body["unknown_carriers"] = unknown_carriers();
                return json_response(200, body);
            },
            [self = shared_from_this()] { self->call_->context.accounts_changed(); });
    }

    /// Their numbers receive nothing until the configuration has them: a name mistyped, perhaps.
    json::array unknown_carriers() const {
        std::set<std::string> unknown = carriers_;
        for (const smpp::CarrierView& one : call_->context.carriers.carriers())
            unknown.erase(one.name);
        json::array names;
        for (const std::string& name : unknown) names.emplace_back(name);
        return names;
    }

    CallPtr call_;
    std::set<std::string> carriers_;  ///< that the file names
    pool::Import import_;
    bool skip_bad_;
    std::shared_ptr<Running> running_;
    std::size_t looked_at_ = 0, good_ = 0;  ///< the good ones stand in front
    std::size_t taken_ = 0, imported_ = 0, recorded_ = 0;
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
    read_history(
        call, std::move(parse), [running, skip_bad](const CallPtr& here, pool::Import import) {
            std::make_shared<Importer>(here, std::move(import), skip_bad, running)->start();
        });
}

}  // namespace smppd::http
