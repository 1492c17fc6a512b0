// tests/daemon/http/test_openapi.cpp - the OpenAPI document says what the code does: its
// operations, words and fields.
#include "daemon/http/openapi.hpp"

#include "daemon/http/render.hpp"
#include "daemon/notify/event_json.hpp"
#include "tests/daemon/http/harness.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace smppd;
using namespace smppd::test;

namespace {

using Names = std::set<std::string>;

const json::value& document() {
    static const json::value parsed = json::parse(http::openapi_document());
    return parsed;
}

/// The value itself, or what its $ref names.
const json::value& resolved(const json::value& value) {
    const json::object* object = value.if_object();
    const json::value* ref = object ? object->if_contains("$ref") : nullptr;
    if (!ref) return value;
    const std::string pointer{ref->as_string()};
    json::error_code error;
    const json::value* found = document().find_pointer(pointer.substr(1), error);
    if (!found) throw std::runtime_error(pointer);
    return resolved(*found);
}

std::string text(const json::value& value) { return std::string{value.as_string()}; }

const json::value& schema(const std::string& name) {
    return document().at("components").at("schemas").at(name);
}

std::string lower(std::string_view method) {
    std::string low{method};
    for (char& c : low) c = static_cast<char>(c - 'A' + 'a');
    return low;
}

const json::object* operation_of(const http::Endpoint& row) {
    const json::object& paths = document().at("paths").as_object();
    const json::value* path = paths.if_contains(row.pattern);
    const json::value* found = path ? path->as_object().if_contains(lower(row.method)) : nullptr;
    return found ? &found->as_object() : nullptr;
}

/// Whether the operation takes a header of this name.
bool takes_header(const json::object& operation, std::string_view name) {
    const json::value* list = operation.if_contains("parameters");
    if (!list) return false;
    for (const json::value& one : list->as_array()) {
        const json::value& parameter = resolved(one);
        if (text(parameter.at("in")) == "header" && text(parameter.at("name")) == name) return true;
    }
    return false;
}

Names texts(const json::value& list) {
    Names names;
    for (const json::value& one : list.as_array())
        if (one.is_string()) names.emplace(one.as_string());
    return names;
}

Names keys(const json::value& object) {
    Names names;
    for (const auto& [name, value] : object.as_object()) names.emplace(name);
    return names;
}

/// The names of the enumerators 0 to count - 1.
template <class E>
Names words(std::size_t count) {
    Names names;
    for (std::size_t i = 0; i < count; ++i)
        names.emplace(std::string{pool::name(static_cast<E>(i))});
    return names;
}

Names words_of(const std::string& name) { return texts(schema(name).at("enum")); }

/// The object has the schema's fields: all that are required, and none that is not named.
void check_fields(const std::string& name, const json::object& object) {
    CAPTURE(name);
    const Names there = keys(object), named = keys(schema(name).at("properties"));
    for (const std::string& one : texts(schema(name).at("required"))) {
        CAPTURE(one);
        CHECK(there.contains(one));
    }
    for (const std::string& one : there) {
        CAPTURE(one);
        CHECK(named.contains(one));
    }
}

}  // namespace

TEST_CASE("openapi: every endpoint has one operation, and every operation an endpoint") {
    std::size_t operations = 0;
    for (const auto& [path, item] : document().at("paths").as_object())
        operations += item.as_object().size();
    CHECK(operations == http::Api::endpoints().size());
    for (const http::Endpoint& row : http::Api::endpoints()) {
        CAPTURE(row.operation_id);
        const json::object* operation = operation_of(row);
        REQUIRE(operation);
        CHECK(text(operation->at("operationId")) == row.operation_id);
    }
}

TEST_CASE("openapi: operations name the scope that their endpoint asks for") {
    for (const http::Endpoint& row : http::Api::endpoints()) {
        CAPTURE(row.operation_id);
        const json::object* operation = operation_of(row);
        REQUIRE(operation);
        if (row.scope) {
            REQUIRE(operation->contains("x-required-scope"));
            CHECK(text(operation->at("x-required-scope")) == pool::name(*row.scope));
            CHECK_FALSE(operation->contains("security"));
        } else {
            CHECK_FALSE(operation->contains("x-required-scope"));
            CHECK(operation->at("security").as_array().empty());
        }
        // What is refused for want of a key or scope is told where it can happen.
        const json::object& responses = operation->at("responses").as_object();
        for (const char* status : {"401", "403", "429"})
            CHECK(responses.contains(status) == row.scope.has_value());
    }
}

TEST_CASE("openapi: what creates takes an Idempotency-Key, and nothing else does") {
    for (const http::Endpoint& row : http::Api::endpoints()) {
        CAPTURE(row.operation_id);
        const json::object* operation = operation_of(row);
        REQUIRE(operation);
        CHECK(takes_header(*operation, "Idempotency-Key") == row.creates);
    }
}

TEST_CASE("openapi: operations take the body that their endpoint takes") {
    for (const http::Endpoint& row : http::Api::endpoints()) {
        CAPTURE(row.operation_id);
        const json::object* operation = operation_of(row);
        REQUIRE(operation);
        CHECK(operation->contains("requestBody") == (row.body != http::Body::none));
        if (row.body == http::Body::none) continue;
        const json::value& body = operation->at("requestBody");
        CHECK(body.at("required").as_bool() == (row.body != http::Body::json_or_none));
        const bool csv = row.body == http::Body::csv;
        CHECK(keys(body.at("content")) == Names{csv ? "text/csv" : "application/json"});
    }
}

