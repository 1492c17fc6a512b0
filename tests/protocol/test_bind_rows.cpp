// tests/protocol/test_bind_rows.cpp - odd PDUs met in the field, replayed against a Bind: in one
// segment, octet by octet, and with the link cut after each octet.
#include "tests/support/bind_script.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace {

using namespace smppd::protocol;
using namespace smppd::test;

struct Row {
    std::string id, role, state, given, octets;
    Lines expected;
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
#include "tests/protocol/bind_rows.inc"
    };
    return all;
}

/// "wait response", or octets.
struct Piece {
    std::string wait;
    Octets octets;
};

/// Reads the column `hex` of the vectors: {seq}, {cut}, {wait X} and {61*65535}.
std::vector<Piece> pieces_of(const std::string& text, std::uint32_t sequence_number) {
    std::vector<Piece> pieces(1);
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '{') {
            const std::size_t end = std::min(text.find('{', at), text.size());
            pieces.back().octets = pieces.back().octets + hex(text.substr(at, end - at));
            at = end;
            continue;
        }
        const std::size_t end = text.find('}', at);
        const std::string word = text.substr(at + 1, end - at - 1);
        at = end + 1;
        if (word == "seq") {
            for (int shift = 24; shift >= 0; shift -= 8) {
                pieces.back().octets.push_back(static_cast<std::uint8_t>(sequence_number >> shift));
            }
        } else if (word == "cut") {
            pieces.emplace_back();
        } else if (word.starts_with("wait ")) {
            pieces.push_back({word.substr(5), {}});
            pieces.emplace_back();
        } else {
            const std::size_t star = word.find('*');
            REQUIRE(star != std::string::npos);
            for (int i = std::stoi(word.substr(star + 1)); i > 0; --i) {
                pieces.back().octets = std::move(pieces.back().octets) + hex(word.substr(0, star));
            }
        }
    }
    return pieces;
}

BindRun run_for(const Row& row, const std::string& role) {
    BindOptions options;
    if (role == "platform") {
        options.role = Role::smsc;
        options.decode.tolerate_broken_tlvs = false;
        if (row.state == "bound") {
            return bound_platform(
                options, row.given == "bind=receiver" ? BindType::receiver : BindType::transceiver);
        }
    } else {
        options.await_outbind = row.state == "open";
        if (row.state == "bound") return bound_carrier(options);
    }
    BindRun run(options);
    run.connect();
    run.take_log();
    return run;
}

BindRun prepared(const Row& row, const std::string& role) {
    BindRun run = run_for(row, role);
    if (row.given == "pending=enquire_link") {
        run.wait(run.bind.options().enquire_link);
    } else if (row.given.starts_with("pending=")) {
        REQUIRE(run.request(1).has_value());
    }
    run.take_log();
    return run;
}

/// Does what the owner of a Bind does: decides on binds, answers what was delivered.
void own(BindRun& run, const Actions& actions) {
    for (const Action& action : actions) {
        if (const auto* asked = std::get_if<BindAsked>(&action)) {
            const auto& body = std::get<BindRequest>(asked->request.body);
            own(run, body.password == "wrong" ? run.refuse(ESME_RINVPASWD) : run.accept());
        } else if (std::holds_alternative<OutbindReceived>(action)) {
            run.start_bind();
        }
    }
    run.answer_all();
}

void play(BindRun& run, const std::vector<Piece>& pieces, bool split) {
    for (const Piece& piece : pieces) {
        const BindOptions& options = run.bind.options();
        if (piece.wait == "session_init") run.wait(options.session_init);
        if (piece.wait == "enquire_link") run.wait(options.enquire_link);
        if (piece.wait == "response") run.wait(options.response);
        if (!split) {
            own(run, run.receive(piece.octets));
            continue;
        }
        for (const std::uint8_t octet : piece.octets) own(run, run.receive({octet}));
    }
}

std::vector<std::string> roles_of(const Row& row) {
    if (row.role == "either") return {"carrier", "platform"};
    return {row.role};
}

Lines sorted(Lines all) {
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace

TEST_CASE(
    "bind rows: what the peer sends is answered as the vectors say, in segments of any size") {
    for (const Row& row : rows()) {
        for (const std::string& role : roles_of(row)) {
            for (const bool split : {false, true}) {
                CAPTURE(row.id);
                CAPTURE(role);
                CAPTURE(split);
                BindRun run = prepared(row, role);
                play(run, pieces_of(row.octets, run.last_sequence()), split);
                CHECK(sorted(run.log()) == sorted(row.expected));
                CHECK(run.fault() == "");
                run.take_log();
                // Unless the row ends it, the session lives on.
                if (run.bind.state() != BindState::closed) {
                    run.receive(pdu(CommandId::enquire_link, ESME_ROK, 77));
                    CHECK(run.log() == Lines{"> enquire_link_resp 0x0 77"});
                }
                run.close();
                CHECK(run.fault_after_close() == "");
            }
        }
    }
}

TEST_CASE("bind rows: a link that is lost after any octet leaves nothing open") {
    for (const Row& row : rows()) {
        for (const std::string& role : roles_of(row)) {
            CAPTURE(row.id);
            CAPTURE(role);
            const BindRun first = prepared(row, role);
            std::vector<Piece> pieces = pieces_of(row.octets, first.last_sequence());
            Octets all;
            for (const Piece& piece : pieces) all = std::move(all) + piece.octets;
            // The long one says nothing new after its first thousand octets.
            const std::size_t count = std::min<std::size_t>(all.size(), 1'000);
            for (std::size_t cut = 0; cut <= count; ++cut) {
                BindRun run = prepared(row, role);
                own(run,
                    run.receive({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut)}));
                run.close();
                REQUIRE(run.fault_after_close() == "");
            }
        }
    }
}
