// tests/daemon/http/harness.hpp - the API over a pool and a store in memory, without sockets.
#pragma once

#include "daemon/http/api.hpp"
#include "daemon/notify/announcer.hpp"
#include "daemon/store/memory.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace smppd::test {

using namespace std::chrono_literals;
namespace json = boost::json;

/// 2026-11-24T12:00:00Z.
inline constexpr pool::WallTime noon{std::chrono::milliseconds{1'795'521'600'000}};

struct FakeCarriers final : smpp::CarrierControl {
    std::vector<smpp::CarrierView> all;
    std::vector<smpp::BindView> all_binds;
    std::string last;  // what was asked for last

    std::vector<smpp::CarrierView> carriers() const override { return all; }
    std::vector<smpp::BindView> binds() const override { return all_binds; }
    bool change(const std::string& verb, const std::string& carrier, std::uint32_t bind,
                bool stopped) {
        last = verb + " " + carrier + " " + std::to_string(bind);
        for (smpp::CarrierView& one : all) {
            if (one.name != carrier || bind > one.binds) continue;
            one.stopped = stopped;
            return true;
        }
        return false;
    }
    bool stop(const std::string& carrier, std::uint32_t bind) override {
        return change("stop", carrier, bind, true);
    }
    bool start(const std::string& carrier, std::uint32_t bind) override {
        return change("start", carrier, bind, false);
    }
    bool drain(const std::string& carrier) override {
        const bool known = change("drain", carrier, 0, false);
        for (smpp::CarrierView& one : all)
            if (one.name == carrier) one.draining = true;
        return known;
    }
    bool probe(const std::string& carrier, std::uint32_t bind,
               std::function<void(std::vector<smpp::ProbeResult>)> done) override {
        const auto named = [&](const smpp::CarrierView& one) { return one.name == carrier; };
        const auto found = std::find_if(all.begin(), all.end(), named);
        if (found == all.end() || bind > found->binds) return false;
        probed = std::move(done);
        return true;
    }
    std::function<void(std::vector<smpp::ProbeResult>)> probed;
    bool disconnect(const std::string& id) override {
        last = "disconnect " + id;
        return std::any_of(all_binds.begin(), all_binds.end(), [&](const smpp::BindView& one) {
            return one.id == id && !one.platform.empty();
        });
    }
};

struct FakePasswords final : smpp::Passwords {
    bool full = false;
    std::vector<std::function<void()>> held;
    bool hold = false;

    void check(smpp::Login login, std::weak_ptr<const void>,
               std::function<void(smpp::Proof)> done) override {
        const bool right = login.hash == "hash:" + std::to_string(login.password.size());
        done(right ? smpp::Proof::right : smpp::Proof::wrong);
    }
    void hash(const std::string& password, std::function<void(std::string)> done) override {
        auto run = [made = full ? std::string{} : "hash:" + std::to_string(password.size()),
                    done = std::move(done)] { done(made); };
        if (hold)
            held.emplace_back(std::move(run));
        else
            run();
    }
};

struct FakeFeed final : http::MessageFeed {
    std::map<std::uint64_t, std::function<void()>> waiting;
    std::uint64_t last = 0;

    std::uint64_t next(std::function<void()> wake) override {
        waiting.emplace(++last, std::move(wake));
        return last;
    }
    void cancel(std::uint64_t ticket) override { waiting.erase(ticket); }
    void publish() {
        auto woken = std::exchange(waiting, {});
        for (auto& [ticket, wake] : woken) wake();
    }
};

/// Keeps the answer and its pieces, and what waits for a time.
struct FakeResponder final : http::Responder {
    std::vector<http::Response> answers;
    std::vector<std::pair<std::chrono::milliseconds, std::function<void()>>> timers;
    std::string pieces;  // of a begun answer, beside its head's body
    std::size_t octets_max = 1024 * 1024;
    bool streaming = false, ended = false, gone = false;
    std::function<void()> closed, sent;

