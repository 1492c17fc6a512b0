// tools/smscsim/main.cpp - smscsim's command line: an SMSC simulator, and an ESME to go with it.
#include "tools/smscsim/client.hpp"
#include "tools/smscsim/help.hpp"
#include "tools/smscsim/smsc.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <utility>

namespace {

using namespace smppd::smscsim;
namespace protocol = smppd::protocol;

/// An option whose word one of our own parsers reads; what is wrong with it becomes CLI's error.
template <class Parse>
CLI::Option* parsed(CLI::App& app, const std::string& name, const std::string& what, Parse parse) {
    return app.add_option_function<std::string>(
        name,
        [name, parse](const std::string& word) {
            try {
                parse(word);
            } catch (const UsageError& error) {
                throw CLI::ValidationError(name, error.what());
            }
        },
        what);
}

CLI::Option* duration(CLI::App& app, const std::string& name, const std::string& what,
                      std::chrono::milliseconds& to) {
    return parsed(app, name, what, [&to](const std::string& word) { to = parse_duration(word); })
        ->type_name("TIME");
}

/// The first line of the file.
std::string password_of(const std::string& path) {
    std::string password = read_file(path);
    password.erase(std::min(password.find_first_of("\r\n"), password.size()));
    if (password.empty()) throw std::runtime_error(path + " has no password in its first line");
    return password;
}

void common_options(CLI::App& app, CommonOptions& to) {
    app.add_flag("--json", to.report.json, "One JSON object an event");
    app.add_flag("-q,--quiet", to.report.quiet, "Show no texts of messages, only their lengths");
    app.add_option("--script", to.script,
                   "Commands to begin with; - reads standard input as the script")
        ->type_name("FILE");
    app.add_flag("!--no-stdin", to.read_stdin, "Read no commands from standard input");
    duration(app, "--for", "End after this time", to.run_for);
    duration(app, "--retry", "Pause before a message is sent again (5s)", to.retry);
    parsed(
        app, "--retry-status",
        "Statuses that ask for it, with commas (ESME_RMSGQFUL, _RTHROTTLED, _RX_T_APPN, _RSYSERR)",
        [&to](const std::string& words) { to.retry_statuses = parse_statuses(words); })
        ->type_name("STATUS,...");
    app.add_option("--window", to.window, "Requests in flight on one bind")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    duration(app, "--enquire-link", "Silence before enquire_link is sent (30s)", to.enquire_link);
    duration(app, "--response", "How long an answer is waited for (10s)", to.response);
}

struct Secrets {
    std::string file, variable;
};

CLI::App& serve_command(CLI::App& app, ServeOptions& to, Secrets& secrets) {
    CLI::App& serve = *app.add_subcommand("serve", "Be an SMSC: take binds, submissions, send MOs");
    serve.footer(serve_help);
    parsed(serve, "--listen", "Where to listen (127.0.0.1:2775); port 0 takes a free one",
           [&to](const std::string& word) { to.listen = parse_host_port(word); })
        ->type_name("HOST:PORT");
    parsed(serve, "--system-id", "Take binds of this system_id only (any)",
           [&to](const std::string& word) { to.system_id = word; });
    serve
        .add_option("--password-file", secrets.file,
                    "Take binds with the password in this file's first line only (any)")
        ->type_name("FILE");
    serve.add_option("--name", to.name, "The system_id of bind responses")->capture_default_str();
    CLI::Option* const certificate =
        serve.add_option("--tls-cert", to.tls_certificate, "Listen with TLS: certificates, PEM")
            ->type_name("FILE");
    CLI::Option* const key =
        serve.add_option("--tls-key", to.tls_key, "and the private key, PEM")->type_name("FILE");
    certificate->needs(key);
    key->needs(certificate);
    serve.add_flag("--once", to.once,
                   "End when the script is done and all is answered; says 0 or 1");
    duration(serve, "--settle", "With --once: how long the last answers may take (30s)", to.settle);
    Submissions::Options& submissions = to.submissions;
    parsed(serve, "--id-base", "Message ids: hex, dec or uuid (hex)",
           [&](const std::string& word) { submissions.id_base = parse_id_base(word); });
    parsed(serve, "--receipt-id-base", "Ids in receipts: hex or dec (as --id-base)",
           [&](const std::string& word) { submissions.receipt_id_base = parse_id_base(word); });
    parsed(serve, "--receipt-form", "Receipts say it in text, tlv or both (both)",
           [&](const std::string& word) { submissions.form = parse_receipt_form(word); });
    duration(serve, "--receipt-delay", "From a submission to its receipt (1s)",
             submissions.receipt_delay);
    serve.add_option("--receipt-state", submissions.stat, "The receipts' stat:")
        ->capture_default_str();
    serve.add_option("--receipt-err", submissions.err, "The receipts' err:")->capture_default_str();
    serve.add_option("--first-id", submissions.first_id,
                     "The first message id (the time, so that runs do not repeat ids)");
    common_options(serve, to);
    return serve;
}

protocol::Alphabet parse_alphabet(const std::string& word) {
    if (word == "gsm7") return protocol::Alphabet::gsm7;
    if (word == "packed") return protocol::Alphabet::gsm7_packed;
    if (word == "latin1") return protocol::Alphabet::latin1;
    throw UsageError("is gsm7, packed or latin1");
}

CLI::App& client_command(CLI::App& app, ClientOptions& to, Secrets& secrets) {
    CLI::App& client = *app.add_subcommand("client", "Be an ESME: bind, show, answer, submit");
    client.footer(client_help);
    parsed(client, "--connect", "The SMSC",
           [&to](const std::string& word) { to.connect = parse_host_port(word); })
        ->type_name("HOST:PORT")
        ->required();
    client.add_option("--system-id", to.system_id, "Who we are")->required();
    CLI::Option* const file =
        client.add_option("--password-file", secrets.file, "The password is its first line")
            ->type_name("FILE");
    client.add_option("--password-env", secrets.variable, "The password is in this variable")
        ->type_name("NAME")
        ->excludes(file);
    parsed(client, "--bind", "rx, tx or trx (trx)", [&to](const std::string& word) {
        if (word != "rx" && word != "tx" && word != "trx") throw UsageError("is rx, tx or trx");
        to.type = word == "rx"   ? protocol::BindType::receiver
                  : word == "tx" ? protocol::BindType::transmitter
                                 : protocol::BindType::transceiver;
    });
    client.add_option("--system-type", to.system_type, "system_type of the bind");
    client.add_option("--address-range", to.address_range, "address_range of the bind");
    client.add_flag("--tls", to.tls, "Connect with TLS");
    client.add_option("--tls-ca", to.tls_ca, "Trust the certificates in this file")
        ->type_name("FILE");
    client.add_flag("--insecure", to.insecure, "Take any certificate");
    parsed(client, "--answer", "What arrives is answered: ok, silent, delay=2s, STATUS (ok)",
           [&to](const std::string& word) { to.answer = parse_answer(word); });
    client.add_option("--count", to.count, "End after so many messages and receipts");
    client.add_flag("!--no-reconnect", to.reconnect, "End when the link is lost");
    parsed(client, "--parts", "Long messages: joined or each (joined)",
           [&to](const std::string& word) {
               if (word != "joined" && word != "each") throw UsageError("is joined or each");
               to.join_parts = word == "joined";
           });
    parsed(client, "--alphabet", "What data_coding 0 means: gsm7, packed or latin1 (gsm7)",
           [&to](const std::string& word) { to.profile.data_codings[0] = parse_alphabet(word); });
    common_options(client, to);
    return client;
}

int run_serve(ServeOptions& options, const Secrets& secrets) {
    if (!secrets.file.empty()) options.password = password_of(secrets.file);
    // With --once the end of the script is the end: standard input has to be asked for.
    if (options.once && !options.script.empty()) options.read_stdin = false;
    return Smsc(options).run();
}

int run_client(ClientOptions& options, const Secrets& secrets) {
    if (!secrets.file.empty()) options.password = password_of(secrets.file);
    if (!secrets.variable.empty()) {
        const char* const value = std::getenv(secrets.variable.c_str());
        if (value == nullptr) {
            throw UsageError("--password-env: there is no variable " + secrets.variable);
        }
        options.password = value;
    }
    return Client(options).run();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"smscsim - an SMSC simulator, and an ESME to go with it"};
    app.footer(main_help);
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("smscsim ") + SMPPD_VERSION);
    ServeOptions serve_options;
    // Ids that begin with the time do not come again in the next run.
    serve_options.submissions.first_id = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch()).count());
    ClientOptions client_options;
    Secrets secrets;
    const CLI::App& serve = serve_command(app, serve_options, secrets);
    client_command(app, client_options, secrets);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_ok : exit_usage;
    }
    try {
        return serve.parsed() ? run_serve(serve_options, secrets)
                              : run_client(client_options, secrets);
    } catch (const UsageError& error) {
        std::cerr << "smscsim: " << error.what() << '\n';
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << "smscsim: " << error.what() << '\n';
        return exit_failed;
    }
}
