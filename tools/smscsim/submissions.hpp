// tools/smscsim/submissions.hpp - what ESMEs submitted, and how the simulator answers: message ids,
// states, receipts. Knows no socket and no clock.
#pragma once

#include "tools/smscsim/receipts.hpp"

#include "protocol/pdu.hpp"

#include <deque>
#include <random>
#include <unordered_map>

namespace smppd::smscsim {

enum class IdBase : std::uint8_t { hex, dec, uuid };
/// "hex", "dec" or "uuid"; throws UsageError.
IdBase parse_id_base(const std::string& word);

class Submissions {
public:
    struct Options {
        IdBase id_base = IdBase::hex;
        /// How receipts write the id; some SMSCs answer in hex and report in decimal.
        std::optional<IdBase> receipt_id_base;
        std::string stat = "DELIVRD", err = "000";
        ReceiptForm form = ReceiptForm::both;
        std::chrono::milliseconds receipt_delay = std::chrono::seconds{1};
        std::uint32_t first_id = 1;
        std::size_t kept_max = 100'000;  ///< the oldest are forgotten then
    };
    Submissions(Options options, std::uint64_t seed)
        : options_(std::move(options)), engine_(seed) {}

    struct Answer {
        protocol::Status status = protocol::ESME_ROK;
        protocol::Body body;
        std::string id;            ///< of the submission that came or was asked about
        std::size_t receipts = 0;  ///< how many are asked for; see receipt()
    };
    /// submit_sm, submit_multi, data_sm, query_sm, cancel_sm, replace_sm; ESME_RINVCMDID for
    /// others.
    Answer answer(const protocol::Pdu& request, const std::string& system_id,
                  protocol::WallTime now);

    /// The n-th receipt (from 0) of a submission; nothing when it was cancelled, or forgotten.
    struct Due {
        protocol::DeliverSm receipt;
        std::string system_id;
    };
    std::optional<Due> receipt(const std::string& id, std::size_t n, protocol::WallTime now) const;
    /// A script's receipt with what it leaves open filled in from the submission of that id.
    /// Throws UsageError when there is none and addresses are missing.
    ReceiptSpec completed(ReceiptSpec spec) const;

    std::uint64_t count() const noexcept { return count_; }

private:
    struct Submission {
        std::string receipt_id, system_id, from, text;
        std::vector<std::string> to;
        protocol::WallTime at{}, done_at{};
        bool cancelled = false;
        std::uint8_t registered_delivery = 0;
    };
    bool wants_receipt(std::uint8_t registered_delivery) const noexcept;
    protocol::MessageState state(const Submission& submission, protocol::WallTime now) const;
    Answer accept(Submission submission, protocol::WallTime now, bool multi);
    Answer query(const protocol::QuerySm& request, protocol::WallTime now) const;
    Answer cancel(const protocol::CancelSm& request, protocol::WallTime now);
    Answer replace(const protocol::ReplaceSm& request, protocol::WallTime now) const;
    std::string next_id(std::string& receipt_id);

    Options options_;
    std::mt19937_64 engine_;
    std::uint32_t numbers_ = 0;
    std::uint64_t count_ = 0;
    std::unordered_map<std::string, Submission> kept_;
    std::deque<std::string> order_;
};

/// The text of a submit_sm, submit_multi or data_sm as UTF-8, and where it belongs.
struct ReadMessage {
    std::string from, to, text;
    unsigned part = 1, total = 1;
    std::uint8_t data_coding = 0, registered_delivery = 0;
};
ReadMessage read_submission(const protocol::Pdu& request);

}  // namespace smppd::smscsim
