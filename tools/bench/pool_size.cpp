// tools/bench/pool_size.cpp - what a pool of many numbers takes: memory, and time to allocate.
#include "pool/pool.hpp"
#include "tools/bench/cases.hpp"
#include "tools/bench/moments.hpp"
#include "tools/bench/report.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <stdexcept>

namespace smppd::bench {

namespace {

using namespace std::chrono_literals;

constexpr pool::WallTime t0 = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
constexpr std::uint64_t first_number = 447'700'000'000;
constexpr std::uint64_t references = 1'000;

/// The workflows that are measured: each rotation, and the usual one when half of the numbers, the
/// longest idle ones, have been used by the brand.
std::map<std::string, pool::Workflow> workflows() {
    std::map<std::string, pool::Workflow> all;
    const auto add = [&all](const char* name, pool::Rotation rotation, const char* brand) {
        pool::Workflow& made = all[name];
        made.name = name;
        made.rotation = rotation;
        if (brand != nullptr) made.expected_senders = {brand};
    };
    add("least_recent", pool::Rotation::least_recent, nullptr);
    add("random", pool::Rotation::random, nullptr);
    add("sticky", pool::Rotation::sticky, nullptr);
    add("fresh_of_a_brand", pool::Rotation::fresh, "Meadow");
    add("least_recent_of_a_brand", pool::Rotation::least_recent, "Meadow");
    return all;
}

class PoolSize {
public:
    explicit PoolSize(const PoolSizeOptions& options) : options_(options) {}
    int run();

private:
    void import_numbers();
    /// The brand has written to the first half of the numbers, which are idle longest.
    void use_half();
    /// Allocates up to half of the numbers, and gives them back as a failed commit would.
    JsonLine measure(const std::string& workflow);

    const PoolSizeOptions& options_;
    std::mt19937_64 chance_{1};
    pool::Id last_id_ = 0;
    pool::Pool pool_{{},
                     [this](std::span<std::uint8_t> to) {
                         for (auto& octet : to) octet = static_cast<std::uint8_t>(chance_());
                     },
                     [this](pool::WallTime) { return ++last_id_; }};
};

void PoolSize::import_numbers() {
    for (std::uint64_t i = 0; i < options_.numbers; ++i) {
        const pool::WallTime when = i < options_.numbers / 2 ? t0 : t0 + 1h;
        pool::Number number;
        number.number = first_number + i;
        number.country = "GB";
        number.carrier = i % 2 == 0 ? "acme" : "bolt";
        if (!pool_.import_number(std::move(number), when))
            throw std::runtime_error("the pool takes no number");
    }
}

void PoolSize::use_half() {
    // The pool tells how it calls the brand when a message of it arrives.
    const auto got = pool_.allocate({.platform = 1}, ++last_id_, t0 + 1h);
    if (!got) throw std::runtime_error("the pool gives no session");
    pool::Message message;
    message.id = ++last_id_;
    message.source = "Meadow";
    message.number = got->session.number;
    message.owner = {1, got->session.id};
    message.text = "Your code is 482913";
    const pool::Changes arrival = pool_.arrived(message, t0 + 1h);
    const auto use = std::find_if(arrival.begin(), arrival.end(), [](const pool::Change& change) {
        return std::holds_alternative<pool::BrandUsePut>(change);
    });
    if (use == arrival.end()) throw std::runtime_error("the pool knows no brand");
    const std::uint64_t brand = std::get<pool::BrandUsePut>(*use).after->brand;
    pool_.revert(arrival);
    pool_.revert(got->changes);
    for (std::uint64_t i = 0; i < options_.numbers / 2; ++i)
        pool_.restore(pool::BrandUse{first_number + i, brand, t0 + 1h});
}

JsonLine PoolSize::measure(const std::string& workflow) {
    Histogram times;
    const std::uint64_t at_once = std::min(options_.numbers / 4, options_.samples);
    Cpu used{};
    while (times.count() < options_.samples) {
        std::vector<pool::Changes> made;
        const Cpu before = own_cpu();
        for (std::uint64_t i = 0; i < at_once; ++i) {
            const pool::AllocateRequest request{
                .platform = 1,
                .reference = "reference " + std::to_string(i % references),
                .workflow = workflow};
            const auto begun = Clock::now();
            auto got = pool_.allocate(request, ++last_id_, t0 + 2h);
            times.add(Clock::now() - begun);
            if (!got) throw std::runtime_error("the pool gives no session: " + workflow);
            made.push_back(std::move(got->changes));
        }
        used += own_cpu() - before;
        while (!made.empty()) {
            pool_.revert(made.back());
            made.pop_back();
        }
    }
    JsonLine line;
    const auto us = [&times](double share) {
        return std::chrono::duration<double, std::micro>(times.quantile(share)).count();
    };
    line.number("p50", us(0.5), 2).number("p99", us(0.99), 2);
    line.number("cpu", used.count() / static_cast<double>(times.count()), 2);
    return line;
}

int PoolSize::run() {
    const std::uint64_t before = memory_kib({getpid()});
    pool_.workflows(workflows());
    if (!pool_.create_platform({.name = "bench"}, t0))
        throw std::runtime_error("the pool takes no platform");
    const Cpu cpu_before = own_cpu();
    import_numbers();
    const Cpu importing = own_cpu() - cpu_before;
    const std::uint64_t imported = memory_kib({getpid()});
    use_half();
    JsonLine line;
    line.text("case", options_.name).count("numbers", options_.numbers);
    line.count("rss_kib", imported).count("rss_of_the_numbers_kib", imported - before);
    line.number("import_cpu_us_per_number",
                importing.count() / static_cast<double>(options_.numbers), 2);
    for (const auto& [name, workflow] : pool_.workflows())
        line.object("allocate_us_" + name, measure(name));
    std::printf("%s\n", line.str().c_str());
    return 0;
}

}  // namespace

int run_pool_size(const PoolSizeOptions& options) {
    if (options.numbers < 100) throw std::runtime_error("--numbers must be 100 at least");
    PoolSize size(options);
    return size.run();
}

}  // namespace smppd::bench
