// tests/support/replay.cpp - see replay.hpp.
#include "tests/support/replay.hpp"

#include "protocol/encode.hpp"
#include "protocol/inbound.hpp"
#include "tests/support/replay_checks.hpp"

#include <algorithm>
#include <functional>

namespace smppd::test {

using namespace protocol;
using namespace std::chrono_literals;

namespace {

conf::Carrier carrier_of(const Row& row) {
    conf::Carrier carrier = World::default_carrier();
    Profile& profile = carrier.profile;
    const std::map<std::string, Alphabet> words{{"packed", Alphabet::gsm7_packed},
                                                {"latin-1", Alphabet::latin1},
                                                {"utf-8", Alphabet::utf8},
                                                {"gsm7", Alphabet::gsm7},
                                                {"utf-16le", Alphabet::utf16le}};
    for (const auto& [key, coding] :
         std::map<std::string, std::uint8_t>{{"dcs0", 0}, {"dcs1", 1}, {"dcs4", 4}, {"dcs8", 8}}) {
        if (const auto word = row.given(key)) profile.data_codings[coding] = words.at(*word);
    }
    profile.addresses_gsm7 = row.given("addresses") == "gsm7";
    profile.trim_nul = row.given("trim_nul") == "yes";
    if (row.given("receipts") == "by-content") profile.receipts = ReceiptHabit::by_content;
    if (const auto country = row.given("country")) profile.country = *country;
    if (const auto status = row.given("retry_status"))
        profile.retry_status = *parse_status(*status);
    if (const auto id = row.given("outbind_system_id")) carrier.outbind_system_id = *id;
    if (const auto word = row.given("outbind_password")) {
        carrier.outbind_password.from = conf::Secret::From::file;
        carrier.outbind_password.value = *word;
    }
    profile.silence.at_least = 60s;
    carrier.inactivity = 0ms;
    return carrier;
}

/// A row being played.
class Player {
public:
    Player(const Row& row, const ReplayOptions& options)
        : row_(row),
          options_(options),
          world_(carrier_of(row), row.given("password").value_or("secret0")) {}

    std::vector<std::string> play() {
        set_up();
        run();
        watch();
        check_answers(row_, options_, seen_, problems_);
        check_values(row_, world_, seen_, problems_);
        check_end();
        return problems_;
    }

private:
    void problem(std::string what) { problems_.push_back(std::move(what)); }

    void set_up() {
        // The owner may hear nothing for longer than a platform usually may.
        world_.listener.inactivity = 0ms;
        // From elsewhere: where the row has another password it fails, and the peer's is not to
        // wait for that.
        owner_ = world_.bind_platform(CommandId::bind_receiver, "client0", "secret0", "127.0.0.2");
        collect_owner();
        if (row_.given("store") == "failing") world_.store.fail_with(store::Errc::full);
        if (row_.role == "platform") return set_up_platform();
        if (row_.state == "open") {
            peer_ = row_.given("outbind_system_id") ? world_.outbind() : world_.connect_platform();
            return;
        }
        peer_ = world_.connect_carrier();
        const auto sent = peer_->take();
        if (sent.size() != 1 || !is_bind(sent[0].pdu.header.command_id)) {
            return problem("smppd did not bind first");
        }
        request_ = sent[0].pdu.header;
        if (row_.state == "binding") return;
        world_.send(*peer_,
                    *encode({0, response_of(request_.command_id), 0, request_.sequence_number},
                            BindResp{"SMSC", {}}));
        peer_->take();
        if (row_.given("pending") == "enquire_link") {
            world_.advance(world_.carrier_config.enquire_link);
            for (const Decoded& pdu : peer_->take()) request_ = pdu.pdu.header;
        }
    }

    void set_up_platform() {
        if (row_.state == "open") {
            peer_ = world_.connect_platform();
            return;
        }
        const bool receiver = row_.given("bind") == "receiver";
        peer_ =
            world_.bind_platform(receiver ? CommandId::bind_receiver : CommandId::bind_transceiver);
        peer_->take();
        if (row_.given("pending") == "deliver_sm") offer_message();
    }

