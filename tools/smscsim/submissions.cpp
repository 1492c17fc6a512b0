// tools/smscsim/submissions.cpp - see submissions.hpp.
#include "tools/smscsim/submissions.hpp"

#include "protocol/inbound.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace smppd::smscsim {

using namespace protocol;

namespace {

/// esm_class bits that say how an ESME wants it sent, where an SMSC's say what it is.
constexpr std::uint8_t esm_class_kind = 0x3c;

std::string formatted(IdBase base, std::uint32_t number) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), base == IdBase::dec ? "%u" : "%08x", number);
    return text.data();
}

std::string uuid(std::mt19937_64& engine) {
    const std::uint64_t high = (engine() & ~0xf000ULL) | 0x4000ULL;
    const std::uint64_t low = (engine() & ~(3ULL << 62)) | (1ULL << 63);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx",
                  static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xffff),
                  static_cast<unsigned>(high & 0xffff), static_cast<unsigned>(low >> 48),
                  static_cast<unsigned long long>(low & 0xffffffffffffULL));
    return text.data();
}

/// The absolute time of SMPP 3.4 §7.1.1, in UTC.
std::string absolute_time(WallTime when) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
    const std::chrono::hh_mm_ss time{seconds - std::chrono::floor<std::chrono::days>(seconds)};
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%02d000+", static_cast<int>(time.seconds().count()));
    return receipt_date_text(when) + text.data();
}

}  // namespace

IdBase parse_id_base(const std::string& word) {
    if (word == "hex") return IdBase::hex;
    if (word == "dec") return IdBase::dec;
    if (word == "uuid") return IdBase::uuid;
    throw UsageError("message ids are hex, dec or uuid, not '" + word + "'");
}

ReadMessage read_submission(const Pdu& request) {
    ReadMessage read;
    Pdu as_inbound{request.header, DeliverSm{}};
    auto& deliver = std::get<DeliverSm>(as_inbound.body);
    if (const auto* submit = std::get_if<SubmitSm>(&request.body)) {
        static_cast<ShortMessage&>(deliver) = *submit;
    } else if (const auto* multi = std::get_if<SubmitMulti>(&request.body)) {
        static_cast<ShortMessage&>(deliver) = *multi;
        for (const DestAddress& to : multi->dest_address) {
            if (!deliver.destination_addr.empty()) deliver.destination_addr += ",";
            deliver.destination_addr += to.address;
        }
    } else if (const auto* data = std::get_if<DataSm>(&request.body)) {
        deliver.source_addr_ton = data->source_addr_ton;
        deliver.source_addr = data->source_addr;
        deliver.dest_addr_ton = data->dest_addr_ton;
        deliver.destination_addr = data->destination_addr;
        deliver.esm_class = data->esm_class;
        deliver.data_coding = data->data_coding;
        deliver.registered_delivery = data->registered_delivery;
        deliver.tlvs = data->tlvs;
    } else {
        return read;
    }
    deliver.esm_class = static_cast<std::uint8_t>(deliver.esm_class & ~esm_class_kind);
    read.data_coding = deliver.data_coding;
    read.registered_delivery = deliver.registered_delivery;
    const Inbound inbound = read_inbound(as_inbound, Profile{});
    read.from = inbound.source;
    read.to = inbound.destination;
    read.text = inbound.text.utf8;
    if (inbound.user_data.part) {
        read.part = inbound.user_data.part->index;
        read.total = inbound.user_data.part->total;
    }
    return read;
}

Submissions::Answer Submissions::answer(const Pdu& request, const std::string& system_id,
                                        WallTime now) {
    if (const auto* query_sm = std::get_if<QuerySm>(&request.body)) return query(*query_sm, now);
    if (const auto* cancel_sm = std::get_if<CancelSm>(&request.body)) {
        return cancel(*cancel_sm, now);
    }
    if (const auto* replace_sm = std::get_if<ReplaceSm>(&request.body)) {
        return replace(*replace_sm, now);
    }
    const auto* multi = std::get_if<SubmitMulti>(&request.body);
    const bool submits = multi != nullptr || std::holds_alternative<SubmitSm>(request.body) ||
                         std::holds_alternative<DataSm>(request.body);
    if (!submits) return {.status = ESME_RINVCMDID, .body = Empty{}, .id = {}};
    ReadMessage read = read_submission(request);
    Submission submission;
    submission.system_id = system_id;
    submission.from = std::move(read.from);
    submission.text = std::move(read.text);
    submission.registered_delivery = read.registered_delivery;
    if (multi == nullptr) {
        submission.to.push_back(std::move(read.to));
    } else {
        for (const DestAddress& to : multi->dest_address) submission.to.push_back(to.address);
    }
    return accept(std::move(submission), now, multi != nullptr);
}

