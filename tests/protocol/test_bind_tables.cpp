// tests/protocol/test_bind_tables.cpp - which command may come when, against SMPP 3.4 §2.3.
#include "protocol/bind_tables.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace smppd::protocol;

namespace {

/// "trx" with a dash for each type of bind that does not allow it: transmitter, receiver, both.
std::string by_type(CommandId id, Role issuer) {
    std::string text;
    text += allowed(id, issuer, BindState::bound, BindType::transmitter) ? 't' : '-';
    text += allowed(id, issuer, BindState::bound, BindType::receiver) ? 'r' : '-';
    text += allowed(id, issuer, BindState::bound, BindType::transceiver) ? 'x' : '-';
    return text;
}

}  // namespace

TEST_CASE("bind tables: commands by role and type of a standing bind") {
    struct Case {
        CommandId id;
        const char* esme;
        const char* smsc;
    };
    for (const Case& c :
         {Case{CommandId::submit_sm, "t-x", "---"}, Case{CommandId::submit_multi, "t-x", "---"},
          Case{CommandId::query_sm, "t-x", "---"}, Case{CommandId::cancel_sm, "t-x", "---"},
          Case{CommandId::replace_sm, "t-x", "---"}, Case{CommandId::data_sm, "trx", "trx"},
          Case{CommandId::deliver_sm, "---", "-rx"},
          Case{CommandId::alert_notification, "---", "-rx"},
          Case{CommandId::enquire_link, "trx", "trx"}, Case{CommandId::unbind, "trx", "trx"},
          Case{CommandId::bind_transceiver, "---", "---"}, Case{CommandId::outbind, "---", "---"},
          Case{CommandId::submit_sm_resp, "---", "---"},
          Case{static_cast<CommandId>(0x112), "---", "---"}}) {
        CAPTURE(name(c.id));
        CHECK(by_type(c.id, Role::esme) == c.esme);
        CHECK(by_type(c.id, Role::smsc) == c.smsc);
    }
}

TEST_CASE("bind tables: before and after the bind") {
    const auto may = [](CommandId id, Role issuer, BindState state) {
        return allowed(id, issuer, state, BindType::transmitter);
    };
    for (const CommandId id :
         {CommandId::bind_transmitter, CommandId::bind_receiver, CommandId::bind_transceiver}) {
        CHECK(may(id, Role::esme, BindState::open));
        CHECK_FALSE(may(id, Role::smsc, BindState::open));
        CHECK_FALSE(may(id, Role::esme, BindState::unbinding));
    }
    CHECK(may(CommandId::outbind, Role::smsc, BindState::open));
    CHECK_FALSE(may(CommandId::outbind, Role::esme, BindState::open));
    CHECK_FALSE(may(CommandId::deliver_sm, Role::smsc, BindState::open));
    CHECK(may(CommandId::deliver_sm, Role::smsc, BindState::binding));
    CHECK(allowed(CommandId::deliver_sm, Role::smsc, BindState::unbinding, BindType::receiver));
    CHECK_FALSE(may(CommandId::submit_sm, Role::esme, BindState::open));
    CHECK_FALSE(may(CommandId::submit_sm, Role::esme, BindState::unbinding));
    for (const BindState state : {BindState::open, BindState::binding, BindState::unbinding}) {
        CHECK(may(CommandId::enquire_link, Role::smsc, state));
        CHECK(may(CommandId::unbind, Role::esme, state));
    }
    CHECK_FALSE(may(CommandId::enquire_link, Role::smsc, BindState::closed));
}

TEST_CASE("bind tables: names") {
    CHECK(name(BindType::transmitter) == "transmitter");
    CHECK(name(BindType::receiver) == "receiver");
    CHECK(name(BindType::transceiver) == "transceiver");
    CHECK(name(BindState::closed) == "closed");
    CHECK(name(BindState::open) == "open");
    CHECK(name(BindState::binding) == "binding");
    CHECK(name(BindState::bound) == "bound");
    CHECK(name(BindState::unbinding) == "unbinding");
}
