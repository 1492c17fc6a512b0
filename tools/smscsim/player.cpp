// tools/smscsim/player.cpp - see player.hpp.
#include "tools/smscsim/player.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

namespace {

Outbox::Options outbox_options(const CommonOptions& options, Side side, std::uint16_t reference) {
    Outbox::Options outbox;
    outbox.side = side;
    outbox.retry = options.retry;
    outbox.retry_statuses = options.retry_statuses;
    // Another run's parts must not be taken for this one's.
    outbox.first_reference = reference;
    return outbox;
}

}  // namespace

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || file.bad()) throw std::runtime_error("cannot read " + path);
    return content;
}

Player::Player(const CommonOptions& options, Side side)
    : side_(side),
      io_(std::make_shared<boost::asio::io_context>(1)),
      engine_(std::random_device{}()),
      outbox_(outbox_options(options, side, static_cast<std::uint16_t>(engine_()))),
      runner_(*io_, *this),
      options_(options),
      reporter_(options.report),
      timer_(*io_),
      signals_(*io_, SIGINT, SIGTERM) {
    if (options.script.empty() || options.script == "-") return;
    script_ = parse_script(read_file(options.script), options.script, side);
}

void Player::run_loop() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (!error) finish();
    });
    if (options_.run_for.count() > 0) later(options_.run_for, [this] { finish(); });
    for (Command& command : script_) runner_.add(std::move(command));
    script_.clear();
    if (options_.script == "-" || options_.read_stdin) {
        read_standard_input(
            io_, [this](const std::string& line) { take_line(line); }, [this] { runner_.end(); });
    } else {
        runner_.end();
    }
    io_->run();
}

void Player::take_line(const std::string& line) {
    try {
        if (auto command = parse_command(line, side_)) runner_.add(std::move(*command));
    } catch (const UsageError& error) {
        failed(error.what());
    }
}

void Player::failed(const std::string& what) {
    failed_ = true;
    say(Event("error").add("what", what));
}

void Player::later(std::chrono::milliseconds delay, std::function<void()> job) {
    auto timer = std::make_shared<boost::asio::steady_timer>(*io_, delay);
    timer->async_wait([timer, job = std::move(job)](const boost::system::error_code& error) {
        if (!error) job();
    });
}

void Player::stop_within(std::chrono::milliseconds within) {
    later(within, [this] { io_->stop(); });
}

BindOptions Player::bind_options(Role role) const {
    BindOptions options;
    options.role = role;
    options.window = options_.window;
    options.enquire_link = options_.enquire_link;
    options.response = options_.response;
    options.inactivity = std::chrono::milliseconds{0};
    return options;
}

const char* Player::word_of(const Envelope& envelope) const {
    if (envelope.receipt) return "receipt";
    return side_ == Side::smsc ? "mo" : "submit";
}

void Player::pump() {
    if (finishing_) return;
    try {
        outbox_.advance(now());
    } catch (const UsageError& error) {
        failed(error.what());
    }
    for (const std::string& system_id : outbox_.ready()) {
        while (const Envelope* envelope = outbox_.front(system_id)) {
            Link* const link = pick(system_id);
            if (link == nullptr) break;
            send(*link, *envelope);
        }
    }
    arm();
}

void Player::send(Link& link, const Envelope& envelope) {
    const auto error = link.request(envelope.body, envelope.command, envelope.id);
    if (error) {
        failed(std::string(word_of(envelope)) + " cannot be sent: " + error.message());
        outbox_.unsendable(envelope.id);
        return;
    }
    const Envelope& sent = outbox_.sent(envelope.id, now());
    Event event(std::string(word_of(sent)) + "_sent");
    event.number("message", sent.message).add("from", sent.from).add("to", sent.to);
    if (sent.total > 1) event.number("part", sent.part).number("total", sent.total);
    if (sent.receipt) {
        event.add("id", sent.text);
    } else {
        event.text("text", sent.text);
    }
    if (sent.attempts > 1) event.number("attempt", sent.attempts);
    say(event.number("link", link.number()));
}

void Player::on_completed(Link& link, const Completed& completed) {
    const Envelope* envelope = outbox_.in_flight(completed.token);
    if (envelope == nullptr) return;
    const std::string word = word_of(*envelope);
    const bool answered = completed.outcome == Completed::Outcome::answered;
    const bool timed_out = completed.outcome == Completed::Outcome::timed_out;
    Event event(word + (answered ? "_answered" : timed_out ? "_timed_out" : "_lost"));
    event.number("message", envelope->message);
    if (envelope->total > 1) event.number("part", envelope->part).number("total", envelope->total);
    if (answered) {
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(now() - envelope->sent_at);
        const Status status = completed.response.header.command_status;
        const Fate fate = outbox_.answered(completed.token, status, now());
        event.add("status", status_name(status))
            .add("fate", fate == Fate::accepted  ? "accepted"
                         : fate == Fate::refused ? "refused"
                                                 : "again")
            .number("took_ms", static_cast<std::uint64_t>(took.count()));
        const auto* response = std::get_if<MessageResp>(&completed.response.body);
        if (response != nullptr && !response->message_id.empty()) {
            event.add("message_id", response->message_id);
        }
    } else if (timed_out) {
        outbox_.timed_out(completed.token, now());
    } else {
        outbox_.lost(completed.token);
    }
    say(event.number("link", link.number()));
    pump();
    progress();
}

void Player::arm() {
    const Instant deadline = outbox_.deadline();
    if (deadline == Instant::max()) return;
    timer_.expires_at(deadline);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) pump();
    });
}

}  // namespace smppd::smscsim