TEST_CASE("openapi: enumerations are complete") {
    CHECK(words_of("Scope") == words<pool::Scope>(pool::scopes));
    CHECK(words_of("Role") == words<pool::Role>(5));
    CHECK(words_of("EventType") == words<pool::EventType>(pool::event_types));
    CHECK(words_of("SessionState") == words<pool::SessionState>(5));
    CHECK(words_of("NumberState") == words<pool::NumberState>(7));
    CHECK(words_of("MessageState") == words<pool::MessageState>(5));
    CHECK(words_of("DeliveryState") == words<pool::DeliveryState>(4));
    Names actions, problems;
    for (int i = 0; i <= static_cast<int>(conf::TaskAction::ignore); ++i)
        actions.emplace(conf::name(static_cast<conf::TaskAction>(i)));
    CHECK(words_of("TaskAction") == actions);
    for (int i = 0; i <= static_cast<int>(http::Kind::version); ++i)
        problems.insert(http::type_of(static_cast<http::Kind>(i)));
    CHECK(words_of("ProblemType") == problems);
    Names reasons;
    for (int i = 1; i <= static_cast<int>(pool::Unowned::disabled); ++i)
        reasons.emplace(pool::name(static_cast<pool::Unowned>(i)));
    CHECK(texts(schema("Message").at("properties").at("unowned_reason").at("enum")) == reasons);
}

TEST_CASE("openapi: every kind of error has an example with its status") {
    const json::object& examples = document().at("components").at("examples").as_object();
    constexpr std::size_t prefix = std::string_view{"urn:smppd:problem:"}.size();
    for (int i = 0; i <= static_cast<int>(http::Kind::version); ++i) {
        const auto kind = static_cast<http::Kind>(i);
        const std::string type = http::type_of(kind);
        CAPTURE(type);
        const json::value* example = examples.if_contains(type.substr(prefix));
        REQUIRE(example);
        CHECK(text(example->at("value").at("type")) == type);
        CHECK(example->at("value").at("status").as_int64() == http::status_of(kind));
    }
}

TEST_CASE("openapi: webhooks tell of every type of event, with the fields that it has") {
    const json::object& webhooks = document().at("webhooks").as_object();
    CHECK(keys(webhooks) == words<pool::EventType>(pool::event_types));
    for (std::size_t i = 0; i < pool::event_types; ++i) {
        pool::Event event;
        event.type = static_cast<pool::EventType>(i);
        const std::string type{pool::name(event.type)};
        CAPTURE(type);
        const json::object made = notify::event_json(event, {.platform = "shop", .secrets = true});
        CHECK(keys(made) == keys(schema("EventEnvelope").at("properties")));
        const json::value& media = webhooks.at(type).at("post").at("requestBody").at("content");
        const json::value& own = resolved(media.at("application/json").at("schema"));
        const json::value& parts = own.at("allOf").as_array().at(1).at("properties");
        CHECK(text(parts.at("type").at("const")) == type);
        const json::value& data = parts.at("data");
        CHECK(keys(made.at("data")) == texts(data.at("required")));
        // In the sandbox one type names its session besides.
        event.test = event.type == pool::EventType::carrier_down;
        const json::object more = notify::event_json(event, {.platform = "shop", .secrets = true});
        CHECK(keys(more.at("data")) == keys(data.at("properties")));
    }
}

TEST_CASE("openapi: answers have the fields of their schemas") {
    Harness harness;
    const pool::Pool& pool = harness.pool;
    for (const bool secrets : {true, false}) {
        const json::object session = http::session_json(pool, pool::Session{}, secrets);
        check_fields("Session", session);
        check_fields("SessionCode", session.at("code").as_object());
        for (const bool is_text : {true, false}) {
            pool::Message message;
            message.is_text = is_text;
            check_fields("Message", http::message_json(pool, {}, message, secrets));
        }
    }
    check_fields("Number", http::number_json(pool, pool::Number{}, 0));
    check_fields("Platform", http::platform_json(pool, pool::Platform{}));
    check_fields("Account", http::account_json(pool::SmppAccount{}));
    check_fields("Webhook", http::webhook_json(pool, pool::Webhook{}));
    check_fields("Delivery", http::delivery_json(pool::Delivery{}));
    check_fields("Workflow", http::workflow_json(pool::Workflow{}));
    check_fields("Receipt", http::receipt_json(pool::ReceiptRecord{}));
    check_fields("Carrier", http::carrier_json(smpp::CarrierView{}));
    const json::object bind = http::bind_json(smpp::BindView{});
    check_fields("Bind", bind);
    check_fields("BindCounters", bind.at("counters").as_object());
    check_fields("Status", harness.get("/v1/status").body.as_object());
    check_fields("Backup", harness.get("/v1/backup").body.as_object());
    check_fields("OpenApi", document().as_object());
}

TEST_CASE("openapi: the document is given to anybody, and once only to who keeps it") {
    Harness harness;
    harness.use("");
    const Reply reply = harness.get("/v1/openapi.json");
    CHECK(reply.status == 200);
    CHECK(reply.type == "application/json");
    CHECK(reply.text("/openapi") == "3.1.0");
    CHECK(reply.text("/info/version") == SMPPD_VERSION);
    CHECK(reply.header("cache-control") == "no-cache");
    const std::string etag = reply.header("etag");
    CHECK(etag == http::openapi_etag());
    for (const std::string& known : {etag, "\"other\", W/" + etag, std::string{"*"}}) {
        CAPTURE(known);
        harness.headers = {{"if-none-match", known}};
        const Reply again = harness.get("/v1/openapi.json");
        CHECK(again.status == 304);
        CHECK(again.body.is_null());
        CHECK(again.header("etag") == etag);
    }
    harness.headers = {{"if-none-match", "\"other\""}};
    CHECK(harness.get("/v1/openapi.json").status == 200);
}
