// tools/smscsim/smsc.cpp - see smsc.hpp; the script's commands stand in smsc_script.cpp.
#include "tools/smscsim/smsc.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

namespace {
constexpr std::chrono::seconds goodbye_within{3};
}

Smsc::Smsc(const ServeOptions& options)
    : Player(options, Side::smsc), options_(options), submissions_(options.submissions, engine_()) {
    if (!options.tls_certificate.empty())
        tls_ = server_tls(options.tls_certificate, options.tls_key);
}

int Smsc::run() {
    const std::string at =
        listen(*io_, options_.listen, tls_, [this](std::shared_ptr<Connection> connection) {
            add_link(std::move(connection), smsc_options());
        });
    say(Event("listening").add("address", at).flag("tls", tls_ != nullptr));
    run_loop();
    return failed_ || outbox_.refused() > 0 || !idle() ? exit_failed : exit_ok;
}

BindOptions Smsc::smsc_options() const {
    BindOptions options = bind_options(Role::smsc);
    options.smsc_system_id = options_.name;
    return options;
}

void Smsc::add_link(std::shared_ptr<Connection> connection, BindOptions options) {
    if (finishing_) return;
    auto link = std::make_shared<Link>(*io_, std::move(options), *this, ++links_made_);
    links_.push_back(link);
    say(Event("connected").number("link", link->number()).add("address", connection->address()));
    if (faults_.half_open) link->freeze(true);
    link->start(std::move(connection));
}

Status Smsc::judge(const BindRequest& request) const {
    if (faults_.reject_binds != ESME_ROK) return faults_.reject_binds;
    if (options_.system_id && request.system_id != *options_.system_id) return ESME_RINVSYSID;
    if (options_.password && request.password != *options_.password) return ESME_RINVPASWD;
    return ESME_ROK;
}

void Smsc::on_bind_asked(Link& link, const Pdu& request) {
    // The session hands on whole binds only; one without a body is refused by its own word.
    const auto* body = std::get_if<BindRequest>(&request.body);
    const Status status = body == nullptr ? ESME_RBINDFAIL : judge(*body);
    if (status == ESME_ROK) return link.accept_bind();
    say(Event("bind_refused")
            .number("link", link.number())
            .add("system_id", body == nullptr ? "" : body->system_id)
            .add("status", status_name(status)));
    link.refuse_bind(status);
}

void Smsc::on_state(Link& link, const StateChanged& change) {
    if (change.to == BindState::bound) {
        say(Event("bind")
                .number("link", link.number())
                .add("system_id", link.bind().peer_system_id())
                .add("type", name(link.bind().type()))
                .number("version", link.bind().peer_version()));
        // The bind's response leaves before the first message.
        later(std::chrono::milliseconds{0}, [this] { pump(); });
    } else if (change.to == BindState::closed &&
               (change.from == BindState::unbinding ||
                (change.from == BindState::bound && change.why == Errc::unbound))) {
        say(Event("unbind")
                .number("link", link.number())
                .add("system_id", link.bind().peer_system_id()));
    }
    progress();
}

void Smsc::on_gone(Link& link, const std::string& why) {
    say(Event("link_closed")
            .number("link", link.number())
            .add("system_id", link.bind().peer_system_id())
            .add("why", why));
    std::erase_if(links_, [&link](const auto& other) { return other.get() == &link; });
    if (finishing_ && links_.empty()) return io_->stop();
    pump();
    progress();
}

Link* Smsc::pick(const std::string& system_id) {
    if (faults_.silent) return nullptr;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        const std::size_t at = (turn_ + i) % links_.size();
        Link& link = *links_[at];
        if (!link.has_room()) continue;
        if (!system_id.empty() && link.bind().peer_system_id() != system_id) continue;
        turn_ = at + 1;
        return &link;
    }
    return nullptr;
}

void Smsc::on_deliver(Link& link, Pdu request) {
    if (faults_.silent) return;
    Submissions::Answer result;
    if (faults_.throttle) {
        result.status = ESME_RTHROTTLED;
    } else {
        result = submissions_.answer(request, link.bind().peer_system_id(), wall_now());
    }
    say_submission(link, request, result);
    if (faults_.slow.count() == 0) {
        answer(link, request, result);
    } else {
        later(faults_.slow, [this, self = link.shared_from_this(), request, result] {
            answer(*self, request, result);
        });
    }
    progress();
}

void Smsc::answer(Link& link, const Pdu& request, const Submissions::Answer& result) {
    if (std::holds_alternative<Empty>(result.body)) {
        link.respond(request.header, result.status);
    } else {
        link.respond(request.header, result.status, result.body);
    }
    schedule_receipts(result);
}

void Smsc::schedule_receipts(const Submissions::Answer& result) {
    for (std::size_t n = 0; n < result.receipts; ++n) {
        ++receipts_pending_;
        later(options_.submissions.receipt_delay, [this, id = result.id, n] {
            --receipts_pending_;
            send_receipt(id, n);
        });
    }
}

void Smsc::send_receipt(const std::string& id, std::size_t n) {
    if (auto due = submissions_.receipt(id, n, wall_now())) {
        outbox_.add_receipt(std::move(due->receipt), due->system_id, id, now());
        pump();
    }
    progress();
}

void Smsc::say_submission(const Link& link, const Pdu& request, const Submissions::Answer& result) {
    const CommandId id = request.header.command_id;
    const bool submits =
        id == CommandId::submit_sm || id == CommandId::submit_multi || id == CommandId::data_sm;
    Event event(submits ? "submit" : std::string(name(id)));
    event.number("link", link.number()).add("system_id", link.bind().peer_system_id());
    if (!result.id.empty()) event.add("id", result.id);
    event.add("status", status_name(result.status));
    if (submits) {
        const ReadMessage read = read_submission(request);
        if (id != CommandId::submit_sm) event.add("command", name(id));
        event.add("from", read.from).add("to", read.to);
        if (read.total > 1) event.number("part", read.part).number("total", read.total);
        event.number("data_coding", read.data_coding)
            .number("registered_delivery", read.registered_delivery)
            .text("text", read.text);
    }
    say(event);
}

void Smsc::progress() {
    Player::progress();
    if (options_.once && script_done_ && idle()) finish();
}

void Smsc::finish() {
    if (std::exchange(finishing_, true)) return;
    if (links_.empty()) return io_->stop();
    stop_within(goodbye_within);
    for (const auto& link : std::vector(links_)) {
        if (faults_.half_open) {
            link->drop();
        } else {
            link->unbind();
        }
    }
}

}  // namespace smppd::smscsim
