// tests/fuzz/fuzz_import.cpp - any octets as a CSV of numbers: no fault, and the report adds up.
#include "pool/import.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>

using namespace smppd::pool;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view csv(reinterpret_cast<const char*>(data), size);
    const Import import = read_csv(
        csv, [](std::string_view name) { return name.size() == 1 ? PlatformId{1} : PlatformId{0}; },
        1000);
    require(import.lines <= 1000);
    require(import.problems.size() == import.bad || import.problems.size() == 10'000);
    require(import.lines <= import.numbers.size() + import.bad);
    std::set<E164> seen;
    for (const Number& number : import.numbers) {
        require(number.number >= 100 && number.number <= 999'999'999'999'999);
        require(seen.insert(number.number).second);
        require(number.mo || number.mt);
        require(number.monthly_cost_micros >= 0);
    }
    for (const ImportProblem& problem : import.problems) {
        require(problem.line >= 1);
        require(problem.number.size() <= 32);
        require(!problem.error.empty());
    }
    return 0;
}
