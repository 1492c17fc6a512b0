// daemon/http/api_system.cpp - the daemon as a whole: status, health, the API's description, copies
// of the store.
#include "daemon/http/handlers.hpp"
#include "daemon/http/openapi.hpp"
#include "daemon/http/render.hpp"
#include "daemon/sandbox/outcomes.hpp"

namespace smppd::http {
namespace {

namespace json = boost::json;

json::object writer_json(const store::WriterStats& writer) {
    return {{"groups", writer.groups},
            {"commits", writer.commits},
            {"changes", writer.changes},
            {"errors", writer.errors},
            {"queued", writer.queued},
            {"last_group_microseconds", writer.last_group.count()},
            {"longest_group_microseconds", writer.longest_group.count()},
            {"full", writer.full}};
}

/// The sandbox's numbers are not the operator's, and are left out.
json::object numbers_json(const pool::Pool& pool) {
    std::vector<std::uint64_t> counts = pool.counts();
    std::uint64_t total = pool.size();
    pool::NumberFilter simulated;
    simulated.carrier = sandbox::carrier_name;
    simulated.prefix = "999";  // so that few are looked at
    constexpr std::size_t most = sandbox::outcomes * sandbox::numbers_each;
    for (const pool::Number& one : pool.numbers(simulated, 0, most)) {
        --counts[static_cast<std::size_t>(one.state)];
        --total;
    }
    json::object numbers{{"total", total}};
    for (std::size_t i = 0; i < counts.size(); ++i)
        numbers[pool::name(static_cast<pool::NumberState>(i))] = counts[i];
    return numbers;
}

json::object carriers_json(const smpp::CarrierControl& control) {
    std::uint64_t total = 0, stopped = 0, binds = 0, bound = 0;
    for (const smpp::CarrierView& carrier : control.carriers()) {
        ++total;
        stopped += carrier.stopped ? 1 : 0;
        binds += carrier.binds;
        bound += carrier.binds_bound;
    }
    return {{"total", total}, {"stopped", stopped}, {"binds", binds}, {"binds_bound", bound}};
}

std::string_view name(BackupState::Phase phase) {
    switch (phase) {
        case BackupState::Phase::none: return "none";
        case BackupState::Phase::running: return "running";
        case BackupState::Phase::done: return "done";
        case BackupState::Phase::failed: return "failed";
    }
    return "none";
}

json::object backup_json(const BackupState& backup) {
    json::object body{{"state", name(backup.phase)},
                      {"path", nullptr},
                      {"started_at", time_json(backup.started_at)},
                      {"ended_at", time_json(backup.ended_at)},
                      {"pages_done", backup.pages_done},
                      {"pages", backup.pages},
                      {"error", nullptr}};
    if (!backup.path.empty()) body["path"] = backup.path;
    if (!backup.error.empty()) body["error"] = backup.error;
    return body;
}

/// Under systemd the daemon sees most of the system read-only.
std::string backup_failure(std::error_code error) {
    std::string text = error.message();
    if (error == std::errc::read_only_file_system || error == std::errc::permission_denied ||
        error == std::errc::no_such_file_or_directory)
        text +=
            "; the daemon's unit lets it write below /var/lib/smppd, such as"
            " /var/lib/smppd/backup/smppd.db; other places need ReadWritePaths= in the unit";
    return text;
}

}  // namespace

void get_status(CallPtr call) {
    if (refused_parameters(*call)) return;
    if (call->caller.platform != 0 || call->caller.test)
        return call->fail(Kind::forbidden,
                          "The daemon's figures are for live keys that see all platforms; "
                          "GET /readyz tells whether it serves.");
    const Context& context = call->context;
    const DaemonStatus status = context.status();
    const auto uptime =
        std::chrono::floor<std::chrono::seconds>(context.wall_now() - status.started_at);
    json::array alarms;
    for (const std::string& alarm : status.alarms) alarms.emplace_back(alarm);
    const json::object body{{"version", status.version},
                            {"started_at", time_json(status.started_at)},
                            {"uptime_seconds", uptime.count()},
                            {"config_file", status.config_file},
                            {"store_path", status.store_path},
                            {"draining", status.draining},
                            {"waiting_messages", status.waiting},
                            {"open_assemblies", status.open_assemblies},
                            {"alarms", std::move(alarms)},
                            {"carriers", carriers_json(context.carriers)},
                            {"numbers", numbers_json(context.pool)},
                            {"writer", writer_json(status.writer)}};
    call->answer(json_response(200, body));
}

void get_health(CallPtr call) {
    if (refused_parameters(*call)) return;
    call->answer(json_response(200, json::object{{"status", "ok"}}));
}

void get_readiness(CallPtr call) {
    if (refused_parameters(*call)) return;
    const DaemonStatus status = call->context.status();
    if (status.draining)
        return call->fail(Kind::draining, "The daemon stops and takes no new work.");
    if (status.writer.full)
        return call->fail(Kind::store_full,
                          "The store's disk is full; free space, it heals by itself.");
    call->answer(json_response(200, json::object{{"status", "ready"}}));
}

void get_openapi(CallPtr call) {
    if (refused_parameters(*call)) return;
    const std::string_view etag = openapi_etag();
    const std::string_view known = call->request.header("if-none-match");
    // One of a list fits, weak or strong. Source: RFC 9110 §13.1.2.
    const bool same = known == "*" || known.find(etag) != std::string_view::npos;
    Response response;
    if (same)
        response.status = 304;
    else
        response.body = openapi_document();
    response.headers.emplace_back("etag", etag);
    response.headers.emplace_back("cache-control", "no-cache");
    call->answer(std::move(response));
}

void start_backup(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const std::string path = fields.required_text("path", {1, 4000});
    if (!path.empty() && path.front() != '/')
        fields.wrong("path", "must be an absolute path, as the daemon sees it");
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    BackupState& backup = call->state->backup;
    if (backup.phase == BackupState::Phase::running)
        return call->fail(Kind::running,
                          "A backup to " + backup.path + " is running; see GET /v1/backup.");

    const Context& context = call->context;
    backup = {.phase = BackupState::Phase::running, .path = path, .started_at = context.wall_now()};
    auto progress = [state = call->state](store::Backup::Progress at) {
        state->backup.pages_done = at.pages_done;
        state->backup.pages = at.pages;
    };
    auto done = [state = call->state, now = context.wall_now](std::error_code error) {
        state->backup.phase = error ? BackupState::Phase::failed : BackupState::Phase::done;
        state->backup.ended_at = now();
        if (error) state->backup.error = backup_failure(error);
    };
    context.backup(path, std::move(progress), std::move(done));
    if (backup.phase == BackupState::Phase::failed)
        return call->fail(Kind::store_failed, "/path: no backup was made: " + backup.error + ".");
    Response response = json_response(202, backup_json(backup));
    response.headers.emplace_back("location", "/v1/backup");
    call->answer(std::move(response));
}

void get_backup(CallPtr call) {
    if (refused_parameters(*call)) return;
    call->answer(json_response(200, backup_json(call->state->backup)));
}

}  // namespace smppd::http
