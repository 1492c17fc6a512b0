// daemon/http/api_keys.cpp - API keys: made, listed, changed, rotated, revoked. A key's secret is
// in the answer that makes it, and nowhere else.
#include "daemon/http/handlers.hpp"
#include "daemon/http/keys.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"
#include "daemon/http/values.hpp"
#include "daemon/smpp/cidr.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace smppd::http {
namespace {

namespace json = boost::json;

constexpr std::size_t keys_max = 1000;  // that are good, of one platform
constexpr std::int64_t overlap_max_s = 30LL * 24 * 3600;
constexpr std::int64_t overlap_default_s = 24 * 3600;

std::string_view state_of(const pool::ApiKey& key, pool::WallTime now) {
    if (key.revoked_at != pool::WallTime{}) return "revoked";
    if (key.expires_at != pool::WallTime{} && key.expires_at <= now) return "expired";
    return "active";
}

json::object key_json(const Context& context, const pool::ApiKey& key) {
    json::array scopes, allow;
    for (std::size_t i = 0; i < pool::scopes; ++i) {
        const auto scope = static_cast<pool::Scope>(i);
        if ((key.scopes & pool::bit(scope)) != 0) scopes.emplace_back(pool::name(scope));
    }
    for (const std::string& block : key.allow) allow.emplace_back(block);
    json::object body{{"id", key.id},
                      {"name", key.name},
                      {"platform", platform_json(context.pool, key.platform)},
                      {"role", pool::name(key.role)},
                      {"scopes", std::move(scopes)},
                      {"test", key.test},
                      {"allow", std::move(allow)},
                      {"state", state_of(key, context.wall_now())},
                      {"created_at", time_json(key.created_at)},
                      {"expires_at", time_json(key.expires_at)},
                      {"revoked_at", time_json(key.revoked_at)},
                      {"last_used_at", time_json(key.last_used_at)},
                      {"replaced_by", nullptr}};
    if (!key.replaced_by.empty()) body["replaced_by"] = key.replaced_by;
    return body;
}

/// The key in the path; answers 404 when there is none that the caller sees.
const pool::ApiKey* key_of(Call& call) {
    const pool::ApiKey* key = call.context.pool.api_key(call.path[0]);
    if (key && visible(call, key->platform, key->test)) return key;
    call.fail(Kind::not_found, "There is no API key \"" + call.path[0] + "\"; see GET /v1/keys.");
    return nullptr;
}

const pool::Platform* platform_of(Call& call) {
    const pool::Platform* platform = call.context.pool.platform(call.path[0]);
    if (platform && visible(call, platform->id)) return platform;
    call.fail(Kind::not_found, "There is no platform \"" + call.path[0] + "\".");
    return nullptr;
}

/// What may be set when a key is made and later.
void read_common(const Call& call, const json::object& body, Fields& fields, pool::ApiKey& key) {
    if (auto name = fields.text("name", {1, 64})) key.name = std::move(*name);
    if (auto allow = fields.texts("allow", 100, {1, 64})) {
        for (const std::string& block : *allow)
            if (!smpp::valid_block(block))
                fields.wrong("allow", "\"" + block + "\" is no address or block, as 192.0.2.0/24");
        key.allow = std::move(*allow);
    }
    const json::value* expires = body.if_contains("expires_at");
    const auto at = fields.time("expires_at", true);
    if (expires && expires->is_null()) key.expires_at = {};
    if (at && *at <= call.context.wall_now())
        fields.wrong("expires_at", "must be in the future, or null for never");
    if (at) key.expires_at = *at;
}

/// `all_seeing`: which roles may be asked for.
pool::Role read_role(Fields& fields, bool all_seeing) {
    static constexpr std::array<std::string_view, 3> above{"owner", "operator", "auditor"};
    static constexpr std::array<std::string_view, 2> below{"platform", "read-only"};
    if (!all_seeing) {
        const auto choice = fields.choice("role", below);
        return choice.value_or(0) == 0 ? pool::Role::platform : pool::Role::read_only;
    }
    const auto choice = fields.choice("role", above);
    if (!choice && !fields.has("role"))
        fields.wrong("role", "is required: \"owner\", \"operator\" or \"auditor\"");
    return static_cast<pool::Role>(choice.value_or(2));
}

/// All that the role may, or those that are asked for; never more than the caller itself has.
pool::Scopes read_scopes(const Call& call, Fields& fields, pool::Role role) {
    const pool::Scopes most = pool::scopes_of(role) & call.caller.scopes;
    const auto names = fields.texts("scopes", pool::scopes, {1, 64});
    if (!names) return most;
    pool::Scopes scopes = 0;
    for (const std::string& name : *names) {
        const auto scope = pool::parse_scope(name);
        if (!scope)
            fields.wrong("scopes", "\"" + name + "\" is no scope");
        else if ((most & pool::bit(*scope)) == 0)
            fields.wrong("scopes", "\"" + name + "\" is not among those of the role " +
                                       std::string{pool::name(role)} + ", or of yours");
        else
            scopes |= pool::bit(*scope);
    }
    if (names->empty()) fields.wrong("scopes", "must name one at least, or be left out");
    return scopes;
}

bool room_for_one(Call& call, pool::PlatformId platform) {
    const pool::WallTime now = call.context.wall_now();
    const std::vector<pool::ApiKey> keys = call.context.pool.api_keys(platform);
    const auto good = std::count_if(keys.begin(), keys.end(), [&](const pool::ApiKey& key) {
        return key.platform == platform && state_of(key, now) == "active";
    });
    if (static_cast<std::size_t>(good) < keys_max) return true;
    call.fail(Kind::not_available,
              "There are " + std::to_string(keys_max) + " keys already; revoke some.");
    return false;
}

/// Gives the key an id and a secret; the text is for the answer alone.
std::string make_secret(const Context& context, pool::ApiKey& key) {
    NewKey made;
    do {
        std::array<std::uint8_t, key_chance_octets> chance{};
        randombytes_buf(chance.data(), chance.size());
        made = make_key(key.test, chance);
        sodium_memzero(chance.data(), chance.size());
    } while (context.pool.api_key(made.id));
    key.id = made.id;
    key.hash = made.hash;
    key.created_at = context.wall_now();
    return made.text;
}

Response made_response(const Context& context, const pool::ApiKey& key, const std::string& text) {
    json::object body = key_json(context, key);
    body["key"] = text;
    Response response = json_response(201, body);
    response.headers.emplace_back("location", "/v1/keys/" + key.id);
    return response;
}

void create(const CallPtr& call, pool::PlatformId platform) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    pool::ApiKey key;
    key.platform = platform;
    key.test = fields.boolean("test").value_or(false);
    key.role = read_role(fields, platform == 0);
    key.scopes = read_scopes(*call, fields, key.role);
    read_common(*call, *body, fields, key);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    if (call->caller.test && !key.test)
        return call->fail(Kind::forbidden, "/test: a test key can make test keys only.");
    if (!room_for_one(*call, platform)) return;
    const Context& context = call->context;
    const std::string text = make_secret(context, key);
    auto changes = call->context.pool.put(key);
    if (!changes) return call->fail(from_pool(changes.error(), "The key could not be made."));
    record(call, std::move(*changes), [&] { return made_response(context, key, text); });
}

