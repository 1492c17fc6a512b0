// tests/support/pdu_fields.cpp - see pdu_fields.hpp.
#include "tests/support/pdu_fields.hpp"

namespace smppd::test {

using namespace protocol;

namespace {

Seen text(const std::string& value) { return {value, {}, {}}; }
Seen number(std::uint64_t value) { return {{}, value, {}}; }
Seen octets(const Octets& value) { return {{}, {}, value}; }

template <class T>
std::optional<Seen> source(const T& b, const std::string& n) {
    if (n == "source_addr_ton") return number(b.source_addr_ton);
    if (n == "source_addr_npi") return number(b.source_addr_npi);
    if (n == "source_addr") return text(b.source_addr);
    return {};
}
template <class T>
std::optional<Seen> destination(const T& b, const std::string& n) {
    if (n == "dest_addr_ton") return number(b.dest_addr_ton);
    if (n == "dest_addr_npi") return number(b.dest_addr_npi);
    if (n == "destination_addr") return text(b.destination_addr);
    return {};
}

struct Reader {
    const std::string& n;

    std::optional<Seen> operator()(const ShortMessage& b) const {
        if (const auto s = source(b, n)) return s;
        if (const auto d = destination(b, n)) return d;
        if (n == "service_type") return text(b.service_type);
        if (n == "esm_class") return number(b.esm_class);
        if (n == "protocol_id") return number(b.protocol_id);
        if (n == "priority_flag") return number(b.priority_flag);
        if (n == "schedule_delivery_time") return text(b.schedule_delivery_time);
        if (n == "validity_period") return text(b.validity_period);
        if (n == "registered_delivery") return number(b.registered_delivery);
        if (n == "replace_if_present_flag") return number(b.replace_if_present_flag);
        if (n == "data_coding") return number(b.data_coding);
        if (n == "sm_default_msg_id") return number(b.sm_default_msg_id);
        if (n == "sm_length") return number(b.short_message.size());
        if (n == "short_message") return octets(b.short_message);
        return {};
    }
    std::optional<Seen> operator()(const SubmitMulti& b) const {
        if (n == "number_of_dests") return number(b.dest_address.size());
        if (n.starts_with("dest."))
            return text(b.dest_address.at(std::stoul(n.substr(5)) - 1).address);
        return (*this)(static_cast<const ShortMessage&>(b));
    }
    std::optional<Seen> operator()(const DataSm& b) const {
        if (const auto s = source(b, n)) return s;
        if (const auto d = destination(b, n)) return d;
        if (n == "service_type") return text(b.service_type);
        if (n == "esm_class") return number(b.esm_class);
        if (n == "registered_delivery") return number(b.registered_delivery);
        if (n == "data_coding") return number(b.data_coding);
        return {};
    }
    std::optional<Seen> operator()(const BindRequest& b) const {
        if (n == "system_id") return text(b.system_id);
        if (n == "password") return text(b.password);
        if (n == "system_type") return text(b.system_type);
        if (n == "interface_version") return number(b.interface_version);
        if (n == "addr_ton") return number(b.addr_ton);
        if (n == "addr_npi") return number(b.addr_npi);
        if (n == "address_range") return text(b.address_range);
        return {};
    }
    std::optional<Seen> operator()(const BindResp& b) const {
        if (n == "system_id") return text(b.system_id);
        return {};
    }
    std::optional<Seen> operator()(const Outbind& b) const {
        if (n == "system_id") return text(b.system_id);
        if (n == "password") return text(b.password);
        return {};
    }
    std::optional<Seen> operator()(const MessageResp& b) const {
        if (n == "message_id") return text(b.message_id);
        return {};
    }
    std::optional<Seen> operator()(const SubmitMultiResp& b) const {
        if (n == "message_id") return text(b.message_id);
        if (n == "no_unsuccess") return number(b.unsuccess_sme.size());
        if (n == "unsuccess.1") return text(b.unsuccess_sme.at(0).destination_addr);
        if (n == "unsuccess_status.1") return number(b.unsuccess_sme.at(0).error_status_code);
        return {};
    }
    std::optional<Seen> operator()(const QuerySm& b) const {
        if (n == "message_id") return text(b.message_id);
        return source(b, n);
    }
    std::optional<Seen> operator()(const QuerySmResp& b) const {
        if (n == "message_id") return text(b.message_id);
        if (n == "final_date") return text(b.final_date);
        if (n == "message_state") return number(b.message_state);
        if (n == "error_code") return number(b.error_code);
        return {};
    }
    std::optional<Seen> operator()(const CancelSm& b) const {
        if (n == "message_id") return text(b.message_id);
        if (const auto s = source(b, n)) return s;
        return destination(b, n);
    }
    std::optional<Seen> operator()(const ReplaceSm& b) const {
        if (n == "message_id") return text(b.message_id);
        if (n == "sm_length") return number(b.short_message.size());
        if (n == "short_message") return octets(b.short_message);
        return source(b, n);
    }
    std::optional<Seen> operator()(const AlertNotification& b) const {
        if (n == "esme_addr") return text(b.esme_addr);
        return source(b, n);
    }
    std::optional<Seen> operator()(const Empty&) const { return {}; }
    std::optional<Seen> operator()(const UnknownBody&) const { return {}; }
};

const Tlvs* tlvs_of(const Body& body) {
    return std::visit(
        [](const auto& b) -> const Tlvs* {
            if constexpr (requires { b.tlvs; })
                return &b.tlvs;
            else
                return nullptr;
        },
        body);
}

}  // namespace

std::optional<Seen> field(const Pdu& pdu, const std::string& name,
                          std::map<std::string, int>& used) {
    if (name == "seq") return number(pdu.header.sequence_number);
    if (name == "status") return number(pdu.header.command_status);
    const Tlvs* tlvs = tlvs_of(pdu.body);
    if (name == "tlvs") return Seen{tlvs == nullptr || tlvs->empty() ? "none" : "some", {}, {}};
    if (name.starts_with("tlv.")) {
        const auto tag = std::stoul(name.substr(4), nullptr, 16);
        int skip = used[name]++;
        for (const Tlv& tlv : tlvs != nullptr ? *tlvs : Tlvs{}) {
            if (tlv.tag == tag && skip-- == 0) return octets(tlv.value);
        }
        return {};
    }
    return std::visit(Reader{name}, pdu.body);
}

}  // namespace smppd::test