    /// The owner goes, so that the message is offered to the row's peer.
    void offer_message() {
        world_.hang_up(*owner_);
        Wire* carrier = bound_carrier();
        DeliverSm message;
        message.source_addr = "447700900999";
        message.destination_addr = "447700900101";
        message.short_message = {'x'};
        world_.send(*carrier, *encode({0, CommandId::deliver_sm, 0, 1}, message));
        for (const Decoded& pdu : peer_->take()) {
            if (pdu.pdu.header.command_id == CommandId::deliver_sm) request_ = pdu.pdu.header;
        }
    }

    Wire* bound_carrier() {
        Wire* carrier = world_.connect_carrier();
        const auto sent = carrier->take();
        world_.send(*carrier, *encode({0, response_of(sent.at(0).pdu.header.command_id), 0,
                                       sent.at(0).pdu.header.sequence_number},
                                      BindResp{"SMSC", {}}));
        return carrier;
    }

    void run() {
        Octets segment;
        const auto flush = [&] {
            if (segment.empty()) return;
            seen_.sent.insert(seen_.sent.end(), segment.begin(), segment.end());
            if (options_.one_octet_segments) {
                for (const std::uint8_t octet : segment) world_.send(*peer_, {octet});
            } else {
                world_.send(*peer_, segment);
            }
            segment.clear();
            collect();
        };
        for (const Step& step : row_.steps) {
            if (const auto* literal = std::get_if<Literal>(&step)) {
                segment.insert(segment.end(), literal->octets.begin(), literal->octets.end());
            } else if (std::holds_alternative<Placeholder>(step)) {
                for (int shift = 24; shift >= 0; shift -= 8) {
                    segment.push_back(static_cast<std::uint8_t>(request_.sequence_number >> shift));
                }
            } else {
                flush();
                if (const auto* wait = std::get_if<Wait>(&step)) pass(wait->timer);
                if (std::holds_alternative<Restart>(step)) world_.restart();
                if (std::holds_alternative<Fin>(step)) world_.hang_up(*peer_);
            }
        }
        flush();
        // A refused bind is answered after a pause.
        if (row_.has("unbound") && row_.state == "open") live_through(2s);
    }

    void pass(const std::string& timer) {
        const conf::Carrier& c = world_.carrier_config;
        std::chrono::milliseconds time{};
        if (timer == "session_init")
            time = c.session_init;
        else if (timer == "enquire_link")
            time = c.enquire_link, silent_ = true;
        else if (timer == "response")
            time = c.response;
        else if (timer == "reassembly")
            time = c.profile.reassembly;
        else if (timer == "silence")
            return fall_silent();
        else
            time = std::chrono::seconds{std::stol(timer)};
        live_through(time + 1s);
    }

    /// Messages come for a while, then none.
    void fall_silent() {
        for (std::uint32_t i = 0; i < 5; ++i) {
            live_through(10s);
            DeliverSm message;
            message.source_addr = "447700900998";
            message.destination_addr = "447700900101";
            message.short_message = {'n', static_cast<std::uint8_t>('0' + i)};
            world_.send(*peer_, *encode({0, CommandId::deliver_sm, 0, 0x7000 + i}, message));
            peer_->take();
            collect_owner();
        }
        seen_.texts.clear();
        live_through(std::chrono::hours{2});
    }

    /// Time passes; enquire_links of smppd's are answered unless the row's peer is silent.
    void live_through(std::chrono::milliseconds time) {
        for (; time > 0ms; time -= 1s) {
            world_.advance(std::min<std::chrono::milliseconds>(time, 1s));
            collect();
        }
    }

    void collect() {
        collect_owner();
        for (Decoded& decoded : peer_->take()) {
            const Header& h = decoded.pdu.header;
            if (!is_response(h.command_id)) {
                seen_.requests.push_back(decoded);
                if (h.command_id == CommandId::enquire_link && !silent_) {
                    world_.send(*peer_,
                                encode_empty(CommandId::enquire_link_resp, 0, h.sequence_number));
                }
                if (h.command_id == CommandId::deliver_sm &&
                    row_.given("pending") != "deliver_sm") {
                    take_message(decoded.pdu);
                    world_.send(*peer_,
                                *encode({0, CommandId::deliver_sm_resp, 0, h.sequence_number},
                                        MessageResp{}));
                }
            } else {
                seen_.answers.push_back(decoded);
            }
        }
    }

