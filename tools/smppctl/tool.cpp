// tools/smppctl/tool.cpp - see tool.hpp.
#include "tools/smppctl/tool.hpp"

#include "tools/smppctl/escape.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace smppd::ctl {
namespace {

constexpr std::uint64_t page_max = 1000;  // the API's own limit

/// Writes pages as one JSON document. A single page stays as it came.
class JsonPages {
public:
    explicit JsonPages(const Console& console) : console_(console) {}

    void add(const std::string& document, const json::array& items, bool last) {
        if (first_ && last) {
            console_.print_json(document);
            return;
        }
        std::string text = first_ ? "{\"items\":[" : "";
        for (const json::value& item : items) {
            if (!first_) text += ",\n";
            text += json::serialize(item);
            first_ = false;
        }
        if (last) {
            const json::object page = object_of(document);
            const json::value* next = page.if_contains("next_cursor");
            text += "],\"next_cursor\":" + (next ? json::serialize(*next) : "null") + "}";
            console_.print_json(text);
        } else {
            console_.print(text);
        }
    }

private:
    const Console& console_;
    bool first_ = true;
};

}  // namespace

bool is_away(const Failure& failure) {
    if (failure.code() == Exit::unreachable || failure.code() == Exit::timed_out) return true;
    if (failure.json().empty()) return false;
    boost::system::error_code error;
    const json::value problem = json::parse(failure.json(), error);
    return !error && problem.is_object() && count(problem.get_object(), "status") == 503;
}

std::string contents_of(const std::string& name) {
    std::ostringstream all;
    if (name == "-") {
        all << std::cin.rdbuf();
        return std::move(all).str();
    }
    std::ifstream file{name, std::ios::binary};
    if (file && file.peek() != std::ifstream::traits_type::eof()) all << file.rdbuf();
    if (file.bad() || !file.is_open() || !all)
        throw Failure{Exit::usage, "the file " + escaped(name) + " cannot be read"};
    return std::move(all).str();
}

Time now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

json::object object_of(const std::string& document) {
    boost::system::error_code error;
    json::value value = json::parse(document, error);
    if (error || !value.is_object())
        throw Failure{Exit::failed,
                      "the answer is no JSON object; is the socket that of smppd, and of this "
                      "version?"};
    return std::move(value.as_object());
}

std::string send_json(const Tool& tool, const std::string& method, const std::string& target,
                      const json::value& body) {
    Request request;
    request.method = method;
    request.target = target;
    if (!body.is_null()) {
        request.body = json::serialize(body);
        request.content_type = "application/json";
    }
    return tool.client.call(request);
}

void print_object(const Tool& tool, const std::string& document,
                  const std::function<std::string(const json::object&)>& show) {
    if (tool.console.json())
        tool.console.print_json(document);
    else
        tool.console.print(show(object_of(document)));
}

void print_secret(const Tool& tool, const std::string& document, const std::string& secret,
                  const std::function<std::string(const json::object&)>& show) {
    const json::object object = object_of(document);
    const std::string value = text(object, secret);
    if (tool.console.json())
        tool.console.print_json(document);
    else if (tool.console.out_is_tty())
        tool.console.print(show(object) + "\n" + escaped(value) + "\n");
    else
        tool.console.print(escaped(value) + "\n");
    tool.console.note("Keep the " + secret + " of " + escaped(text(object, "id")) +
                      " now: it is not shown again.");
}

void print_list(const Tool& tool, const std::string& path, Query query, std::uint64_t limit,
                const MakeTable& make_table, const std::string& none) {
    JsonPages pages{tool.console};
    std::uint64_t shown = 0;
    std::string cursor;
    do {
        const std::uint64_t left = limit == 0 ? page_max : std::min(limit - shown, page_max);
        Query paged = query;
        paged.add("limit", std::to_string(left)).add("cursor", cursor);
        const std::string document = tool.client.get(path + paged.text());
        const json::object page = object_of(document);
        const json::array* items = list(page, "items");
        const json::array empty;
        if (!items) items = &empty;
        cursor = text(page, "next_cursor");
        const bool first = shown == 0;
        shown += items->size();
        const bool last = cursor.empty() || items->empty() || (limit != 0 && shown >= limit);
        if (tool.console.json())
            pages.add(document, *items, last);
        else if (!items->empty())
            tool.console.print(make_table(*items).text(tool.console.layout(), first));
        if (last) break;
    } while (true);
    if (tool.console.json()) return;
    if (shown == 0) tool.console.note(none);
    if (!cursor.empty() && tool.console.shows_progress())
        tool.console.note("There are more; --limit N shows more of them, --limit 0 all.");
}

}  // namespace smppd::ctl
