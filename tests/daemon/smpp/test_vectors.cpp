// tests/daemon/smpp/test_vectors.cpp - every row of tests/vectors/quirks.tsv, through the daemon's
// own path: Bind, Link, Router, Pool, Dispatcher, a store in memory. No socket, no clock.
#include "tests/support/replay.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace smppd::test;

namespace {

/// Rows that need submissions of ours, or those of platforms: they are held to everything but
/// that. The list shrinks with what is built, it never grows.
const std::set<std::string> needs_submissions{
    "q029", "q030", "q031", "q032", "q033", "q034",  // submit_sm to a carrier and its response
    "q038", "q039", "q040", "q041", "q042", "q043",  // what platforms submit, query, cancel
    "q094", "q095", "q099", "q104", "q105", "q106", "q107",  // receipts matched to submissions
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all = read_vectors(SMPPD_VECTORS);
    return all;
}

/// Rows that begin with a submission in flight, or name the id of one, cannot be set up at all yet.
bool begins_with_submission(const Row& row) {
    const bool names_id = std::any_of(row.steps.begin(), row.steps.end(), [](const Step& step) {
        const auto* place = std::get_if<Placeholder>(&step);
        return place != nullptr && place->name == "id";
    });
    return names_id || row.given("pending") == "submit_sm";
}

void hold(const Row& row, bool one_octet_segments) {
    ReplayOptions options;
    options.one_octet_segments = one_octet_segments;
    options.skip_submissions = needs_submissions.contains(row.id);
    for (const std::string& problem : replay(row, options)) {
        FAIL_CHECK(row.id << " (" << row.what << "): " << problem);
    }
}

}  // namespace

TEST_CASE("vectors: the file is whole") {
    CHECK(rows().size() == 111);
    for (const std::string& id : needs_submissions) {
        CHECK(std::any_of(rows().begin(), rows().end(),
                          [&](const Row& row) { return row.id == id; }));
    }
}

TEST_CASE("vectors: every row holds") {
    for (const Row& row : rows()) {
        if (!begins_with_submission(row)) hold(row, false);
    }
}

TEST_CASE("vectors: every row holds when each octet is a segment of its own") {
    for (const Row& row : rows()) {
        if (!begins_with_submission(row)) hold(row, true);
    }
}

TEST_CASE("vectors: a row that does not hold is noticed") {
    Row wrong = rows().at(48);
    REQUIRE(wrong.id == "q049");
    for (Clause& clause : wrong.clauses) {
        if (clause.word == "text") clause.items.at(0).value = "\"another text\"";
    }
    CHECK(replay(wrong, {}).size() >= 1);
}
