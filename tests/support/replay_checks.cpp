// tests/support/replay_checks.cpp - see replay_checks.hpp.
#include "tests/support/replay_checks.hpp"

#include "protocol/inbound.hpp"
#include "protocol/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace smppd::test {

using namespace protocol;

namespace {

bool is_submission(const std::string& word) {
    return word.find("submit") != std::string::npos || word.starts_with("query_sm") ||
           word.starts_with("cancel_sm") || word.starts_with("replace_sm") ||
           word.starts_with("data_sm_resp");
}

/// Whether `pdu` is what the clause `answer NAME|NAME F=V ...` says.
bool answers(const Clause& clause, const Pdu& pdu) {
    std::map<std::string, int> used;
    for (const Item& item : clause.items) {
        if (item.key.empty()) {
            const Seen seen{std::string(name(pdu.header.command_id)), {}, {}};
            if (!matches(item.value, seen)) return false;
            continue;
        }
        if (item.value == "error") {
            if (pdu.header.command_status == ESME_ROK) return false;
            continue;
        }
        const auto seen = field(pdu, item.key, used);
        if (!seen || !matches(item.value, *seen)) return false;
    }
    return true;
}

std::string told(const Clause& clause) {
    std::string text = clause.word;
    for (const Item& item : clause.items) {
        text += " " + (item.key.empty() ? "" : item.key + "=") + item.value.substr(0, 60);
    }
    return text;
}

std::vector<Decoded> pdus_of(const Octets& sent) {
    std::vector<Decoded> pdus;
    Framer framer(66'560);
    framer.feed(sent);
    for (;;) {
        const auto next = framer.next();
        if (!next || next->empty()) return pdus;
        pdus.push_back(decode(*next));
    }
}

const Pdu* pdu_with(const std::vector<Decoded>& pdus, const Clause& clause) {
    for (const Decoded& decoded : pdus) {
        const std::string* seq = clause.find("seq");
        const auto words = clause.bare();
        const bool named = words.empty() || words[0] == name(decoded.pdu.header.command_id);
        if (!named || decoded.fault != ESME_ROK) continue;
        if (seq == nullptr || *seq == "{seq}" ||
            matches(*seq, {{}, decoded.pdu.header.sequence_number, {}}))
            return &decoded.pdu;
    }
    return nullptr;
}

std::string date(const std::optional<WallTime>& time) {
    if (!time) return "none";
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(*time)));
}

std::optional<Seen> receipt_field(const Receipt& r, const std::string& key) {
    if (key == "id") return Seen{r.id, {}, {}};
    if (key == "text_id") return Seen{r.text_id, {}, {}};
    if (key == "stat") return Seen{std::string(state_word(r.state)), {}, {}};
    if (key == "word") return Seen{r.word, {}, {}};
    if (key == "err") return Seen{r.error, {}, {}};
    if (key == "text") return Seen{r.text, {}, {}};
    if (key == "sub" && r.sub) return Seen{{}, *r.sub, {}};
    if (key == "dlvrd" && r.dlvrd) return Seen{{}, *r.dlvrd, {}};
    if (key == "submit") return Seen{date(r.submit_date), {}, {}};
    if (key == "done") return Seen{date(r.done_date), {}, {}};
    if (key == "intermediate") return Seen{r.intermediate ? "yes" : "no", {}, {}};
    return {};
}

void check_receipts(const Row& row, World& world, const std::vector<Inbound>& inbounds,
                    std::vector<std::string>& problems) {
    const auto clauses = row.all("receipt");
    const auto stored = world.store.history().receipts("", 0, 100);
    if (stored.size() != clauses.size()) {
        problems.push_back(
            fmt::format("{} receipts recorded, {} expected", stored.size(), clauses.size()));
    }
    std::vector<bool> taken(inbounds.size());
    for (const Clause* clause : clauses) {
        bool found = false;
        for (std::size_t i = 0; i < inbounds.size() && !found; ++i) {
            if (taken[i] || !inbounds[i].receipt) continue;
            found = std::all_of(clause->items.begin(), clause->items.end(), [&](const Item& item) {
                if (item.key == "match") return true;  // submissions are not made yet
                const auto seen = receipt_field(*inbounds[i].receipt, item.key);
                return seen && matches(item.value, *seen);
            });
            taken[i] = found;
        }
        if (!found) problems.push_back("no such receipt: " + told(*clause));
    }
}

void check_parts(const Row& row, const std::vector<Decoded>& pdus, const Profile& profile,
                 std::vector<std::string>& problems) {
    for (const Clause* clause : row.all("part")) {
        const Pdu* pdu = pdu_with(pdus, *clause);
        if (pdu == nullptr) {
            problems.push_back("no PDU for: " + told(*clause));
            continue;
        }
        const Inbound in = read_inbound(*pdu, profile);
        if (!in.user_data.part) {
            problems.push_back("not a part: " + told(*clause));
            continue;
        }
        const PartOf& part = *in.user_data.part;
        for (const Item& item : clause->items) {
            Seen seen{{}, 0, {}};
            if (item.key == "seq") continue;
            if (item.key == "ref") seen.number = part.reference;
            if (item.key == "width") seen.number = part.width;
            if (item.key == "total") seen.number = part.total;
            if (item.key == "index") seen.number = part.index;
            if (item.key == "text") seen = {in.text.utf8, {}, {}};
            if (!matches(item.value, seen))
                problems.push_back(item.key + " differs: " + told(*clause));
        }
    }
}

