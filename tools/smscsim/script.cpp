// tools/smscsim/script.cpp - see script.hpp.
#include "tools/smscsim/script.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smppd::smscsim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t count_max = 1'000'000'000;
constexpr std::chrono::milliseconds expect_within = 10s;

std::optional<Until> until_of(const std::string& word, Side side) {
    static constexpr std::array<std::pair<std::string_view, Until>, 6> words{{
        {"bound", Until::bound},
        {"unbound", Until::unbound},
        {"idle", Until::idle},
        {"answered", Until::answered},
        {"submitted", Until::submitted},
        {"received", Until::received},
    }};
    for (const auto& [name, until] : words) {
        const Until other = side == Side::smsc ? Until::received : Until::submitted;
        if (name == word && until != other) return until;
    }
    return std::nullopt;
}

[[noreturn]] void no_condition(const std::string& command, Side side) {
    throw UsageError(command + " wants one of bound [N], unbound, idle, answered, " +
                     (side == Side::smsc ? "submitted N" : "received N") +
                     (command == "wait" ? ", or a duration such as 2s" : ""));
}

Command parse_wait(Fields fields, const std::string& command, Side side) {
    WaitCommand wait;
    wait.must = command == "expect";
    const auto what = fields.word();
    if (!what) no_condition(command, side);
    const auto until = until_of(*what, side);
    if (!until) {
        if (wait.must || what->empty() || what->front() < '0' || what->front() > '9') {
            no_condition(command, side);
        }
        wait.within = parse_duration(*what);
        fields.finish();
        return wait;
    }
    wait.until = *until;
    if (wait.must) wait.within = expect_within;
    auto word = fields.word();
    if (word && !word->empty() && word->front() >= '0' && word->front() <= '9') {
        wait.count = parse_number(*word, count_max, *what);
        word = fields.word();
    }
    if (word) {
        const auto within = fields.word();
        if (*word != "within" || !within) {
            throw UsageError(
                "after the condition stands 'within' and a duration, as in 'within 10s'");
        }
        wait.within = parse_duration(*within);
    }
    fields.finish();
    return wait;
}

Command parse_fault(Fields fields) {
    static constexpr std::array<std::pair<std::string_view, Fault>, 9> faults{{
        {"none", Fault::none},
        {"throttle", Fault::throttle},
        {"drop", Fault::drop},
        {"slow", Fault::slow},
        {"half-open", Fault::half_open},
        {"garbage", Fault::garbage},
        {"unbind", Fault::unbind},
        {"silent", Fault::silent},
        {"reject-binds", Fault::reject_binds},
    }};
    const std::string kind = fields.word().value_or("");
    for (const auto& [name, fault] : faults) {
        if (name != kind) continue;
        FaultCommand command{.fault = fault, .name = kind};
        if (fault == Fault::slow) {
            const auto delay = fields.word();
            if (!delay) throw UsageError("fault slow wants a duration, as in 'fault slow 2s'");
            command.delay = parse_duration(*delay);
        } else if (fault == Fault::reject_binds) {
            command.status = parse_status_word(fields.word().value_or("ESME_RBINDFAIL"));
            if (command.status == protocol::ESME_ROK) {
                throw UsageError("fault reject-binds wants an error, not ESME_ROK");
            }
        }
        fields.finish();
        return command;
    }
    throw UsageError(
        "fault wants one of throttle, drop, slow DURATION, half-open, garbage, unbind, "
        "silent, reject-binds [STATUS], none");
}

Command parse_pdu(Fields fields) {
    PduCommand pdu;
    while (const auto word = fields.word()) {
        const protocol::Octets octets = parse_hex(*word);
        pdu.octets.insert(pdu.octets.end(), octets.begin(), octets.end());
    }
    pdu.system_id = fields.text("system_id", "");
    if (pdu.octets.empty()) throw UsageError("pdu wants the octets in hexadecimal");
    fields.finish();
    return pdu;
}

Command parse_outbind(Fields fields) {
    const auto at = fields.word();
    if (!at) throw UsageError("outbind wants the address to connect to, HOST:PORT");
    OutbindCommand outbind{.at = parse_host_port(*at), .system_id = {}, .password = {}};
    outbind.system_id = fields.text("system_id", "smscsim");
    outbind.password = fields.text("password", "");
    fields.finish();
    return outbind;
}

Command parse_ask(Fields fields, bool cancel) {
    AskCommand ask{.cancel = cancel, .id = {}, .from = {}, .to = {}};
    ask.id = fields.need("id");
    ask.from = fields.text("from", "");
    if (cancel) ask.to = fields.text("to", "");
    fields.finish();
    return ask;
}

template <class Plain>
Command plain(const Fields& fields) {
    fields.finish();
    return Plain{};
}

}  // namespace

std::optional<Command> parse_command(std::string_view line, Side side) {
    std::vector<Word> words = split_words(line);
    if (words.empty()) return std::nullopt;
    if (!words.front().key.empty()) {
        throw UsageError("a line begins with its command, not with '" + words.front().key + "='");
    }
    const std::string verb = std::move(words.front().value);
    words.erase(words.begin());
    const bool smsc = side == Side::smsc;
    Fields fields(verb, std::move(words));
    if (verb == (smsc ? "mo" : "submit")) return SendCommand{parse_message(std::move(fields))};
    if (verb == "wait" || verb == "expect") return parse_wait(std::move(fields), verb, side);
    if (verb == "quit") return plain<QuitCommand>(fields);
    if (verb == "pdu") return parse_pdu(std::move(fields));
    if (smsc && verb == "receipt") return ReceiptCommand{parse_receipt(std::move(fields))};
    if (smsc && verb == "fault") return parse_fault(std::move(fields));
    if (smsc && verb == "outbind") return parse_outbind(std::move(fields));
    if (!smsc && verb == "query") return parse_ask(std::move(fields), false);
    if (!smsc && verb == "cancel") return parse_ask(std::move(fields), true);
    if (!smsc && verb == "unbind") return plain<UnbindCommand>(fields);
    throw UsageError("there is no command '" + verb + "'; there are " +
                     (smsc ? "mo, receipt, pdu, wait, expect, fault, outbind, quit"
                           : "submit, query, cancel, pdu, wait, expect, unbind, quit"));
}

std::vector<Command> parse_script(std::string_view text, std::string_view file, Side side) {
    std::vector<Command> commands;
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        try {
            if (auto command = parse_command(text.substr(0, end), side)) {
                commands.push_back(std::move(*command));
            }
        } catch (const UsageError& error) {
            throw UsageError(std::string(file) + ":" + std::to_string(number) + ": " +
                             error.what());
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return commands;
}

}  // namespace smppd::smscsim
