// daemon/http/access.hpp - the gate of the API: who calls, how often, with which scopes, and what
// browsers of other origins are told.
#pragma once

#include "daemon/http/call.hpp"
#include "daemon/http/rate_limit.hpp"

namespace smppd::http {

struct AccessOptions {
    Rate key_rate{};       ///< of each key
    Rate platform_rate{};  ///< of all keys of a platform together, unless the platform has its own
    /// Of calls without a good key, by address; good keys pass all the same.
    Rate failure_rate{.burst = 20, .each = std::chrono::seconds{3}};
    std::size_t buckets_max = 100'000;  ///< keys, platforms and addresses that are counted, each
    /// Origins whose pages may call, as "https://app.example"; "*": all. Empty: none.
    std::vector<std::string> cors_origins;
};

class Access {
public:
    Access(Context& context, AccessOptions options);

    /// Sets call.caller and the headers of its limits. Answers 401, 403 or 429 and is false when
    /// the call goes no further. `scope`: what it needs; nothing: a key alone.
    bool let_in(Call& call, std::optional<pool::Scope> scope);
    /// What let_in() would refuse for who it is and what it may; takes no token of its limits.
    std::optional<Response> refusal(const Request& head, std::optional<pool::Scope> scope);

    /// Adds the headers for pages of other origins to every answer. Source: Fetch standard, CORS.
    void add_cors(Call& call) const;
    /// Answers OPTIONS, a preflight or a plain question. `allow`: the methods of this path.
    void answer_options(Call& call, const std::string& allow) const;

private:
    std::variant<Caller, Response> find_out(const Request& request);
    bool within_limits(Call& call);
    void note_use(const Caller& caller);
    bool origin_allowed(std::string_view origin) const;

    Context& context_;
    AccessOptions options_;
    TokenBuckets keys_, platforms_, failures_;
    pool::WallTime use_failed_at_{};
};

/// 403 that names the scope.
Problem lacks_scope(pool::Scope scope);
/// Answers 403 and is true when the caller lacks the scope: for what a parameter asks for besides.
bool refused_scope(Call& call, pool::Scope scope);

}  // namespace smppd::http