    void answer(http::Response response) override {
        if (gone) return;
        answers.push_back(std::move(response));
        forget();
    }
    void wake_after(std::chrono::milliseconds delay, std::function<void()> wake) override {
        if (!gone) timers.emplace_back(delay, std::move(wake));
    }
    void begin(http::Response head) override {
        streaming = true;
        answers.push_back(std::move(head));
    }
    bool write(std::string piece) override {
        if (gone || ended || pieces.size() > octets_max) return false;
        pieces += piece;
        return true;
    }
    void when_sent(std::function<void()> run) override { sent = std::move(run); }
    void end() override {
        ended = true;
        forget();
    }
    void on_closed(std::function<void()> run) override { closed = std::move(run); }

    /// The client goes.
    void close() {
        gone = true;
        const auto run = std::exchange(closed, nullptr);
        forget();
        if (run) run();
    }
    /// All that was written goes out.
    void send() {
        if (const auto run = std::exchange(sent, nullptr)) run();
    }
    /// Runs the timers of at most `delay`.
    void pass(std::chrono::milliseconds delay) {
        auto due = std::exchange(timers, {});
        for (auto& [after, wake] : due) {
            if (!answers.empty() && !streaming) return;
            if (after > delay)
                timers.emplace_back(after, std::move(wake));
            else
                wake();
        }
    }

private:
    // As the server's does: their closures hold the call, which holds this.
    void forget() {
        timers.clear();
        closed = sent = nullptr;
    }
};

/// One answer, read.
struct Reply {
    int status = 0;
    std::string type;  // Content-Type
    json::value body;
    http::Headers headers;

    std::string header(const std::string& name) const {
        for (const auto& [key, value] : headers)
            if (key == name) return value;
        return {};
    }
    /// The value at a JSON pointer; null when there is none.
    json::value at(const std::string& pointer) const {
        json::error_code error;
        const json::value* found = body.find_pointer(pointer, error);
        return found ? *found : json::value{};
    }
    std::string text(const std::string& pointer) const {
        const json::value found = at(pointer);
        return found.is_string() ? std::string{found.as_string()} : json::serialize(found);
    }
    std::size_t items() const { return body.at("items").as_array().size(); }
};

inline Reply read(const http::Response& response) {
    Reply reply{response.status, response.content_type, {}, response.headers};
    if (!response.body.empty()) reply.body = json::parse(response.body);
    return reply;
}

/// Everything that the API needs, of which the tests may turn each screw.
struct Harness {
    static pool::PoolOptions pool_options() {
        pool::PoolOptions options;
        options.cool_down = 72h;
        return options;
    }

    pool::WallTime now = noon;
    std::uint8_t chance = 0;
    pool::Ids ids;
    pool::PoolOptions settings = pool_options();
    pool::Pool pool{settings,
                    [this](std::span<std::uint8_t> octets) {
                        std::iota(octets.begin(), octets.end(), ++chance);
                    },
                    [this](pool::WallTime at) { return ids.next(at); }};
    store::MemoryStore memory;
    FakeCarriers carriers;
    FakePasswords passwords;
    FakeFeed feed;
    http::DaemonStatus status;
    int accounts_changed = 0, pool_changed = 0;
    std::string backup_path;
    std::function<void(store::Backup::Progress)> backup_progress;
    std::function<void(std::error_code)> backup_done;

    notify::EventFeed events{
        {}, [this](std::function<void()> job) { posted.push_back(std::move(job)); }};
    notify::Announcer announcer{memory, pool};
    std::vector<std::function<void()>> posted;

