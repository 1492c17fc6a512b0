// tests/daemon/store/sample.hpp - records for the tests of the store, and what a restart finds.
#pragma once

#include "daemon/store/sqlite.hpp"

#include "pool/ids.hpp"

#include <cstdlib>
#include <filesystem>
#include <tuple>

namespace smppd::store {

using namespace std::chrono_literals;

/// 2026-03-01 00:00 UTC.
inline const pool::WallTime t0{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}};

inline pool::Id id_at(pool::WallTime at, pool::Id nth = 0) { return pool::first_id_at(at) + nth; }

inline Seal test_seal(std::uint8_t filler = 7) {
    std::array<std::uint8_t, 32> key{};
    key.fill(filler);
    return Seal(1, key);
}

/// A directory of its own that goes with it.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "smppd-store-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = name;
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    std::string operator/(const char* name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

inline SqliteOptions small(const std::string& path) {
    return {.path = path, .ballast_octets = 64 * 1024};
}

inline pool::Message waiting_message(pool::Id id, pool::PlatformId platform = 1) {
    pool::Message m;
    m.id = id;
    m.carrier = "acme";
    m.bind = 2;
    m.source = "+15005550006";
    m.destination = "447700900101";
    m.number = 447700900101;
    m.source_ton = 1;
    m.source_npi = 1;
    m.owner = {.platform = platform, .session = 0};
    m.data_coding = 8;
    m.esm_class = 0x40;
    m.protocol_id = 3;
    m.first_part_at = m.received_at = pool::time_of(id);
    m.duplicate_key = 0xfedcba9876543210 + id;
    m.text = "a text with a \xc3\xa9 in it";
    m.octets = {0, 1, 2, 0xff};
    return m;
}

inline pool::MessageSettled settled(const pool::Message& m, pool::WallTime at) {
    return {.id = m.id,
            .platform = m.owner.platform,
            .state = pool::MessageState::delivered,
            .at = at,
            .attempts = 3};
}

inline pool::Part sample_part(pool::Id id, pool::Id assembly, std::uint8_t index) {
    pool::Part p;
    p.id = id;
    p.key = {.carrier = "acme",
             .source = "15005550006",
             .destination = "447700900101",
             .reference = 0xabcd,
             .width = 16,
             .total = 3};
    p.index = index;
    p.assembly = assembly;
    p.bind = 1;
    p.number = 447700900101;
    p.owner = {.platform = 2, .session = 77};
    p.arrived_at = pool::time_of(id);
    p.data_coding = 0;
    p.esm_class = 0x40;
    p.alphabet = 1;
    p.single_shift = 2;
    p.locking_shift = 3;
    p.fill_bits = 4;
    p.duplicate_key = 1'000 + id;
    p.data = {1, 2, 3};
    p.octets = {6, 8, 4, 0xab, 0xcd, 3, index, 1, 2, 3};
    return p;
}

inline pool::Session sample_session(pool::Id id, pool::SessionState state) {
    pool::Session s;
    s.id = id;
    std::array<std::uint8_t, 10> chance{};
    chance.fill(static_cast<std::uint8_t>(id));
    s.token = pool::make_token(pool::time_of(id), chance);
    s.platform = 1;
    s.number = 447700900102;
    s.state = state;
    s.created_at = pool::time_of(id);
    s.expires_at = s.created_at + 10min;
    if (state != pool::SessionState::active) s.ended_at = s.created_at + 5min;
    s.reference = "order \"1\"";
    return s;
}

/// A session in the middle of its journey, with every field set.
inline pool::Session busy_session(pool::Id id) {
    pool::Session s = sample_session(id, pool::SessionState::verified);
    s.ended_at = {};  // still holds its number
    s.workflow = "signup";
    s.task = "onfleet/77";
    s.test = true;
    s.country = "GB";
    s.area = "London";
    s.carrier = "acme";
    s.tag = "gold";
    s.expected_senders = {"Google", "+4477*"};
    s.brand = "google";
    s.webhook = id_at(t0, 99);
    s.leased_at = s.created_at + 1min;
    s.swaps = 2;
    s.attempts_used = 4;
    s.attempts_max = 6;
    s.arrived.messages = 7;
    s.verified_at = s.created_at + 2min;
    s.used_code = UINT64_MAX;
    s.arrived.codes = {{.message = id + 1, .at = s.created_at + 1s, .code = "662718"},
                       {.message = id + 2, .at = s.created_at + 2s, .code = ""}};
    return s;
}

inline pool::Webhook sample_webhook(pool::Id id) {
    pool::Webhook w;
    w.id = id;
    w.platform = 3;
    w.url = "https://hooks.example/in/path-token";
    w.description = "orders";
    w.events = {pool::EventType::webhook_disabled, pool::EventType::code_received};
    w.sessions_only = w.test = w.disabled = true;
    w.disabled_reason = "gone";
    w.created_at = t0;
    w.failing_since = t0 + 1s;
    w.secret = "whsec_present";
    w.previous_secret = "whsec_former";
    w.previous_until = t0 + 24h;
    return w;
}

inline pool::ApiKey sample_api_key(std::string id) {
    pool::ApiKey k;
    k.id = std::move(id);
    k.platform = 3;
    k.role = pool::Role::read_only;
    k.scopes = bit(pool::Scope::system_write) | bit(pool::Scope::sessions_read);
    k.test = true;
    k.name = "ci";
    for (std::size_t i = 0; i < k.hash.size(); ++i) k.hash[i] = static_cast<std::uint8_t>(255 - i);
    k.allow = {"10.0.0.0/8", "::1/128"};
    k.created_at = t0;
    k.expires_at = t0 + 1h;
    k.revoked_at = t0 + 2h;
    k.last_used_at = t0 + 3h;
    k.replaced_by = "abcdefghijkl";
    return k;
}

inline pool::Event sample_event(pool::Id id, pool::Id session = 77) {
    pool::Event e;
    e.id = id;
    e.type = pool::EventType::code_received;
    e.platform = 3;
    e.session = session;
    e.webhook = 8;
    e.test = true;
    e.at = pool::time_of(id);
    e.token.octets.fill(9);
    e.number = 447700900101;
    e.previous_number = 999'999'999'999'999;
    e.message = UINT64_MAX;
    e.workflow = "signup";
    e.reference = "order 1";
    e.sender = "Google";
    e.text = "G-662718 is your code";
    e.expected_sender = false;
    e.code = "662718";
    e.link = "https://example.com/v?t=deep-link";
    e.confidence = 97;
    e.next_step = "continue";
    e.reason = "none";
    e.subject = "acme";
    e.expires_at = t0 - 1ms;
    e.attempts_left = UINT16_MAX;
    return e;
}

inline pool::Delivery sample_delivery(pool::Id event, pool::Id webhook,
                                      pool::DeliveryState state = pool::DeliveryState::waiting) {
    pool::Delivery d;
    d.event = event;
    d.webhook = webhook;
    d.session = 77;
    d.state = state;
    d.attempts = 3;
    d.next_at = t0 + 5min;
    if (state != pool::DeliveryState::waiting) d.settled_at = t0 + 6min;
    d.status = 503;
    d.error = "the answer was 503";
    return d;
}

inline pool::AnswerKept sample_answer(pool::Id id) {
    pool::AnswerKept a;
    a.id = id;
    a.key = UINT64_MAX - id;
    a.request = 5;
    a.status = 201;
    a.body = "{\"number\":\"+447700900101\"}";
    a.location = "/v1/sessions/ses_0123456789";
    a.at = pool::time_of(id);
    return a;
}

/// For comparing answers.
inline auto all_of(const std::optional<pool::AnswerKept>& answer) {
    const pool::AnswerKept a = answer.value_or(pool::AnswerKept{});
    return std::tuple(a.id, a.key, a.request, a.status, a.body, a.location, a.at);
}

/// Everything that load() tells.
struct Loaded final : Visitor {
    struct Duplicate {
        std::uint64_t key;
        pool::Id id;
        std::string carrier;
        pool::WallTime at;
        friend bool operator==(const Duplicate&, const Duplicate&) = default;
    };
    std::vector<pool::Platform> platforms;
    std::vector<pool::SmppAccount> accounts;
    std::vector<pool::Number> numbers;
    std::vector<pool::Session> sessions;
    std::vector<std::pair<pool::PlatformId, pool::WallTime>> allocations;
    std::vector<pool::Webhook> webhooks;
    std::vector<pool::ApiKey> api_keys;
    std::vector<pool::BrandUse> brand_uses;
    std::vector<pool::Part> parts;
    std::vector<pool::Delivery> deliveries;
    std::vector<std::tuple<std::uint64_t, std::uint64_t, pool::Id, pool::WallTime>> answers;
    std::vector<Duplicate> duplicates;
    pool::Id last = 0;
    std::uint64_t salted = 0;

    void platform(pool::Platform value) override { platforms.push_back(std::move(value)); }
    void account(pool::SmppAccount value) override { accounts.push_back(std::move(value)); }
    void number(pool::Number value) override { numbers.push_back(std::move(value)); }
    void session(pool::Session value) override { sessions.push_back(std::move(value)); }
    void allocation(pool::PlatformId platform, pool::WallTime at) override {
        allocations.emplace_back(platform, at);
    }
    void webhook(pool::Webhook value) override { webhooks.push_back(std::move(value)); }
    void api_key(pool::ApiKey value) override { api_keys.push_back(std::move(value)); }
    void brand_use(pool::BrandUse value) override { brand_uses.push_back(value); }
    void part(pool::Part value) override { parts.push_back(std::move(value)); }
    void delivery(pool::Delivery value) override { deliveries.push_back(std::move(value)); }
    void answer(std::uint64_t key, std::uint64_t request, pool::Id id, pool::WallTime at) override {
        answers.emplace_back(key, request, id, at);
    }
    void duplicate(std::uint64_t key, pool::Id id, const std::string& carrier,
                   pool::WallTime at) override {
        duplicates.push_back({key, id, carrier, at});
    }
    void last_id(pool::Id id) override { last = id; }
    void salt(std::uint64_t value) override { salted = value; }
};

inline Loaded load(Store& store, std::chrono::seconds window = 24h) {
    Loaded loaded;
    store.load(loaded, window);
    return loaded;
}

inline std::error_code apply(Store& store, pool::Changes changes) {
    return store.apply(std::span(&changes, 1));
}

inline Errc code_of(const std::function<void()>& opens) {
    try {
        opens();
    } catch (const std::system_error& error) {
        if (error.code().category() == error_category())
            return static_cast<Errc>(error.code().value());
        throw;
    }
    return Errc{};
}

}  // namespace smppd::store
