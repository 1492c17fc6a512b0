// pool/error.cpp - the words for pool/'s own errors.
#include "pool/types.hpp"

namespace smppd::pool {
namespace {

const char* text_of(int value) noexcept {
    switch (static_cast<Errc>(value)) {
        case Errc::no_number: return "no number in the pool fits";
        case Errc::not_found: return "there is no such number, session, platform or account";
        case Errc::exists: return "the name is taken";
        case Errc::not_available: return "the number is not available";
        case Errc::not_yours: return "it belongs to another platform";
        case Errc::bad_value: return "a value is outside its range";
        case Errc::ended: return "the session has ended";
        case Errc::quota: return "the platform has as many numbers as it may";
        case Errc::full: return "a limit of the configuration is reached";
    }
    return "unknown pool error";
}

// The base's destructor is protected and not virtual on purpose: categories are never deleted.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "smppd.pool"; }
    std::string message(int value) const override { return text_of(value); }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
    static const Category category;
    return category;
}

}  // namespace smppd::pool
