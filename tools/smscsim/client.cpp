// tools/smscsim/client.cpp - see client.hpp; what arrives is shown in client_show.cpp.
#include "tools/smscsim/client.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

namespace {
constexpr std::chrono::seconds goodbye_within{3};
/// Set in the tokens of query_sm and cancel_sm, which the outbox knows nothing of.
constexpr std::uint64_t asked_bit = std::uint64_t{1} << 63;
constexpr BackoffOptions backoff_options{.from = std::chrono::seconds{1},
                                         .to = std::chrono::seconds{30}};
}  // namespace

AnswerHabit parse_answer(std::string_view word) {
    AnswerHabit habit;
    for (std::size_t at = 0; at <= word.size();) {
        const std::size_t comma = std::min(word.find(',', at), word.size());
        const std::string_view one = word.substr(at, comma - at);
        at = comma + 1;
        if (one == "ok") {
            habit.status = ESME_ROK;
        } else if (one == "silent") {
            habit.silent = true;
        } else if (one.starts_with("delay=")) {
            habit.delay = parse_duration(one.substr(6));
        } else {
            const auto status = parse_status(one);
            if (!status) {
                throw UsageError(
                    "--answer takes ok, silent, delay=2s or a status such as "
                    "ESME_RMSGQFUL, not '" +
                    std::string(one) + "'");
            }
            habit.status = *status;
        }
    }
    return habit;
}

Client::Client(const ClientOptions& options)
    : Player(options, Side::esme), options_(options), backoff_(backoff_options) {
    if (options.tls) tls_ = client_tls(options.tls_ca, options.insecure);
}

int Client::run() {
    connect();
    run_loop();
    const bool short_of = received_ < options_.count;
    const bool well =
        ever_bound_ && !failed_ && !short_of && outbox_.refused() == 0 && outbox_.idle();
    return well ? exit_ok : exit_failed;
}

void Client::connect() {
    if (finishing_) return;
    dial(*io_, options_.connect, tls_,
         [this](std::shared_ptr<Connection> connection, const std::string& error) {
             if (!connection) return connect_again(error);
             if (finishing_) return io_->stop();
             BindOptions options = bind_options(Role::esme);
             options.type = options_.type;
             options.system_id = options_.system_id;
             options.password = options_.password;
             options.system_type = options_.system_type;
             options.address_range = options_.address_range;
             link_ = std::make_shared<Link>(*io_, std::move(options), *this, ++links_made_);
             link_->start(std::move(connection));
         });
}

void Client::connect_again(const std::string& why) {
    Event event("not_connected");
    event.add("why", why);
    if (finishing_) return io_->stop();
    if (!options_.reconnect) {
        say(event);
        return finish();
    }
    const auto floor = std::exchange(refused_with_, ESME_ROK) == ESME_RALYBND
                           ? backoff_.options().already_bound
                           : std::chrono::milliseconds{100};
    const auto wait = backoff_.next(engine_, floor);
    say(event.number("again_in_ms", static_cast<std::uint64_t>(wait.count())));
    later(wait, [this] { connect(); });
}

void Client::on_state(Link& link, const StateChanged& change) {
    if (change.to == BindState::bound) {
        ever_bound_ = true;
        backoff_.reset();
        say(Event("bind")
                .number("link", link.number())
                .add("system_id", link.bind().peer_system_id())
                .add("type", name(link.bind().type()))
                .number("version", link.bind().peer_version()));
        pump();
    } else if (change.status != ESME_ROK) {
        refused_with_ = change.status;
        say(Event("bind_refused")
                .add("status", status_name(change.status))
                .add("meaning", status_meaning(change.status)));
    }
    progress();
}

void Client::on_gone(Link& link, const std::string& why) {
    say(Event("link_closed").number("link", link.number()).add("why", why));
    link_.reset();
    progress();
    connect_again(why);
}

Link* Client::pick(const std::string&) {
    // A receiver may not submit; what was asked for stays, and --bind says why nothing leaves.
    if (!bound() || link_->bind().type() == BindType::receiver) return nullptr;
    return link_->bind().window_free() > 0 ? link_.get() : nullptr;
}