    void collect_owner() {
        for (const Decoded& decoded : owner_->take()) {
            const Header& h = decoded.pdu.header;
            if (h.command_id == CommandId::deliver_sm) {
                take_message(decoded.pdu);
                world_.send(*owner_, *encode({0, CommandId::deliver_sm_resp, 0, h.sequence_number},
                                             MessageResp{}));
            } else if (h.command_id == CommandId::enquire_link) {
                world_.send(*owner_,
                            encode_empty(CommandId::enquire_link_resp, 0, h.sequence_number));
            }
        }
    }

    void take_message(const Pdu& pdu) { seen_.texts.push_back(received_of(pdu)); }

    void watch() {
        if (row_.has("rebind")) watch_rebind();
        if (row_.given("pending") == "deliver_sm") watch_delivery();
    }

    void watch_rebind() {
        const auto clauses = row_.all("rebind");
        const std::string* after = clauses[0]->find("after");
        if (!peer_->closed) return problem("smppd keeps a bind that it does not have");
        const auto gone_at = world_.clock.now().mono;
        world_.advance(90s);
        if (world_.clock.dials.empty()) return problem("smppd does not bind again");
        const auto waited = world_.clock.dials.front().at - gone_at;
        if (after != nullptr && waited < std::chrono::seconds{std::stol(*after)}) {
            problem("smppd binds again too soon");
        }
    }

    void watch_delivery() {
        world_.advance(10s);
        const auto offered = peer_->take();
        const bool again = std::any_of(offered.begin(), offered.end(), [](const Decoded& d) {
            return d.pdu.header.command_id == CommandId::deliver_sm;
        });
        for (const Clause* clause : row_.all("result")) {
            const auto words = clause->bare();
            if (words.at(1) == "done" && (again || world_.dispatcher().waiting() != 0)) {
                problem("the message is offered again");
            }
            if (words.at(1) == "retry" && !again) problem("the message is not offered again");
        }
    }

    void check_end() {
        const bool ends = row_.has("close") || row_.has("refused") || row_.has("rebind");
        if (row_.has("close") && !peer_->closed) problem("the connection stays open");
        if (row_.has("alarm") && world_.carriers().carriers().at(0).alarm.empty())
            problem("no alarm");
        if (row_.has("refused")) check_refused();
        if (row_.has("bound") && !peer_bound()) problem("it is not bound");
        if (row_.has("unbound") && peer_bound()) problem("it is still bound");
        if (ends || row_.has("unbound") || silent_) return;
        // The link lives on.
        peer_->take();
        world_.send(*peer_, encode_empty(CommandId::enquire_link, 0, 0x7fffff01));
        for (const Decoded& d : peer_->take()) {
            if (d.pdu.header.command_id == CommandId::enquire_link_resp &&
                d.pdu.header.sequence_number == 0x7fffff01)
                return;
        }
        problem("an enquire_link after it is not answered");
    }

    bool peer_bound() {
        for (const smpp::BindView& view : world_.carriers().binds()) {
            const bool ours =
                row_.role == "platform" ? view.id == "platform/2" : !view.carrier.empty();
            if (ours && view.state == "bound") return true;
        }
        return false;
    }

    void check_refused() {
        const std::string* status = row_.all("refused")[0]->find("status");
        const smpp::BindView view = world_.carriers().binds().at(0);
        if (view.state == "bound") problem("it is bound");
        if (view.last_error.find(status_name(*parse_status(*status))) == std::string::npos) {
            problem("the refusal's status is not told: " + view.last_error);
        }
    }

    const Row& row_;
    ReplayOptions options_;
    World world_;
    Wire* owner_ = nullptr;
    Wire* peer_ = nullptr;
    Header request_;
    bool silent_ = false;
    Observed seen_;
    std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> replay(const Row& row, const ReplayOptions& options) {
    return Player(row, options).play();
}

}  // namespace smppd::test
