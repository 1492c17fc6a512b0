// tools/smppctl/event_stream.cpp - see event_stream.hpp.
#include "tools/smppctl/event_stream.hpp"

#include "tools/smppctl/failure.hpp"

#include <utility>

namespace smppd::ctl {

std::vector<StreamEvent> EventStream::feed(std::string_view octets) {
    std::vector<StreamEvent> found;
    for (const char c : octets) {
        const bool second = after_return_ && c == '\n';
        after_return_ = c == '\r';
        if (second) continue;
        if (c == '\r' || c == '\n') {
            take_line(found);
            continue;
        }
        line_ += c;
        if (line_.size() + event_.data.size() > event_max)
            throw Failure{Exit::failed, "an event of the stream is too large to be one of smppd's"};
    }
    return found;
}

void EventStream::take_line(std::vector<StreamEvent>& found) {
    const std::string line = std::exchange(line_, {});
    if (line.empty()) {
        StreamEvent event = std::exchange(event_, {});
        if (std::exchange(has_data_, false)) {
            event.id = last_id_;
            found.push_back(std::move(event));
        }
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0) return;  // a comment
    std::string_view value;
    if (colon != std::string::npos) value = std::string_view{line}.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(std::string_view{line}.substr(0, colon), value);
}

void EventStream::take_field(std::string_view name, std::string_view value) {
    if (name == "event") event_.type = value;
    if (name == "id" && value.find('\0') == std::string_view::npos) last_id_ = value;
    if (name != "data") return;
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
}

}  // namespace smppd::ctl
