// tools/bench/api.cpp - numbers on demand over the HTTP API, beside the carrier that brings codes.
#include "tools/bench/cases.hpp"
#include "tools/bench/http_load.hpp"
#include "tools/bench/report.hpp"

#include <charconv>
#include <cstdio>
#include <memory>
#include <stdexcept>

namespace smppd::bench {

namespace {

using protocol::Octets;

constexpr std::chrono::seconds binds_within{60}, codes_within{120};
constexpr std::uint64_t code_window = 1000;
constexpr std::string_view text = ": {code} is your login code. Do not share it with anybody.";
constexpr std::string_view wrong_code = "00000";  // no code for a number has five digits
constexpr std::uint64_t no_limit = ~std::uint64_t{0};

struct Leased {
    std::string id;
    std::uint64_t number = 0;
};

/// Brings a code to each number: the carrier that the gateway is bound to.
class CodeCarrier {
public:
    CodeCarrier(Loop& loop, const Endpoint& listen)
        : loop_(loop), acceptor_(loop, listen, [this](Descriptor socket) {
              Peer& peer = *peers_.emplace_back(std::make_unique<Peer>(loop_, std::move(socket)));
              peer.on_deliver_resp = [this](std::uint32_t, std::uint32_t status) {
                  ++answered_;
                  if (status != 0) ++refused_;
              };
          }) {}
    void await_bind() {
        loop_.wait_until([this] { return bound_of(peers_) > 0; }, binds_within,
                         "the gateway's bind to the carrier");
    }
    /// Sends to each of the numbers and waits for all answers.
    void send(const std::vector<Leased>& sessions) {
        const MessageTemplate messages(random_tag(),
                                       {sessions.front().number, sessions.front().number}, text);
        std::uint64_t sent = answered_ = 0;
        const auto go_on = [&] {
            for (; sent < sessions.size() && sent - answered_ < code_window; ++sent)
                messages.append(peers_.front()->stream().out(), sent, sessions[sent].number);
            peers_.front()->stream().flush();
            return answered_ == sessions.size();
        };
        loop_.wait_until(go_on, codes_within, "the arrival of all codes");
        if (refused_ > 0) throw std::runtime_error("the gateway refused messages with codes");
    }

private:
    Loop& loop_;
    Peers peers_;
    std::uint64_t answered_ = 0, refused_ = 0;
    Acceptor acceptor_;
};

std::uint64_t to_number(std::string_view digits) {
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// One kind of request: what it is, and what answers it.
struct Kind {
    std::string_view name;
    std::function<void(std::uint64_t id, Octets& out)> write;
    std::function<bool(std::uint64_t id, const HttpAnswer& answer)> good;
};

class Api {
public:
    explicit Api(const ApiOptions& options);
    int run();

private:
    Kind allocate();
    Kind verify();
    Kind release();
    /// Warms up, measures and prints; `count` and `seconds` limit the measurement.
    void measure(const Kind& kind, std::uint64_t count, std::chrono::seconds seconds);
    HttpCall call(std::string_view method) const { return {method, host_, options_.key}; }

    const ApiOptions& options_;
    const std::string host_, allocation_;
    Loop loop_;
    std::unique_ptr<CodeCarrier> carrier_;
    HttpLoad load_;
    std::vector<Leased> sessions_;
    std::string target_, body_;
    bool good_ = true;
};

Api::Api(const ApiOptions& options)
    : options_(options),
      host_(options.api.host + ":" + options.api.port),
      allocation_("{\"workflow\":\"" + options.workflow + "\"}"),
      load_(loop_, options.api, options.connections) {
    if (!options.carrier_listen) return;
    carrier_ = std::make_unique<CodeCarrier>(loop_, *options.carrier_listen);
    carrier_->await_bind();
}

Kind Api::allocate() {
    return {"allocate",
            [this](std::uint64_t, Octets& out) {
                append_request(out, call("POST"), "/v1/sessions", allocation_);
            },
            [this](std::uint64_t, const HttpAnswer& answer) {
                if (answer.status != 201) return false;
                Leased session{std::string(text_member(answer.body, "id")),
                               to_number(text_member(answer.body, "number"))};
                if (session.id.empty() || session.number == 0) return false;
                sessions_.push_back(std::move(session));
                return true;
            }};
}

Kind Api::verify() {
    return {carrier_ ? "verify" : "verify, wrong codes",
            [this](std::uint64_t id, Octets& out) {
                const Leased& session = sessions_[id];
                target_ = "/v1/sessions/" + session.id + "/verify";
                body_ = "{\"code\":\"";
                body_ += carrier_ ? code_for(session.number) : std::string(wrong_code);
                body_ += "\"}";
                append_request(out, call("POST"), target_, body_);
            },
            [this](std::uint64_t, const HttpAnswer& answer) {
                const bool success = answer.body.find("\"success\":true") != answer.body.npos;
                return answer.status == 200 && success == (carrier_ != nullptr);
            }};
}

Kind Api::release() {
    return {"release",
            [this](std::uint64_t id, Octets& out) {
                target_ = "/v1/sessions/" + sessions_[id].id;
                append_request(out, call("DELETE"), target_, {});
            },
            [](std::uint64_t, const HttpAnswer& answer) { return answer.status == 204; }};
}

void Api::measure(const Kind& kind, std::uint64_t count, std::chrono::seconds seconds) {
    HttpPhase phase{.first = 0,
                    .count = std::min(count, options_.warm_up),
                    .rate = options_.rate,
                    .seconds = {},
                    .write = kind.write,
                    .good = kind.good};
    const HttpFigures warm = load_.run(phase);
    phase.first = phase.count;
    phase.count = count - phase.count;
    phase.seconds = seconds;
    const CpuSnapshot before = cpu_of(options_.subject.pids);
    const Cpu own_before = own_cpu();
    const HttpFigures figures = load_.run(phase);
    const Cpu own = own_cpu() - own_before;
    const auto used = cpu_between(before, cpu_of(options_.subject.pids));

    const std::uint64_t requests = figures.response.count();
    JsonLine line;
    line.text("case", options_.subject.name + ": " + std::string(kind.name))
        .count("connections", options_.connections);
    if (options_.rate != 0) line.count("rate", options_.rate);
    line.count("requests", requests).count("wrong_answers", warm.failed + figures.failed);
    if (warm.failed + figures.failed > 0)
        line.count("wrong_status", figures.failed > 0 ? figures.failed_status : warm.failed_status);
    line.number("requests_per_s", figures.per_second()).latency("response_us", figures.response);
    if (!options_.subject.pids.empty()) {
        line.cpu("cpu_us_per_request", used, requests);
        line.count("peak_rss_kib", peak_memory_kib(options_.subject.pids));
    }
    line.cpu("bench_cpu_us_per_request", {{"bench", own}}, requests);
    std::printf("%s\n", line.str().c_str());
    std::fflush(stdout);
    good_ = good_ && warm.failed + figures.failed == 0;
}

int Api::run() {
    measure(allocate(), options_.count != 0 ? options_.count : no_limit,
            options_.count != 0 ? std::chrono::seconds{0} : options_.seconds);
    if (sessions_.empty()) return 1;
    if (carrier_) carrier_->send(sessions_);
    measure(verify(), sessions_.size(), std::chrono::seconds{0});
    measure(release(), sessions_.size(), std::chrono::seconds{0});
    return good_ ? 0 : 1;
}

}  // namespace

int run_api(const ApiOptions& options) {
    Api api(options);
    return api.run();
}

}  // namespace smppd::bench