void Client::on_deliver(Link& link, Pdu request) {
    show(request);
    const Header header = request.header;
    if (options_.answer.silent) {
        // Counted as if answered: there is nothing to wait for.
    } else if (options_.answer.delay.count() == 0) {
        link.respond(header, options_.answer.status);
    } else {
        ++answers_pending_;
        later(options_.answer.delay, [this, self = link.shared_from_this(), header] {
            --answers_pending_;
            self->respond(header, options_.answer.status);
            end_when_counted();
        });
    }
    progress();
    end_when_counted();
}

void Client::end_when_counted() {
    if (options_.count > 0 && received_ >= options_.count && answers_pending_ == 0) finish();
}

void Client::finish() {
    if (std::exchange(finishing_, true)) return;
    for (const Shown& message : joiner_.rest()) show_message(message);
    if (!link_) return io_->stop();
    stop_within(goodbye_within);
    link_->unbind();
}

void Client::perform(const Command& command) {
    if (finishing_) return;
    if (const auto* send = std::get_if<SendCommand>(&command)) {
        if (options_.type == BindType::receiver) {
            throw UsageError("a receiver cannot submit: take --bind trx or --bind tx");
        }
        outbox_.add(send->message, now());
        pump();
    } else if (const auto* question = std::get_if<AskCommand>(&command)) {
        ask(*question);
    } else if (const auto* pdu = std::get_if<PduCommand>(&command)) {
        if (!link_) throw UsageError("pdu: not connected; write 'wait bound' before it");
        link_->raw(pdu->octets);
    } else if (std::holds_alternative<UnbindCommand>(command)) {
        if (link_) link_->unbind();
    } else if (std::holds_alternative<QuitCommand>(command)) {
        finish();
    }
}

void Client::ask(const AskCommand& command) {
    if (!bound()) throw UsageError("not bound; write 'wait bound' before it");
    const std::uint64_t token = asked_bit | ++asked_;
    boost::system::error_code error;
    if (command.cancel) {
        CancelSm cancel;
        cancel.message_id = command.id;
        cancel.source_addr = command.from;
        cancel.source_addr_ton = usual_ton(command.from);
        cancel.destination_addr = command.to;
        cancel.dest_addr_ton = usual_ton(command.to);
        error = link_->request(cancel, CommandId::cancel_sm, token);
    } else {
        QuerySm query;
        query.message_id = command.id;
        query.source_addr = command.from;
        query.source_addr_ton = usual_ton(command.from);
        error = link_->request(query, CommandId::query_sm, token);
    }
    if (error) throw UsageError("cannot ask: " + error.message());
}

void Client::on_completed(Link& link, const Completed& completed) {
    if ((completed.token & asked_bit) == 0) return Player::on_completed(link, completed);
    if (completed.outcome != Completed::Outcome::answered) {
        say(Event("not_answered").number("link", link.number()));
        return progress();
    }
    const Pdu& response = completed.response;
    Event event{std::string(name(response.header.command_id))};
    event.add("status", status_name(response.header.command_status));
    if (const auto* query = std::get_if<QuerySmResp>(&response.body)) {
        event.add("message_id", query->message_id)
            .add("state", state_word(static_cast<MessageState>(query->message_state)))
            .add("final_date", query->final_date)
            .number("error_code", query->error_code);
    }
    say(event);
    progress();
}

Met Client::met(const WaitCommand& wait) const {
    const auto when = [](bool is) { return is ? Met::yes : Met::not_yet; };
    switch (wait.until) {
        case Until::bound: return when(bound());
        case Until::unbound: return when(!bound());
        case Until::idle: return when(outbox_.idle());
        case Until::answered: return outbox_.refused() > 0 ? Met::never : when(outbox_.idle());
        case Until::received: return when(received_ >= wait.count);
        default: return Met::never;
    }
}

}  // namespace smppd::smscsim
