// daemon/http/auth.cpp - see auth.hpp.
#include "daemon/http/auth.hpp"

#include "daemon/http/keys.hpp"
#include "daemon/http/values.hpp"
#include "daemon/smpp/cidr.hpp"

#include <arpa/inet.h>

#include <array>

namespace smppd::http {
namespace {

NotLetIn unauthorized(std::string detail, bool counts) {
    return {.problem = {.kind = Kind::unauthorized, .detail = std::move(detail), .errors = {}},
            .counts = counts};
}

NotLetIn forbidden(std::string detail) {
    return {.problem = {.kind = Kind::forbidden, .detail = std::move(detail), .errors = {}},
            .counts = true};
}

/// The token of "Bearer TOKEN"; empty for another scheme. Source: RFC 9110 §11.1, RFC 6750 §2.1.
std::string_view bearer_token(std::string_view header) {
    constexpr std::string_view scheme = "bearer";
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return {};
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if ((header[i] | 0x20) != scheme[i]) return {};
    header.remove_prefix(scheme.size());
    const std::size_t begin = header.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view{} : header.substr(begin);
}

bool ended(pool::WallTime at, pool::WallTime now) { return at != pool::WallTime{} && at <= now; }

bool disabled(const pool::Pool& pool, pool::PlatformId id) {
    if (id == 0) return false;
    const pool::Platform* platform = pool.platform(id);
    return !platform || platform->disabled;
}

/// The key of that text; nullptr when there is none or the secret is another.
const pool::ApiKey* proven(const KeyText& text, const pool::Pool& pool) {
    const pool::ApiKey* key = pool.api_key(text.id);
    // An unknown id costs the same comparison, so that time does not tell which ids there are.
    static constexpr KeyHash nobody{};
    const bool fits = secret_fits(text.secret, key ? key->hash : nobody);
    return key && fits && key->test == text.test ? key : nullptr;
}

}  // namespace

std::variant<Caller, NotLetIn> authenticate(const Request& request, const pool::Pool& pool,
                                            pool::WallTime now) {
    if (request.peer.local)
        return Caller{.local = true,
                      .role = pool::Role::owner,
                      .scopes = pool::scopes_of(pool::Role::owner),
                      .platform = 0,
                      .test = false,
                      .key = {}};
    const std::string_view header = request.header("authorization");
    if (header.empty())
        return unauthorized(
            "This call needs an API key, sent as Authorization: Bearer smppd_live_….", false);
    const KeyText text = parse_key(bearer_token(header));
    if (text.form == KeyForm::other)
        return unauthorized(
            "Authorization must be \"Bearer\" and an API key, which begins with smppd_live_ or "
            "smppd_test_.",
            true);
    if (text.form == KeyForm::mistyped)
        return unauthorized(
            "The API key is incomplete or mistyped: its checksum does not fit. Copy it again.",
            true);
    const pool::ApiKey* key = proven(text, pool);
    if (!key) return unauthorized("There is no such API key, or its secret is another.", true);
    if (ended(key->revoked_at, now)) return unauthorized("The API key was revoked.", true);
    if (ended(key->expires_at, now))
        return unauthorized("The API key expired at " + rfc3339(key->expires_at) + ".", true);
    if (!smpp::allowed(key->allow, request.peer.address))
        return forbidden("The API key may not be used from " + request.peer.address +
                         "; see its \"allow\".");
    if (disabled(pool, key->platform)) return forbidden("The API key's platform is disabled.");
    pool::Scopes scopes = key->scopes & pool::scopes_of(key->role);
    // A test key touches the sandbox alone: what changes the live world is not its to do.
    using pool::Scope;
    if (key->test)
        scopes &= ~(pool::bit(Scope::numbers_write) | pool::bit(Scope::carriers_write) |
                    pool::bit(Scope::system_write));
    return Caller{.local = false,
                  .role = key->role,
                  .scopes = scopes,
                  .platform = key->platform,
                  .test = key->test,
                  .key = key->id};
}

bool still_good(const Caller& caller, const pool::Pool& pool, pool::WallTime now) {
    if (caller.local) return true;
    const pool::ApiKey* key = pool.api_key(caller.key);
    return key && !ended(key->revoked_at, now) && !ended(key->expires_at, now) &&
           !disabled(pool, key->platform);
}

Response to_response(const NotLetIn& refusal) {
    Response response = to_response(refusal.problem);
    if (refusal.problem.kind == Kind::unauthorized)
        response.headers.emplace_back("www-authenticate", refusal.counts
                                                              ? "Bearer realm=\"smppd\", "
                                                                "error=\"invalid_token\""
                                                              : "Bearer realm=\"smppd\"");
    return response;
}

std::string failure_origin(const std::string& address) {
    std::array<unsigned char, 16> octets{};
    if (::inet_pton(AF_INET6, address.c_str(), octets.data()) != 1) return address;
    // Who has one address of a /64 has them all.
    return "v6:" + hex({octets.begin(), octets.begin() + 8});
}

}  // namespace smppd::http