/// `in_path`: those of the platform that the path names.
void list(const CallPtr& call, bool in_path) {
    FieldErrors errors;
    Params params{call->target, errors};
    const auto asked = in_path ? std::optional<pool::PlatformId>{0} : platform_for(*call, params);
    if (!asked) return;
    const Page page = params.page();
    params.finish();
    if (refused(*call, std::move(errors))) return;
    const pool::Platform* named = in_path ? platform_of(*call) : nullptr;
    if (in_path && !named) return;
    const Context& context = call->context;
    std::vector<pool::ApiKey> keys = context.pool.api_keys(named ? named->id : *asked);
    std::erase_if(keys,
                  [&](const pool::ApiKey& one) { return !visible(*call, one.platform, one.test); });
    // In the order in which they were made; the cursor is what they are sorted by.
    call->answer(paged(
        std::move(keys), page,
        [](const pool::ApiKey& one) { return rfc3339(one.created_at) + one.id; },
        [&](const pool::ApiKey& one) { return key_json(context, one); }));
}

/// Nobody gets the text of a key that may more than they may, or makes such a key last: 403.
bool refused_stronger(Call& call, const pool::ApiKey& key) {
    if ((key.scopes & ~call.caller.scopes) == 0) return false;
    call.fail(Kind::forbidden,
              "The key may more than yours; only one that may as much changes it.");
    return true;
}

}  // namespace

