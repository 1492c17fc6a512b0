// protocol/error.cpp - the sentences of protocol/'s error codes.
#include "protocol/types.hpp"

#include <string>

namespace smppd::protocol {
namespace {

const char* sentence(Errc code) noexcept {
    switch (code) {
        case Errc::bad_length: return "command_length is out of range, the stream is lost";
        case Errc::not_smpp: return "the peer does not speak SMPP";
        case Errc::bad_body: return "a field or TLV of the PDU's body is not whole";
        case Errc::too_long: return "a field is longer than it may be";
        case Errc::not_packable: return "the PDU cannot be packed";
        case Errc::wrong_state: return "the bind's state does not allow it";
        case Errc::window_full: return "the window of requests in flight is full";
        case Errc::timed_out: return "no response came within the response timer";
        case Errc::lost: return "the link went away before the response";
        case Errc::no_answer: return "enquire_link was not answered";
        case Errc::not_known: return "the peer does not know the bind any more";
        case Errc::session_init: return "no bind came within the session_init timer";
        case Errc::inactivity: return "nothing was exchanged within the inactivity timer";
        case Errc::refused: return "the bind was refused";
        case Errc::unbound: return "the bind was ended by unbind";
        case Errc::too_many_errors: return "too many bad PDUs in a row";
        case Errc::closed: return "the peer closed the connection";
    }
    return "unknown protocol error";
}

// The base's destructor is protected and not virtual on purpose: categories are never deleted.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "smppd.protocol"; }
    std::string message(int code) const override { return sentence(static_cast<Errc>(code)); }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
    static const Category category;
    return category;
}

}  // namespace smppd::protocol
