// daemon/store/error.cpp - the store's errors in words.
#include "daemon/store/store.hpp"

namespace smppd::store {

namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "store"; }
    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::full: return "the disk is full";
            case Errc::broken: return "the store failed: I/O error or damaged file";
            case Errc::busy: return "the store has too much to do";
            case Errc::too_new: return "the store was written by a newer smppd";
            case Errc::locked: return "another smppd has the store open";
            case Errc::wrong_key: return "the key does not open the store";
            case Errc::not_found: return "there is no such record";
        }
        return "unknown error of the store";
    }
};

}  // namespace

const std::error_category& error_category() noexcept {
    static const Category category;
    return category;
}

}  // namespace smppd::store
