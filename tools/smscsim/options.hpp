// tools/smscsim/options.hpp - what the command line says.
#pragma once

#include "tools/smscsim/report.hpp"
#include "tools/smscsim/submissions.hpp"
#include "tools/smscsim/words.hpp"

#include "protocol/bind.hpp"
#include "protocol/profile.hpp"

namespace smppd::smscsim {

struct CommonOptions {
    Reporter::Options report;
    std::string script;                    ///< a file, "-" for standard input, empty for none
    bool read_stdin = true;                ///< commands of standard input, beside a script
    std::chrono::milliseconds run_for{0};  ///< 0: until told otherwise
    std::chrono::milliseconds retry = std::chrono::seconds{5};
    std::vector<protocol::Status> retry_statuses{protocol::ESME_RMSGQFUL, protocol::ESME_RTHROTTLED,
                                                 protocol::ESME_RX_T_APPN, protocol::ESME_RSYSERR};
    std::uint32_t window = 10;
    std::chrono::milliseconds enquire_link = std::chrono::seconds{30};
    std::chrono::milliseconds response = std::chrono::seconds{10};
};

struct ServeOptions : CommonOptions {
    HostPort listen{"127.0.0.1", "2775"};
    std::optional<std::string> system_id, password;  ///< nothing: any
    std::string name = "smscsim";                    ///< system_id of bind_*_resp
    std::string tls_certificate, tls_key;
    bool once = false;
    std::chrono::milliseconds settle = std::chrono::seconds{30};  ///< once: for the last answers
    Submissions::Options submissions;
};

/// How the client answers what arrives.
struct AnswerHabit {
    bool silent = false;
    protocol::Status status = protocol::ESME_ROK;
    std::chrono::milliseconds delay{0};
};
/// "ok", "silent", "delay=2s", a status; several with commas between. Throws UsageError.
AnswerHabit parse_answer(std::string_view word);

struct ClientOptions : CommonOptions {
    HostPort connect;
    std::string system_id, password, system_type, address_range;
    protocol::BindType type = protocol::BindType::transceiver;
    bool tls = false, insecure = false;
    std::string tls_ca;
    AnswerHabit answer;
    protocol::Profile profile;  ///< how octets are read
    std::uint64_t count = 0;    ///< ends after so many messages; 0: never
    bool reconnect = true;
    bool join_parts = true;
};

}  // namespace smppd::smscsim
