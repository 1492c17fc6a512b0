// daemon/http/webhook_calls.cpp - the URLs of webhooks, and those that a session brings along.
#include "daemon/http/access.hpp"
#include "daemon/http/session_calls.hpp"
#include "daemon/notify/outbox.hpp"
#include "daemon/notify/standard_webhooks.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace smppd::http {
namespace {

constexpr std::size_t url_octets_max = 2'000;

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// "host", "host:port", "[::1]:port"; the port 1 to 65535.
bool valid_authority(std::string_view authority) {
    std::string_view host = authority, port;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos || end < 3) return false;
        host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
        if (host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return false;
        if (!port.empty() && port.front() != ':') return false;
        if (!port.empty()) port.remove_prefix(1);
        if (port.empty() && authority.back() == ':') return false;
    } else {
        const auto colon = authority.find(':');
        host = authority.substr(0, colon);
        if (colon != std::string_view::npos) {
            port = authority.substr(colon + 1);
            if (port.empty()) return false;
        }
        constexpr std::string_view allowed =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
        if (host.empty() || host.size() > 253 ||
            host.find_first_not_of(allowed) != std::string_view::npos)
            return false;
    }
    if (port.empty()) return true;
    if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    const int number = std::stoi(std::string(port));
    return number >= 1 && number <= 65'535;
}

}  // namespace

std::string webhook_url_problem(std::string_view url, bool allow_http) {
    if (url.size() > url_octets_max) return "must have at most 2000 octets";
    if (!printable(url)) return "must have no blanks, control or non-ASCII characters; encode them";
    std::string_view rest = url;
    if (rest.starts_with("https://"))
        rest.remove_prefix(8);
    else if (rest.starts_with("http://") && allow_http)
        rest.remove_prefix(7);
    else
        return allow_http ? "must begin with https:// or http://"
                          : "must begin with https://; the operator can allow http "
                            "(webhooks.allow_http)";
    if (url.find('#') != std::string_view::npos) return "must have no fragment (#)";
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    if (authority.find('@') != std::string_view::npos)
        return "must have no user name or password; deliveries are signed instead";
    if (!valid_authority(authority)) return "has no right host and port";
    return {};
}

pool::Id webhook_for(const CallPtr& call, pool::PlatformId platform, const std::string& url,
                     bool test, pool::Changes& changes) {
    Context& context = call->context;
    const std::string problem = webhook_url_problem(url, context.webhooks_allow_http);
    if (!problem.empty()) {
        call->fail(invalid({{"/webhook_url", {}, problem}}));
        return 0;
    }
    // It brings texts and codes wherever it leads.
    if (refused_scope(*call, pool::Scope::webhooks_write) ||
        refused_scope(*call, pool::Scope::messages_text))
        return 0;
    if (const pool::Webhook* known = context.pool.brought_webhook(platform, test, url))
        return known->id;
    // Sessions bring a URL each, it seems: one that no session needs any more, and for which
    // nothing waits, makes room.
    const pool::Webhook* oldest = context.pool.webhook_to_replace(platform, [&](pool::Id id) {
        return context.outbox == nullptr || !context.outbox->busy(id);
    });
    if (oldest != nullptr) {
        auto removed = context.pool.remove_webhook(oldest->id);
        std::move(removed->begin(), removed->end(), std::back_inserter(changes));
    }
    const pool::WallTime now = context.wall_now();
    std::array<std::uint8_t, 32> secret{};
    randombytes_buf(secret.data(), secret.size());
    pool::Webhook webhook;
    webhook.id = context.ids.next(now);
    webhook.platform = platform;
    webhook.url = url;
    webhook.description = "named by sessions";
    webhook.sessions_only = true;
    webhook.test = test;
    webhook.created_at = now;
    webhook.secret = notify::make_secret(secret);
    const pool::Id id = webhook.id;
    auto made = context.pool.put(std::move(webhook));
    if (!made) {
        context.pool.revert(changes);
        changes.clear();
        call->fail(Kind::not_available,
                   "/webhook_url: the platform has as many webhooks as it may, and each is needed "
                   "still; use fewer URLs, and tell sessions apart by the session in each event.");
        return 0;
    }
    std::move(made->begin(), made->end(), std::back_inserter(changes));
    return id;
}

}  // namespace smppd::http
