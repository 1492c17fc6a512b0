// tests/conf/test_samples.cpp - the files that we ship load, the sample names every key with its
// default, and the schema names exactly the keys that the reader knows.
#include "protocol/text.hpp"
#include "tests/conf/loading.hpp"

#include <yaml-cpp/yaml.h>

#include <set>
#include <sstream>

using namespace smppd;
using namespace smppd::test;

namespace {

/// The tree's conf/, found from where this file was compiled.
std::string conf_directory() {
    const std::filesystem::path here = std::filesystem::absolute(__FILE__).parent_path();
    return (here.parent_path().parent_path() / "conf").string();
}

std::string read_file(const std::string& path) {
    std::ifstream in(path);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The lines of a text; the sample's tests look at them one by one.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// One mapping of the schema: how a file gets there, and the keys it has.
struct Mapping {
    std::string before, after;  ///< YAML in flow style around the mapping's keys
    std::set<std::string> keys;
};

/// Collects the mappings below `schema`, whose YAML stands between `before` and `after`.
void collect(const YAML::Node& schema, const std::string& before, const std::string& after,
             std::vector<Mapping>& mappings) {
    if (const YAML::Node items = schema["items"])
        return collect(items, before + "[", "]" + after, mappings);
    const YAML::Node more = schema["additionalProperties"];
    if (more && more.IsMap()) return collect(more, before + "{name: ", "}" + after, mappings);
    const YAML::Node properties = schema["properties"];
    if (!properties || schema["maxProperties"]) return;  // a secret tells no keys
    Mapping mapping{before, after, {}};
    for (const auto& property : properties) {
        const auto key = property.first.as<std::string>();
        mapping.keys.insert(key);
        collect(property.second, before + "{" + key + ": ", "}" + after, mappings);
    }
    mappings.push_back(std::move(mapping));
}

std::vector<Mapping> mappings_of_schema() {
    std::vector<Mapping> mappings;
    collect(YAML::Load(conf::json_schema()), "", "", mappings);
    return mappings;
}

/// The keys that the reader names when one is unknown.
std::set<std::string> keys_of_reader(const Mapping& mapping) {
    const std::string text =
        mapping.before + "{an_unlikely_word_for_anything: 1}" + mapping.after + "\n";
    std::set<std::string> keys;
    for (const conf::Problem& problem : conf::load_text(text, "t.yaml", checking()).problems) {
        if (!contains(problem.message, "an_unlikely_word")) continue;
        REQUIRE(problem.hint.starts_with("known keys: "));
        std::istringstream words(problem.hint.substr(12));
        for (std::string word; std::getline(words >> std::ws, word, ',');) keys.insert(word);
    }
    return keys;
}

/// A section of the sample, up to the next empty line, with the comment taken away.
std::string uncommented(const std::string& section) {
    std::string text;
    bool inside = false;
    for (std::string line : lines_of(read_file(conf_directory() + "/smppd.yaml"))) {
        if (line.starts_with(section)) inside = true;
        if (inside && line.empty()) break;
        if (line.starts_with("# ")) line = "  " + line.substr(2);
        if (inside) text += line + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("schema: names exactly the keys that the reader knows, in every mapping") {
    const std::vector<Mapping> mappings = mappings_of_schema();
    CHECK(mappings.size() == 31);
    for (const Mapping& mapping : mappings) {
        CAPTURE(mapping.before);
        CHECK(keys_of_reader(mapping) == mapping.keys);
    }
}

TEST_CASE("schema: has each key's description, default and what it may be") {
    const YAML::Node schema = YAML::Load(conf::json_schema());
    CHECK(schema["$schema"].as<std::string>() == "https://json-schema.org/draft/2020-12/schema");
    const YAML::Node carrier = schema["properties"]["carriers"]["additionalProperties"];
    const YAML::Node window = carrier["properties"]["window"];
    CHECK(window["type"].as<std::string>() == "integer");
    CHECK(window["minimum"].as<int>() == 1);
    CHECK(window["maximum"].as<int>() == 10'000);
    CHECK(window["default"].as<int>() == 10);
    CHECK_FALSE(window["description"].as<std::string>().empty());
    CHECK(carrier["required"].size() == 1);
    CHECK(carrier["required"][0].as<std::string>() == "system_id");
    CHECK(schema["properties"]["pool"]["properties"]["cool_down"]["default"].as<std::string>() ==
          "3d");
}

TEST_CASE("samples: the files that we ship load without an error") {
    std::size_t count = 0;
    for (const char* folder : {"", "/examples"})
        for (const auto& entry : std::filesystem::directory_iterator(conf_directory() + folder)) {
            if (entry.path().extension() != ".yaml") continue;
            CAPTURE(entry.path().string());
            const conf::Loaded loaded = conf::load(entry.path().string(), checking());
            CHECK(loaded.ok());
            for (const conf::Problem& problem : loaded.problems)
                CHECK(contains(problem.message, "cannot be read") +
                          contains(problem.message, "no credentials here") ==
                      1);
            ++count;
        }
    CHECK(count >= 6);
}

TEST_CASE("samples: the sample's values are the defaults") {
    const conf::Config sample = conf::load(conf_directory() + "/smppd.yaml", checking()).config;
    const conf::Config none;
    CHECK(sample.store_path == none.store_path);
    CHECK(sample.control_socket == none.control_socket);
    CHECK(sample.control_group == none.control_group);
    CHECK(sample.carriers.empty());
    REQUIRE(sample.platform_listeners.size() == 1);
    const conf::PlatformListener& given = sample.platform_listeners[0];
    const conf::PlatformListener listener;
    CHECK(given.window == listener.window);
    CHECK(given.binds_max == listener.binds_max);
    CHECK(given.session_init == listener.session_init);
    CHECK(given.inactivity == listener.inactivity);
    CHECK(given.enquire_link == listener.enquire_link);
    CHECK(given.response == listener.response);
    CHECK(given.connections_max == listener.connections_max);
    CHECK(given.unbound_per_address_max == listener.unbound_per_address_max);
    CHECK(sample.pool.cool_down == none.pool.cool_down);
    CHECK(sample.pool.brand_cool_down == none.pool.brand_cool_down);
    CHECK(sample.pool.platform_cool_down == none.pool.platform_cool_down);
    CHECK(sample.pool.ttl_default == none.pool.ttl_default);
    CHECK(sample.pool.ttl_max == none.pool.ttl_max);
    CHECK(sample.retention.messages == none.retention.messages);
    CHECK(sample.retention.waiting == none.retention.waiting);
    CHECK(sample.retention.receipts == none.retention.receipts);
    CHECK(sample.retention.sessions == none.retention.sessions);
    CHECK(sample.retention.events == none.retention.events);
    CHECK(sample.sandbox.enabled == none.sandbox.enabled);
    CHECK(sample.limits.commit_queue == none.limits.commit_queue);
    CHECK(sample.limits.waiting_in_memory == none.limits.waiting_in_memory);
    CHECK(sample.limits.assemblies == none.limits.assemblies);
    CHECK(sample.limits.assembly_octets == none.limits.assembly_octets);
    CHECK(sample.limits.control_connections == none.limits.control_connections);
    CHECK(sample.limits.control_body_octets == none.limits.control_body_octets);
    CHECK(sample.log_level == none.log_level);
    CHECK(sample.stop_within == none.stop_within);
    const protocol::Profile& profile = sample.profiles.at("default");
    const protocol::Profile habits;
    CHECK(profile.receipts == habits.receipts);
    CHECK(profile.id_base == habits.id_base);
    CHECK(profile.retry_status == habits.retry_status);
    CHECK(profile.reassembly == habits.reassembly);
    CHECK(profile.duplicates == habits.duplicates);
    CHECK(profile.silence.factor == habits.silence.factor);
    CHECK(profile.silence.at_least == habits.silence.at_least);
    CHECK(profile.silence.rebind == habits.silence.rebind);
}

TEST_CASE("samples: the sample's API and webhooks are the defaults") {
    const conf::Config sample = conf::load(conf_directory() + "/smppd.yaml", checking()).config;
    const conf::Config none;
    CHECK(sample.api.listen == std::vector<conf::Endpoint>{{"127.0.0.1", 8080}});
    CHECK(sample.api.cors_origins == none.api.cors_origins);
    CHECK(sample.api.connections_max == none.api.connections_max);
    CHECK(sample.api.body_octets_max == none.api.body_octets_max);
    CHECK(sample.api.requests_per_second == none.api.requests_per_second);
    CHECK(sample.api.burst == none.api.burst);
    CHECK(sample.api.auth_failures_per_minute == none.api.auth_failures_per_minute);
    CHECK(sample.webhooks.allow_http == none.webhooks.allow_http);
    CHECK(sample.webhooks.allow_private == none.webhooks.allow_private);
    CHECK(sample.webhooks.in_flight_max == none.webhooks.in_flight_max);
    CHECK(sample.webhooks.per_host_max == none.webhooks.per_host_max);
    CHECK(sample.webhooks.timeout == none.webhooks.timeout);
}

TEST_CASE("samples: the sample's carrier, with the comment taken away, has the defaults") {
    const std::string text = uncommented("carriers:");
    const conf::Loaded loaded = conf::load_text(text + store, "t.yaml", checking());
    CAPTURE(conf::format(loaded.problems));
    CHECK(loaded.ok());
    REQUIRE(loaded.config.carriers.size() == 1);
    const conf::Carrier& given = loaded.config.carriers[0];
    const conf::Carrier none;
    CHECK(given.name == "acme");
    CHECK(given.system_type == none.system_type);
    CHECK(given.address_range == none.address_range);
    CHECK(given.addr_ton == none.addr_ton);
    CHECK(given.addr_npi == none.addr_npi);
    CHECK(given.interface_version == none.interface_version);
    CHECK(given.bind == none.bind);
    CHECK(given.binds == none.binds);
    CHECK(given.profile_name == none.profile_name);
    CHECK(given.window == none.window);
    CHECK(given.rate_per_s == none.rate_per_s);
    CHECK(given.session_init == none.session_init);
    CHECK(given.enquire_link == none.enquire_link);
    CHECK(given.response == none.response);
    CHECK(given.inactivity == none.inactivity);
    CHECK(given.reconnect.from == none.reconnect.from);
    CHECK(given.reconnect.to == none.reconnect.to);
    CHECK(given.reconnect.already_bound == none.reconnect.already_bound);
    CHECK(given.bad_credentials_max == none.bad_credentials_max);
    CHECK(given.enabled == none.enabled);
    CHECK(given.tls->verify == conf::TlsClient{}.verify);
}

TEST_CASE("samples: the sample's workflow, with the comment taken away, has the defaults") {
    const std::string text =
        uncommented("carriers:") + uncommented("workflows:") + uncommented("mappings:") + store;
    const conf::Loaded loaded = conf::load_text(text, "t.yaml", checking());
    CAPTURE(conf::format(loaded.problems));
    CHECK(loaded.ok());
    REQUIRE(loaded.config.workflows.size() == 2);
    const pool::Workflow& given = loaded.config.workflows.at("signup");
    const pool::Workflow none;
    CHECK(given.direction == none.direction);
    CHECK(given.ttl == none.ttl);
    CHECK(given.ttl_max == none.ttl_max);
    CHECK(given.regions == none.regions);
    CHECK(given.code.length_min == none.code.length_min);
    CHECK(given.code.length_max == none.code.length_max);
    CHECK(given.code.letters == none.code.letters);
    CHECK(given.expected_senders == none.expected_senders);
    CHECK(given.attempts == none.attempts);
    CHECK(given.release_on_verified == none.release_on_verified);
    CHECK(given.release_on_failed == none.release_on_failed);
    CHECK(given.rotation == none.rotation);
    CHECK(given.cool_down == pool::PoolOptions{}.cool_down);
    CHECK(given.brand_cool_down == pool::PoolOptions{}.brand_cool_down);
    CHECK(given.next_step.verified == none.next_step.verified);
    CHECK(given.next_step.failed == none.next_step.failed);
    CHECK(given.next_step.expired == none.next_step.expired);
    CHECK(given.elevated == none.elevated);
    CHECK(given.swaps_max == none.swaps_max);
    const pool::Workflow& outbound = loaded.config.workflows.at("login_code");
    CHECK(outbound.resend.after == none.resend.after);
    CHECK(outbound.resend.max == none.resend.max);
    REQUIRE(loaded.config.mappings.size() == 1);
    const conf::Mapping& mapping = loaded.config.mappings.at("onfleet");
    CHECK(mapping.fields.size() == conf::task_fields.size() - 1);  // workflow stands in the action
    CHECK(mapping.answer.size() == conf::answer_names.size());
}

TEST_CASE("samples: the sample's data_coding words are what is done without them") {
    const std::string sample = read_file(conf_directory() + "/smppd.yaml");
    for (std::uint8_t coding = 0; coding < 16; ++coding) {
        const auto alphabet = protocol::alphabet_of(coding, protocol::Profile{});
        CHECK(contains(sample, "    # data_coding_" + std::to_string(coding) + ": " +
                                   std::string(protocol::alphabet_name(alphabet)) + "\n"));
    }
}

TEST_CASE("samples: the sample explains every key of the schema") {
    const std::string sample = read_file(conf_directory() + "/smppd.yaml");
    for (const Mapping& mapping : mappings_of_schema())
        for (const std::string& key : mapping.keys) {
            CAPTURE(key);
            bool found = false;
            for (const char before : {' ', '\n', '{'})
                found = found || contains(sample, before + key + ":");
            CHECK(found);
        }
}