bool is_received(const Clause& clause, const Received& message) {
    for (const Item& item : clause.items) {
        Seen seen;
        if (item.key.empty() && clause.word == "text") seen.text = message.text;
        if (item.key.empty() && clause.word == "octets") seen.octets = message.octets;
        if (item.key == "from") seen.text = message.from;
        if (item.key == "to") seen.text = message.to;
        if (item.key == "incomplete") seen.text = message.incomplete ? "yes" : "no";
        if (!matches(item.value, seen)) return false;
    }
    return message.is_text == (clause.word == "text");
}

void check_texts(const Row& row, const Observed& observed, std::vector<std::string>& problems) {
    std::vector<Received> left = observed.texts;
    std::vector<const Clause*> clauses = row.all("text");
    const auto octets = row.all("octets");
    clauses.insert(clauses.end(), octets.begin(), octets.end());
    for (const Clause* clause : clauses) {
        const auto found = std::find_if(left.begin(), left.end(), [&](const Received& message) {
            return is_received(*clause, message);
        });
        if (found == left.end()) {
            problems.push_back("the owner did not get: " + told(*clause));
        } else {
            left.erase(found);
        }
    }
    if (!left.empty() && row.given("pending") != "deliver_sm") {
        problems.push_back(fmt::format("{} messages more than expected", left.size()));
    }
}

}  // namespace

Received received_of(const Pdu& pdu) {
    const auto& body = std::get<DeliverSm>(pdu.body);
    Received received;
    received.octets = body.short_message;
    if (const Tlv* payload = find_tlv(body.tlvs, tag::message_payload))
        received.octets = payload->value;
    const Alphabet alphabet = alphabet_of(body.data_coding, {});
    received.is_text = alphabet != Alphabet::octets;
    received.text = decode_text(received.octets, alphabet).utf8;
    received.from = decode_text({reinterpret_cast<const std::uint8_t*>(body.source_addr.data()),
                                 body.source_addr.size()},
                                Alphabet::latin1)
                        .utf8;
    received.to = body.destination_addr;
    received.incomplete = find_tlv(body.tlvs, tag::smppd_incomplete) != nullptr;
    return received;
}

void check_answers(const Row& row, const ReplayOptions& options, const Observed& seen,
                   std::vector<std::string>& problems) {
    std::vector<Decoded> left = seen.answers;
    for (const Clause* clause : row.all("answer")) {
        const bool skip = options.skip_submissions && row.role == "platform" &&
                          is_submission(clause->bare().at(0));
        const auto found = std::find_if(left.begin(), left.end(), [&](const Decoded& decoded) {
            return skip ? decoded.pdu.header.command_status == ESME_RSYSERR
                        : answers(*clause, decoded.pdu);
        });
        if (found == left.end()) {
            problems.push_back("missing: " + told(*clause));
        } else {
            left.erase(found);
        }
    }
    for (const Decoded& extra : left) {
        if (row.has("close") && extra.pdu.header.command_id == CommandId::generic_nack) continue;
        problems.push_back("an answer too many: " + std::string(name(extra.pdu.header.command_id)));
    }
    for (const Clause* clause : row.all("send")) {
        const bool sent = std::any_of(seen.requests.begin(), seen.requests.end(),
                                      [&](const Decoded& d) { return answers(*clause, d.pdu); });
        if (!sent) problems.push_back("not sent: " + told(*clause));
    }
}

void check_values(const Row& row, World& world, const Observed& seen,
                  std::vector<std::string>& problems) {
    const std::vector<Decoded> pdus = pdus_of(seen.sent);
    for (const Clause* clause : row.all("accept")) {
        const Pdu* pdu = pdu_with(pdus, *clause);
        if (pdu == nullptr) {
            problems.push_back("not accepted: " + told(*clause));
            continue;
        }
        std::map<std::string, int> used;
        for (const Item& item : clause->items) {
            if (item.key.empty() || item.value == "{seq}") continue;
            const auto value = field(*pdu, item.key, used);
            if (!value || !matches(item.value, *value))
                problems.push_back(item.key + " differs: " + told(*clause));
        }
    }
    check_texts(row, seen, problems);
    if (row.role == "platform") return;
    std::vector<Inbound> inbounds;
    const Profile& profile = world.carrier_config.profile;
    for (const Decoded& decoded : pdus) {
        const Body& body = decoded.pdu.body;
        if (decoded.fault == ESME_ROK &&
            (std::holds_alternative<DeliverSm>(body) || std::holds_alternative<DataSm>(body))) {
            inbounds.push_back(read_inbound(decoded.pdu, profile));
        }
    }
    check_parts(row, pdus, profile, problems);
    check_receipts(row, world, inbounds, problems);
}

}  // namespace smppd::test