    http::Context context{
        .pool = pool,
        .ids = ids,
        .committer = announcer,
        .history = memory,
        .carriers = carriers,
        .passwords = passwords,
        .feed = feed,
        .wall_now = [this] { return now; },
        .status = [this] { return status; },
        .backup =
            [this](std::string path, std::function<void(store::Backup::Progress)> progress,
                   std::function<void(std::error_code)> done) {
                backup_path = std::move(path);
                backup_progress = std::move(progress);
                backup_done = std::move(done);
            },
        .accounts_changed = [this] { ++accounts_changed; },
        .pool_changed = [this] { ++pool_changed; },
        .events = &events,
        .salt = 42,
    };
    http::Api api{context};
    http::Headers headers;  // of the calls that follow, beside Content-Type
    http::Peer peer{.local = true, .uid = 0, .address = {}};
    std::vector<std::weak_ptr<FakeResponder>> begun;

    Harness() { announcer.join(events); }
    explicit Harness(const pool::PoolOptions& pool_settings) : settings{pool_settings} {
        announcer.join(events);
    }
    explicit Harness(const http::ApiOptions& options) : api{context, options} {
        announcer.join(events);
    }
    /// Clients that still follow go: what waits for them holds itself otherwise.
    ~Harness() {
        for (const auto& one : begun)
            if (const auto responder = one.lock()) responder->close();
    }
    Harness(const Harness&) = delete;
    Harness& operator=(const Harness&) = delete;

    /// What was posted to the network thread runs.
    void turn() {
        for (auto& job : std::exchange(posted, {})) job();
    }
    /// The calls that follow come from this address by TCP, with this key (none when empty).
    void use(const std::string& key, const std::string& address = "192.0.2.7") {
        peer = {.local = false, .uid = 0, .address = address};
        headers.clear();
        if (!key.empty()) headers.emplace_back("authorization", "Bearer " + key);
    }
    void use_socket() {
        peer = {.local = true, .uid = 0, .address = {}};
        headers.clear();
    }
    /// Makes a key by the socket, and gives its text.
    std::string make_key(const std::string& path, const std::string& body) {
        const auto before_peer = peer;
        const auto before_headers = headers;
        use_socket();
        const Reply reply = post(path, body);
        peer = before_peer;
        headers = before_headers;
        if (reply.status != 201) throw std::runtime_error(json::serialize(reply.body));
        return reply.text("/key");
    }

    std::shared_ptr<FakeResponder> begin(const std::string& method, const std::string& target,
                                         const std::string& body = "",
                                         const std::string& media = "application/json") {
        http::Request request{
            .method = method, .target = target, .headers = headers, .body = body, .peer = peer};
        if (!body.empty()) request.headers.emplace_back("content-type", media);
        auto responder = std::make_shared<FakeResponder>();
        begun.push_back(responder);
        api.handle(std::move(request), responder);
        return responder;
    }
    /// The answer, which must be there at once.
    Reply call(const std::string& method, const std::string& target, const std::string& body = "",
               const std::string& media = "application/json") {
        const auto responder = begin(method, target, body, media);
        if (responder->answers.size() != 1) throw std::runtime_error("no answer, or several");
        return read(responder->answers.front());
    }
    Reply get(const std::string& target) { return call("GET", target); }
    Reply post(const std::string& target, const std::string& body = "") {
        return call("POST", target, body);
    }
    Reply import(const std::string& csv, const std::string& query = "") {
        return call("POST", "/v1/numbers/import" + query, csv, "text/csv; charset=utf-8");
    }

    /// Records a message as the router would.
    pool::Message message(pool::Owner owner, const std::string& text) {
        pool::Message message;
        message.id = ids.next(now);
        message.carrier = "acme";
        message.bind = 1;
        message.source = "BANK";
        message.destination = "447700900101";
        message.number = 447700900101;
        message.owner = owner;
        if (owner.platform == 0) {
            message.unowned = pool::Unowned::not_leased;
            message.state = pool::MessageState::unowned;
        }
        message.first_part_at = message.received_at = now;
        message.text = text;
        message.octets.assign(text.begin(), text.end());
        memory.commit({pool::MessageAdded{message}}, [](std::error_code) {});
        return message;
    }
};

}  // namespace smppd::test
