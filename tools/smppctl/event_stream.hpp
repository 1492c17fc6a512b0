// tools/smppctl/event_stream.hpp - server-sent events, taken out of the octets of a stream.
// Source: HTML standard, Server-sent events; Interpreting an event stream.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smppd::ctl {

struct StreamEvent {
    std::string id;    ///< of the last event that had one
    std::string type;  ///< empty: "message"
    std::string data;
};

class EventStream {
public:
    /// What is waited for of one event at most, in octets.
    static constexpr std::size_t event_max = 1u << 20;

    /// The events that these octets complete. Comments and events without data are none.
    /// Failure failed when an event grows above event_max.
    std::vector<StreamEvent> feed(std::string_view octets);

private:
    void take_line(std::vector<StreamEvent>& found);
    void take_field(std::string_view name, std::string_view value);

    std::string line_;
    bool after_return_ = false;  // the last octet was \r: an \n now belongs to it
    bool has_data_ = false;
    StreamEvent event_;
    std::string last_id_;
};

}  // namespace smppd::ctl
