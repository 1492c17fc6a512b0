// tools/bench/verify_time.cpp - whether the time of a verification tells what the code is.
// Source: Reparaz, Balasch, Verbauwhede: Dude, is my code constant time? (2017).
#include "pool/pool.hpp"
#include "tools/bench/cases.hpp"
#include "tools/bench/moments.hpp"
#include "tools/bench/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <stdexcept>

namespace smppd::bench {

namespace {

using namespace std::chrono_literals;

constexpr pool::WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr std::uint64_t first_number = 447'700'900'000;
constexpr std::size_t sessions_of_a_kind = 64;
constexpr double t_max = 4.5, ns_max = 5;

/// What is typed into which sessions; every guess is wrong.
struct Class {
    std::string arrived;  ///< the code of its sessions
    std::string typed;
    std::vector<pool::Id> sessions;
    std::vector<float> times;  ///< ns
};

/// Two classes, and whether their times may differ.
struct Question {
    std::string_view name;
    std::size_t one, other;
    bool secret;  ///< digits are; lengths are known from the brand's messages, or the caller's own
};

// What is typed is the caller's own: where digits are asked about, it is the same, and what has
// arrived differs.
// clang-format off
const std::array<std::pair<std::string_view, std::string_view>, 9> kinds{{
    {"482913", "482914"},          // 0: all digits right but the last
    {"982914", "482914"},          // 1: the first one wrong
    {"951706", "482914"},          // 2: no digit right
    {"4829", "482914"},            // 3: a code of another length arrived
    {"4829135067", "482914"},      // 4
    {"482913", "4829"},            // 5: the right beginning, cut short
    {"951706", "4829"},            // 6: as short, no digit right
    {"951706", "4829140628"},      // 7: longer
    {"635170", "482914"},          // 8: as 2, by another code: what the machine itself makes
}};
constexpr std::array questions{
    Question{"first_digit_right_or_wrong", 0, 1, true},
    Question{"five_digits_right_or_none", 0, 2, true},
    Question{"beginning_of_4_right_or_wrong", 5, 6, true},
    Question{"control_none_right_or_none", 8, 2, false},
    Question{"code_of_4_or_of_6_arrived", 3, 0, false},
    Question{"code_of_10_or_of_6_arrived", 4, 0, false},
    Question{"typed_4_or_6", 6, 2, false},
    Question{"typed_10_or_6", 7, 2, false},
};
// clang-format on

class VerifyTime {
public:
    explicit VerifyTime(std::uint64_t samples) : samples_(samples) { set_up(); }
    void measure();
    int report(const std::string& name);

private:
    void set_up();
    pool::Id session_with(const std::string& code);
    /// The times of one class below `longest`, which leaves out what the machine did meanwhile.
    static Moments moments(const Class& one, float longest);

    std::uint64_t samples_;
    std::mt19937_64 chance_{1};
    pool::Id last_id_ = 0;
    std::uint64_t next_number_ = first_number;
    pool::Pool pool_{{},
                     [this](std::span<std::uint8_t> to) {
                         for (auto& octet : to) octet = static_cast<std::uint8_t>(chance_());
                     },
                     [this](pool::WallTime) { return ++last_id_; }};
    std::vector<Class> classes_;
};

pool::Id VerifyTime::session_with(const std::string& code) {
    const std::uint64_t number = next_number_++;
    const bool imported = pool_.import_number({.number = number}, t0).has_value();
    const auto got =
        pool_.allocate({.platform = 1, .number = number, .workflow = "bench"}, ++last_id_, t0);
    if (!imported || !got) throw std::runtime_error("the pool gives no session");
    pool::Message message;
    message.id = ++last_id_;
    message.source = "Meadow";
    message.number = number;
    message.owner = {1, got->session.id};
    message.text = "Your code is " + code;
    pool_.arrived(message, t0);
    const auto session = pool_.session(got->session.id);
    if (session->arrived.codes.size() != 1 || session->arrived.codes[0].code != code)
        throw std::runtime_error("the code did not arrive");
    return session->id;
}

void VerifyTime::set_up() {
    pool::Workflow workflow;
    workflow.name = "bench";
    pool_.workflows({{"bench", workflow}});
    if (!pool_.create_platform({.name = "bench"}, t0))
        throw std::runtime_error("the pool takes no platform");
    for (const auto& [arrived, typed] : kinds)
        classes_.push_back({std::string(arrived), std::string(typed), {}, {}});
    // In turn, so that no class has its sessions all in one stretch of memory.
    for (std::size_t i = 0; i < sessions_of_a_kind; ++i)
        for (Class& one : classes_) one.sessions.push_back(session_with(one.arrived));
}

void VerifyTime::measure() {
    std::string typed;
    typed.reserve(64);
    for (std::uint64_t i = 0; i < samples_; ++i) {
        const std::uint64_t random = chance_();
        Class& one = classes_[random % classes_.size()];
        const pool::Id session = one.sessions[(random >> 32) % one.sessions.size()];
        typed = one.typed;  // always in the same place
        const auto begun = Clock::now();
        const auto verdict = pool_.verify(session, typed, t0 + 1s);
        const auto took = Clock::now() - begun;
        if (!verdict || verdict->outcome != pool::Verdict::Outcome::wrong)
            throw std::runtime_error("a wrong code was not called wrong");
        one.times.push_back(std::chrono::duration<float, std::nano>(took).count());
        pool_.revert(verdict->changes);
    }
}

Moments VerifyTime::moments(const Class& one, float longest) {
    Moments moments;
    for (const float time : one.times)
        if (time <= longest) moments.add(time);
    return moments;
}

int VerifyTime::report(const std::string& name) {
    std::vector<float> all;
    for (const Class& one : classes_) all.insert(all.end(), one.times.begin(), one.times.end());
    std::sort(all.begin(), all.end());
    // The longest tenth is interrupts and other programs, whatever was typed.
    const float longest = all.empty() ? 0 : all[all.size() - 1 - all.size() / 10];
    JsonLine line;
    line.text("case", name).count("samples", all.size());
    bool told = false;
    for (const Question& question : questions) {
        const Moments one = moments(classes_[question.one], longest);
        const Moments other = moments(classes_[question.other], longest);
        const Difference apart = difference(one, other);
        if (question.secret)
            told = told || (std::fabs(apart.t()) > t_max && std::fabs(apart.mean) > ns_max);
        JsonLine values;
        values.number("mean_ns", one.mean())
            .number("other_ns", other.mean())
            .number("difference_ns", apart.mean, 2)
            .number("standard_error_ns", apart.error, 2)
            .number("t", apart.t(), 2)
            .text("of", question.secret ? "digits" : "no secret");
        line.object(question.name, values);
    }
    std::printf("%s\n", line.str().c_str());
    return told ? 1 : 0;
}

}  // namespace

int run_verify_time(const VerifyTimeOptions& options) {
    VerifyTime time(options.samples);
    time.measure();
    return time.report(options.name);
}

}  // namespace smppd::bench
