// daemon/http/api_accounts.cpp - platforms and their SMPP accounts: made, changed, given passwords.
#include "daemon/http/handlers.hpp"
#include "daemon/http/platform_quotas.hpp"
#include "daemon/http/render.hpp"
#include "daemon/smpp/cidr.hpp"

#include <array>

namespace smppd::http {
namespace {

namespace json = boost::json;

constexpr Range password_octets{1, 64};
// password has 9 octets with its NUL. Source: SMPP 3.4 §4.1.1.
constexpr std::size_t smpp_password_max = 8;

/// The fields of an account that may be set when it is made and later; absent ones stay.
void read_limits(Fields& fields, pool::SmppAccount& account) {
    static constexpr std::array<std::string_view, 2> long_messages{"payload", "udh"};
    if (const auto binds_max = fields.integer("binds_max", {1, 1000}))
        account.binds_max = static_cast<std::uint32_t>(*binds_max);
    if (const auto window = fields.integer("window", {1, 10'000}))
        account.window = static_cast<std::uint32_t>(*window);
    if (const auto tlvs = fields.boolean("tlvs")) account.tlvs = *tlvs;
    if (const auto way = fields.choice("long_messages", long_messages))
        account.long_messages = *way == 0 ? pool::LongMessages::payload : pool::LongMessages::udh;
    auto allow = fields.texts("allow", 100, {1, 64});
    if (!allow) return;
    for (const std::string& block : *allow)
        if (!smpp::valid_block(block))
            fields.wrong("allow", "\"" + block + "\" is no address or block, as 192.0.2.0/24");
    account.allow = std::move(*allow);
}

void read_system_id(Fields& fields, std::string& system_id) {
    system_id = fields.required_text("system_id", {1, 15});
    if (!system_id.empty() && !pool::valid_system_id(system_id))
        fields.wrong("system_id", "must be 1 to 15 printable ASCII characters without blank");
}

json::array warnings_for(const std::string& password) {
    json::array warnings;
    if (password.size() > smpp_password_max)
        warnings.emplace_back(
            "The password is longer than the 8 octets of SMPP 3.4; many SMPP clients cannot send "
            "it.");
    return warnings;
}

/// The platform with the account's system_id and what is worth a warning.
Response made(const Context& context, pool::PlatformId id, int status, json::array warnings) {
    const pool::Platform* platform = context.pool.platform(id);
    json::object body = platform ? platform_json(context.pool, *platform) : json::object{};
    body["warnings"] = std::move(warnings);
    Response response = json_response(status, body);
    if (status == 201 && platform)
        response.headers.emplace_back("location", "/v1/platforms/" + platform->name);
    return response;
}

/// Hashes the password, then continues with the hash; answers 503 when there is none.
void with_hash(const CallPtr& call, const std::string& password,
               std::function<void(std::string)> next) {
    call->context.passwords.hash(password, [call, next = std::move(next)](std::string hash) {
        if (hash.empty())
            call->fail(Kind::busy, "The password could not be hashed now. Try again shortly.");
        else
            next(std::move(hash));
    });
}

/// Makes the platform and, when it has a hash, its account: one commit for both.
void store_platform(const CallPtr& call, const pool::Platform& platform, pool::SmppAccount account,
                    const json::array& warnings) {
    Context& context = call->context;
    const pool::WallTime now = context.wall_now();
    auto changes = context.pool.create_platform(platform, now);
    if (!changes)
        return call->fail(
            from_pool(changes.error(), "/name: there is a platform \"" + platform.name +
                                           "\" already, or the name is not allowed."));
    const pool::Platform* created = context.pool.platform(platform.name);
    const pool::PlatformId id = created ? created->id : 0;
    if (!account.system_id.empty()) {
        account.platform = id;
        auto more = context.pool.create_account(account, now);
        if (!more) {
            context.pool.revert(*changes);
            return call->fail(from_pool(more.error(), "/system_id: there is an account \"" +
                                                          account.system_id + "\" already."));
        }
        changes->insert(changes->end(), more->begin(), more->end());
    }
    record(
        call, std::move(*changes), [&] { return made(context, id, 201, warnings); },
        context.accounts_changed);
}

const pool::Platform* platform_of(Call& call) {
    const pool::Platform* platform = call.context.pool.platform(call.path[0]);
    if (platform && visible(call, platform->id)) return platform;
    call.fail(Kind::not_found, "There is no platform \"" + call.path[0] + "\".");
    return nullptr;
}

/// The account of that platform; answers 404 when there is none or it is another's.
const pool::SmppAccount* account_of(Call& call, const std::string& system_id) {
    const pool::Platform* platform = platform_of(call);
    if (!platform) return nullptr;
    const pool::SmppAccount* account = call.context.pool.account(system_id);
    if (account && account->platform == platform->id) return account;
    call.fail(Kind::not_found, "The platform \"" + platform->name + "\" has no account \"" +
                                   system_id + "\"; see GET /v1/platforms/" + platform->name + ".");
    return nullptr;
}

void store_account(const CallPtr& call, const pool::SmppAccount& account,
                   const json::array& warnings) {
    Context& context = call->context;
    auto changes = context.pool.update(account);
    if (!changes)
        return call->fail(from_pool(
            changes.error(), "The account \"" + account.system_id + "\" could not be changed."));
    record(
        call, std::move(*changes), [&] { return made(context, account.platform, 200, warnings); },
        context.accounts_changed);
}

}  // namespace

void create_platform(CallPtr call) {
    if (refused_parameters(*call) || refused_in_sandbox(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    pool::Platform platform;
    platform.name = fields.required_text("name", {1, 64});
    if (!platform.name.empty() && !pool::valid_platform_name(platform.name))
        fields.wrong("name", "must be 1 to 64 of a-z, 0-9, - _ . and not begin with a dot");
    read_quotas(fields, platform);
    // Without system_id it has no SMPP account yet; limits without one would be lost silently.
    pool::SmppAccount account;
    std::string password;
    if (body->contains("system_id")) {
        read_system_id(fields, account.system_id);
        password = fields.required_text("password", password_octets);
        read_limits(fields, account);
    }
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    if (call->context.pool.platform(platform.name))
        return call->fail(Kind::exists,
                          "/name: there is a platform \"" + platform.name + "\" already.");
    if (account.system_id.empty()) return store_platform(call, platform, {}, {});
    with_hash(call, password,
              [call, platform, account, warnings = warnings_for(password)](std::string hash) {
                  pool::SmppAccount hashed = account;
                  hashed.password_hash = std::move(hash);
                  store_platform(call, platform, std::move(hashed), warnings);
              });
}

void create_account(CallPtr call) {
    if (refused_parameters(*call) || refused_in_sandbox(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    pool::SmppAccount account;
    read_system_id(fields, account.system_id);
    const std::string password = fields.required_text("password", password_octets);
    read_limits(fields, account);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    const pool::Platform* platform = platform_of(*call);
    if (!platform) return;
    account.platform = platform->id;
    with_hash(call, password, [call, account, warnings = warnings_for(password)](std::string hash) {
        Context& context = call->context;
        pool::SmppAccount hashed = account;
        hashed.password_hash = std::move(hash);
        auto changes = context.pool.create_account(hashed, context.wall_now());
        if (!changes)
            return call->fail(from_pool(changes.error(), "/system_id: there is an account \"" +
                                                             hashed.system_id + "\" already."));
        record(
            call, std::move(*changes),
            [&] { return made(context, hashed.platform, 201, warnings); },
            context.accounts_changed);
    });
}

void update_account(CallPtr call) {
    if (refused_parameters(*call) || refused_in_sandbox(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    const pool::SmppAccount* found = account_of(*call, call->path[1]);
    if (!found) return;
    pool::SmppAccount account = *found;
    FieldErrors errors;
    Fields fields{*body, errors};
    if (const auto disabled = fields.boolean("disabled")) account.disabled = *disabled;
    read_limits(fields, account);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    store_account(call, account, {});
}

void set_password(CallPtr call) {
    if (refused_parameters(*call) || refused_in_sandbox(*call)) return;
    const auto body = body_of(*call);
    if (!body) return;
    FieldErrors errors;
    Fields fields{*body, errors};
    std::string system_id;
    read_system_id(fields, system_id);
    const std::string password = fields.required_text("password", password_octets);
    fields.finish();
    if (refused(*call, std::move(errors))) return;
    if (!account_of(*call, system_id)) return;
    with_hash(call, password,
              [call, system_id, warnings = warnings_for(password)](std::string hash) {
                  // Looked up again: it may have changed while the password was hashed.
                  const pool::SmppAccount* found = account_of(*call, system_id);
                  if (!found) return;
                  pool::SmppAccount account = *found;
                  account.password_hash = std::move(hash);
                  store_account(call, account, warnings);
              });
}

}  // namespace smppd::http
