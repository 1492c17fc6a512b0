// daemon/http/api.hpp - the REST API over the daemon's Context. Its endpoint table, at the head of
// api.cpp, is the overview.
#pragma once

#include "daemon/http/access.hpp"
#include "daemon/http/call.hpp"

#include <span>

namespace smppd::http {

struct ApiOptions {
    std::size_t body_octets_max = 1024 * 1024;          ///< of JSON bodies
    std::size_t import_octets_max = 256 * 1024 * 1024;  ///< of a CSV of numbers
    std::size_t event_followers_max = 100;              ///< of one platform; then 429
    AccessOptions access;
};

/// What a body must be; `json_or_none` may be left out.
enum class Body : std::uint8_t { none, json, json_or_none, csv };

struct Endpoint {
    std::string_view method;
    std::string_view pattern;  ///< "/v1/carriers/{name}"; {…} takes one segment
    std::string_view operation_id;
    Handler handler;
    std::optional<pool::Scope> scope;  ///< what a caller needs; nothing: anybody may call
    Body body = Body::none;
    bool creates = false;  ///< takes an Idempotency-Key; its handler answers through record()
};

class Api final : public Application {
public:
    explicit Api(Context& context, const ApiOptions& options = {});
    std::size_t body_octets_max(std::string_view method, std::string_view target) const override;
    std::optional<Response> refuse_unread(const Request& head) override;
    /// 404 where no pattern fits, 401, 403 or 429 for who calls, 405 with Allow where no method
    /// fits, 415 for another body; else the endpoint answers.
    void handle(Request request, std::shared_ptr<Responder> responder) override;

    static std::span<const Endpoint> endpoints();

private:
    void route(const CallPtr& call);
    Context& context_;
    ApiOptions options_;
    Access access_;
    std::shared_ptr<ApiState> state_;
};

}  // namespace smppd::http
