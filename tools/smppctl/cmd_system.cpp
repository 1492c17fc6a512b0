// tools/smppctl/cmd_system.cpp - the daemon as a whole: status, backup.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"

#include <filesystem>
#include <thread>

namespace smppd::ctl {
namespace {

using namespace std::chrono_literals;

std::string microseconds(const json::object& object, std::string_view name) {
    const std::uint64_t us = count(object, name);
    if (us < 1000) return std::to_string(us) + "us";
    return duration_text(std::chrono::milliseconds{static_cast<std::int64_t>(us / 1000)});
}

Cell binds_cell(const json::object& carriers) {
    const std::uint64_t bound = count(carriers, "binds_bound"), all = count(carriers, "binds");
    std::string text = count_text(carriers, "total");
    if (count(carriers, "stopped") > 0)
        text += " (" + count_text(carriers, "stopped") + " stopped)";
    text += ", " + grouped(bound) + " of " + grouped(all) + " binds bound";
    return {text, bound == all ? Tone::good : bound == 0 ? Tone::bad : Tone::warning};
}

std::string numbers_line(const json::object& numbers) {
    std::string text = count_text(numbers, "total");
    std::string states;
    for (const auto& [name, value] : numbers) {
        const std::uint64_t many = count(numbers, name);
        if (name == "total" || many == 0) continue;
        states += (states.empty() ? ": " : ", ") + grouped(many) + " " + std::string{name};
    }
    return text + states;
}

Cell writer_cell(const json::object& writer) {
    if (flag(writer, "full")) return {"the disk is full", Tone::bad};
    const std::uint64_t errors = count(writer, "errors");
    std::string text = count_text(writer, "changes") + " changes in " +
                       count_text(writer, "groups") + " groups, " + count_text(writer, "queued") +
                       " queued, last " + microseconds(writer, "last_group_microseconds") +
                       ", longest " + microseconds(writer, "longest_group_microseconds");
    if (errors > 0) text += ", " + grouped(errors) + " errors";
    return {text, errors > 0 ? Tone::warning : Tone::plain};
}

std::string status_text(const json::object& status, const Layout& layout) {
    Record record;
    const auto uptime =
        std::chrono::seconds{static_cast<std::int64_t>(count(status, "uptime_seconds"))};
    record.add("Version", text(status, "version"));
    record.add("Running", flag(status, "draining")
                              ? Cell{"stopping, takes no new work", Tone::warning}
                              : Cell{"for " + duration_text(uptime) + ", since " +
                                     when(status, "started_at")});
    record.add("Configuration", text(status, "config_file"));
    record.add("Store", text(status, "store_path"));
    if (const auto* carriers = part(status, "carriers"))
        record.add("Carriers", binds_cell(*carriers));
    if (const auto* numbers = part(status, "numbers"))
        record.add("Numbers", numbers_line(*numbers));
    record.add("Messages", count_text(status, "waiting_messages") + " wait to be delivered, " +
                               count_text(status, "open_assemblies") + " wait for parts");
    if (const auto* writer = part(status, "writer")) record.add("Writer", writer_cell(*writer));
    const json::array* alarms = list(status, "alarms");
    if (!alarms || alarms->empty()) record.add("Alarms", {"none", Tone::good});
    if (alarms)
        for (const json::value& alarm : *alarms)
            if (alarm.is_string())
                record.add("Alarm", {std::string{alarm.get_string().c_str()}, Tone::bad});
    return record.text(layout);
}

/// Waits for the end of the backup; its last document.
std::string wait_for_backup(const Tool& tool) {
    while (true) {
        std::string document = tool.client.get(path({"backup"}));
        const json::object state = object_of(document);
        if (text(state, "state") != "running") {
            tool.console.clear_progress();
            return document;
        }
        const std::uint64_t done = count(state, "pages_done"), all = count(state, "pages");
        tool.console.progress(all == 0 ? std::string{"Starting..."}
                                       : std::to_string(done * 100 / all) + "% of " + grouped(all) +
                                             " pages");
        std::this_thread::sleep_for(200ms);
    }
}

}  // namespace

void status(const Tool& tool, const NoOptions&) {
    print_object(tool, tool.client.get(path({"status"})), [&](const json::object& object) {
        return status_text(object, tool.console.layout());
    });
}

void backup(const Tool& tool, const BackupOptions& options) {
    // The daemon has a working directory of its own.
    const std::string target = std::filesystem::absolute(options.path).lexically_normal().string();
    send_json(tool, "POST", path({"backup"}), json::object{{"path", target}});
    const std::string document = wait_for_backup(tool);
    const json::object state = object_of(document);
    if (text(state, "state") == "failed" || text(state, "path") != target) {
        const std::string why = text(state, "error");
        throw Failure{Exit::failed,
                      "the backup to " + escaped(target) + " failed" +
                          (why.empty() ? ": another one was started since" : ": " + escaped(why)),
                      document};
    }
    print_object(tool, document, [&](const json::object& done) {
        const auto from = time(done, "started_at"), to = time(done, "ended_at");
        std::string told =
            "Backup of " + count_text(done, "pages") + " pages in " + escaped(target);
        if (from && to) told += ", made in " + duration_text(*to - *from);
        return told + ".\nKeep the store's key with it: texts cannot be read without the key.\n";
    });
}

}  // namespace smppd::ctl
