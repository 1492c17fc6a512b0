// tests/support/pdu_samples.hpp - PDUs by chance, the same ones in every run.
#pragma once

#include "protocol/pdu.hpp"

#include <random>

namespace smppd::test {

/// How large the samples may be.
struct SampleLimits {
    std::size_t short_message = 255;
    std::size_t tlvs = 6;
    std::size_t tlv_value = 300;
    std::size_t list = 12;      ///< destinations of submit_multi
    bool any_octet = true;      ///< TON, NPI and interface_version outside the specification's
    bool deliver_times = true;  ///< a deliver_sm with validity_period, which 3.4 has empty
};

class PduSamples {
public:
    explicit PduSamples(std::uint32_t seed, SampleLimits limits = {})
        : random_(seed), limits_(limits) {}

    /// A command_id of SMPP 3.4, its fields within the specification's sizes.
    protocol::Pdu next();
    protocol::Pdu of(protocol::CommandId id);
    /// 0 to `max`, both included.
    std::uint32_t number(std::uint32_t max);

private:
    std::uint8_t octet() { return static_cast<std::uint8_t>(number(0xff)); }
    std::uint8_t ton();
    std::uint8_t npi();
    std::string text(std::size_t length_max);
    std::string time();
    protocol::Octets octets(std::size_t length_max);
    protocol::Tlvs tlvs();
    template <class Body>
    void source(Body& body, std::size_t length_max = 20);
    template <class Body>
    void destination(Body& body, std::size_t length_max = 20);
    void content(protocol::ShortMessage& body, bool times);
    void message(protocol::ShortMessage& body, bool times);
    protocol::BindRequest bind_request();
    protocol::DataSm data_sm();
    protocol::SubmitMulti submit_multi();
    protocol::SubmitMultiResp submit_multi_resp();
    protocol::CancelSm cancel_sm();
    protocol::ReplaceSm replace_sm();
    protocol::AlertNotification alert_notification();
    protocol::Body body(protocol::CommandId id);

    std::mt19937 random_;
    SampleLimits limits_;
};

}  // namespace smppd::test