void create_platform_key(CallPtr call) {
    const pool::Platform* platform = platform_of(*call);
    if (platform) create(call, platform->id);
}

void create_key(CallPtr call) {
    if (call->caller.platform != 0)
        return call->fail(Kind::forbidden,
                          "Only who sees all platforms can make keys that do; see POST "
                          "/v1/platforms/{name}/keys.");
    create(call, 0);
}

void list_platform_keys(CallPtr call) { list(call, true); }

void list_keys(CallPtr call) { list(call, false); }

void get_key(CallPtr call) {
    if (refused_parameters(*call)) return;
    const pool::ApiKey* key = key_of(*call);
    if (key) call->answer(json_response(200, key_json(call->context, *key)));
}

void update_key(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    const pool::ApiKey* found = key_of(*call);
    if (!found || refused_stronger(*call, *found)) return;
    pool::ApiKey key = *found;
    FieldErrors errors;
    Fields fields{*body, errors};
    read_common(*call, *body, fields, key);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    if (state_of(*found, call->context.wall_now()) != "active")
        return call->fail(Kind::not_available, "The key is no longer good; make another.");
    auto changes = call->context.pool.put(key);
    if (!changes) return call->fail(from_pool(changes.error(), "The key could not be changed."));
    record(call, std::move(*changes),
           [&] { return json_response(200, key_json(call->context, key)); });
}

void rotate_key(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto body = body_of(*call, true);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto overlap = fields.integer("overlap_seconds", {0, overlap_max_s});
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    const pool::ApiKey* found = key_of(*call);
    if (!found || refused_stronger(*call, *found)) return;
    Context& context = call->context;
    const pool::WallTime now = context.wall_now();
    if (state_of(*found, now) != "active" || !found->replaced_by.empty())
        return call->fail(Kind::not_available,
                          "The key is no longer good, or was rotated already; make another.");
    pool::ApiKey before = *found, after = *found;
    const std::string text = make_secret(context, after);
    after.last_used_at = {};
    before.replaced_by = after.id;
    const pool::WallTime until = now + std::chrono::seconds{overlap.value_or(overlap_default_s)};
    const bool ends_sooner = before.expires_at != pool::WallTime{} && before.expires_at < until;
    if (!ends_sooner) before.expires_at = until;
    auto changes = context.pool.put(after);
    if (!changes) return call->fail(from_pool(changes.error(), "The key could not be rotated."));
    auto more = context.pool.put(before);
    if (!more) {
        context.pool.revert(*changes);
        return call->fail(from_pool(more.error(), "The key could not be rotated."));
    }
    changes->insert(changes->end(), more->begin(), more->end());
    record(call, std::move(*changes), [&] {
        Response response = made_response(context, after, text);
        json::object made = json::parse(response.body).as_object();
        made["previous"] = key_json(context, before);
        response.body = json::serialize(made);
        return response;
    });
}

void revoke_key(CallPtr call) {
    if (refused_parameters(*call)) return;
    const pool::ApiKey* found = key_of(*call);
    if (!found) return;
    if (found->revoked_at != pool::WallTime{}) return record(call, {}, no_content);
    pool::ApiKey key = *found;
    key.revoked_at = call->context.wall_now();
    auto changes = call->context.pool.put(key);
    if (!changes) return call->fail(from_pool(changes.error(), "The key could not be revoked."));
    record(call, std::move(*changes), no_content);
}

}  // namespace smppd::http
