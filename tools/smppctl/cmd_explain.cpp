// tools/smppctl/cmd_explain.cpp - a message's story, with times.
#include "tools/smppctl/commands.hpp"
#include "tools/smppctl/escape.hpp"
#include "tools/smppctl/story.hpp"

#include <algorithm>

namespace smppd::ctl {
namespace {

std::string story_text(const json::object& story, const Layout& layout) {
    std::string told;
    if (const json::object* message = part(story, "message")) {
        told = "Message " + text(*message, "id") + " from " + text(*message, "source") + " to " +
               text(*message, "destination") + ": " + text(*message, "state");
        told = toned(escaped(told), Tone::strong, layout.colour) + "\n";
    }
    const json::array* events = list(story, "events");
    if (!events) return told;
    std::optional<Time> first;
    for (const json::value& event : *events) {
        if (!event.is_object()) continue;
        const json::object& one = event.as_object();
        const auto at = time(one, "at");
        if (at && !first) told += "  " + time_text(*at).substr(0, 10) + " (UTC)\n";
        if (at && !first) first = at;
        std::string since = at && first ? "+" + duration_text(*at - *first) : std::string{};
        since.resize(std::max<std::size_t>(since.size(), 9), ' ');
        told += "  " + (at ? clock_text(*at) : std::string(12, ' ')) + "  " + since + "  " +
                sentence(text(one, "event"), text(one, "detail")) + "\n";
    }
    if (const json::object* message = part(story, "message"))
        if (text(*message, "state") == "waiting")
            told += "  It waits for its platform to take it; smppctl binds list --platform " +
                    escaped(text(*message, "platform")) + "\n";
    return told;
}

}  // namespace

void messages_explain(const Tool& tool, const OneMessage& message) {
    print_object(tool, tool.client.get(path({"messages", message.id, "trace"})),
                 [&](const json::object& one) { return story_text(one, tool.console.layout()); });
}

}  // namespace smppd::ctl