Submissions::Answer Submissions::accept(Submission submission, WallTime now, bool multi) {
    Answer answer;
    answer.id = next_id(submission.receipt_id);
    submission.at = now;
    submission.done_at = now + options_.receipt_delay;
    if (wants_receipt(submission.registered_delivery)) answer.receipts = submission.to.size();
    if (multi) {
        answer.body = SubmitMultiResp{.message_id = answer.id, .unsuccess_sme = {}, .tlvs = {}};
    } else {
        answer.body = MessageResp{.message_id = answer.id, .tlvs = {}};
    }
    ++count_;
    if (order_.size() >= options_.kept_max) {
        kept_.erase(order_.front());
        order_.pop_front();
    }
    order_.push_back(answer.id);
    kept_.insert_or_assign(answer.id, std::move(submission));
    return answer;
}

/// registered_delivery bits 0 and 1: 1 always, 2 on failure, 3 on success. Source: SMPP 3.4
/// §5.2.17, and for 3 SMPP 5.0 §4.7.21.
bool Submissions::wants_receipt(std::uint8_t registered_delivery) const noexcept {
    const MessageState state = state_of(options_.stat);
    const bool good = state == MessageState::delivered || state == MessageState::accepted;
    switch (registered_delivery & 0x03) {
        case 1: return true;
        case 2: return !good;
        case 3: return good;
        default: return false;
    }
}

MessageState Submissions::state(const Submission& submission, WallTime now) const {
    if (submission.cancelled) return MessageState::deleted;
    return now < submission.done_at ? MessageState::enroute : state_of(options_.stat);
}

Submissions::Answer Submissions::query(const QuerySm& request, WallTime now) const {
    Answer answer{.status = ESME_ROK, .body = Empty{}, .id = request.message_id};
    const auto found = kept_.find(request.message_id);
    if (found == kept_.end()) {
        answer.status = ESME_RQUERYFAIL;
        return answer;
    }
    QuerySmResp response;
    response.message_id = request.message_id;
    const MessageState now_is = state(found->second, now);
    response.message_state = static_cast<std::uint8_t>(now_is);
    if (now_is != MessageState::enroute) response.final_date = absolute_time(found->second.done_at);
    answer.body = std::move(response);
    return answer;
}

Submissions::Answer Submissions::cancel(const CancelSm& request, WallTime now) {
    Answer answer{.status = ESME_RCANCELFAIL, .body = Empty{}, .id = request.message_id};
    const auto found = kept_.find(request.message_id);
    if (found != kept_.end() && state(found->second, now) == MessageState::enroute) {
        found->second.cancelled = true;
        found->second.done_at = now;
        answer.status = ESME_ROK;
    }
    return answer;
}

Submissions::Answer Submissions::replace(const ReplaceSm& request, WallTime now) const {
    const auto found = kept_.find(request.message_id);
    const bool pending = found != kept_.end() && state(found->second, now) == MessageState::enroute;
    return {.status = pending ? ESME_ROK : ESME_RREPLACEFAIL,
            .body = Empty{},
            .id = request.message_id};
}

std::string Submissions::next_id(std::string& receipt_id) {
    const std::uint32_t number = options_.first_id + numbers_++;
    const IdBase receipts = options_.receipt_id_base.value_or(options_.id_base);
    std::string id =
        options_.id_base == IdBase::uuid ? uuid(engine_) : formatted(options_.id_base, number);
    // A receipt's id in another base is the same number; a uuid has none, it stays as it is.
    const bool same = options_.id_base == IdBase::uuid || receipts == options_.id_base ||
                      receipts == IdBase::uuid;
    receipt_id = same ? id : formatted(receipts, number);
    return id;
}

std::optional<Submissions::Due> Submissions::receipt(const std::string& id, std::size_t n,
                                                     WallTime now) const {
    const auto found = kept_.find(id);
    if (found == kept_.end() || found->second.cancelled) return std::nullopt;
    const Submission& submission = found->second;
    ReceiptSpec spec;
    spec.id = submission.receipt_id;
    spec.from = submission.to.at(n);
    spec.to = submission.from;
    spec.stat = options_.stat;
    spec.err = options_.err;
    spec.form = options_.form;
    // Characters outside ASCII would be cut or misread in a receipt's text.
    for (const char c : submission.text) {
        if (c >= ' ' && c < 0x7f) spec.text.push_back(c);
    }
    spec.submit_date = receipt_date_text(submission.at);
    return Due{build_receipt(spec, now), submission.system_id};
}

ReceiptSpec Submissions::completed(ReceiptSpec spec) const {
    const auto found = kept_.find(spec.id);
    if (found == kept_.end()) {
        if (!spec.from.empty() && !spec.to.empty()) return spec;
        throw UsageError("nothing was submitted with the id '" + spec.id +
                         "': say from= and to= yourself");
    }
    const Submission& submission = found->second;
    if (spec.from.empty()) spec.from = submission.to.front();
    if (spec.to.empty()) spec.to = submission.from;
    if (spec.submit_date.empty()) spec.submit_date = receipt_date_text(submission.at);
    if (spec.system_id.empty()) spec.system_id = submission.system_id;
    return spec;
}

}  // namespace smppd::smscsim
