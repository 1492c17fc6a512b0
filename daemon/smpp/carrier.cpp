// daemon/smpp/carrier.cpp - a carrier as a whole; see carrier.hpp.
#include "daemon/smpp/carrier.hpp"

#include "daemon/log.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace protocol;

Carrier::Carrier(conf::Carrier config, Parts parts)
    : config_(std::move(config)),
      parts_(std::move(parts)),
      silence_(config_.profile.silence),
      timer_(parts_.timers.timer([this](Now now) { ring(now); })) {
    if (config_.hosts.empty()) return;  // it only ever connects to us
    for (unsigned i = 1; i <= config_.binds; ++i) {
        binds_.push_back(std::make_shared<CarrierBind>(*this, i, false));
    }
}

Carrier::~Carrier() = default;

void Carrier::start(Now now) {
    if (!config_.enabled) return;
    start(0, now);
}

bool Carrier::stop(std::uint32_t bind, Now now) {
    if (bind > binds_.size()) return false;
    for (std::size_t i = 0; i < binds_.size(); ++i) {
        if (bind == 0 || bind == i + 1) binds_[i]->stop(now);
    }
    if (bind == 0) {
        config_.enabled = false;
        for (const auto& outbind : outbinds_) outbind->stop(now);
    }
    return true;
}

bool Carrier::start(std::uint32_t bind, Now now) {
    if (bind > binds_.size()) return false;
    config_.enabled = true;
    alarm_.clear();
    for (std::size_t i = 0; i < binds_.size(); ++i) {
        if (bind == 0 || bind == i + 1) binds_[i]->start(now);
    }
    return true;
}

std::shared_ptr<CarrierBind> Carrier::accept(Now now) {
    std::erase_if(outbinds_, [](const auto& bind) { return bind->gone(); });
    auto bind = std::make_shared<CarrierBind>(*this, next_outbind_++, true);
    if (config_.enabled) bind->start(now);
    outbinds_.push_back(bind);
    return bind;
}

void Carrier::hand_over(CarrierBind& bind, Carrier& other) {
    const auto found = std::find_if(outbinds_.begin(), outbinds_.end(),
                                    [&](const auto& held) { return held.get() == &bind; });
    if (found == outbinds_.end()) return;
    bind.carrier_ = &other;
    bind.index_ = other.next_outbind_++;
    bind.stopped_ = !other.config_.enabled;
    other.outbinds_.push_back(std::move(*found));
    outbinds_.erase(found);
}

void Carrier::update(conf::Carrier config) {
    const bool enabled = config_.enabled;
    config_ = std::move(config);
    config_.enabled = enabled && config_.enabled;
}

std::size_t Carrier::bound() const {
    const auto is_bound = [](const auto& bind) { return bind->bound(); };
    return static_cast<std::size_t>(std::count_if(binds_.begin(), binds_.end(), is_bound) +
                                    std::count_if(outbinds_.begin(), outbinds_.end(), is_bound));
}

bool Carrier::connected() const {
    const auto is_connected = [](const auto& bind) { return bind->is_connected(); };
    return std::any_of(binds_.begin(), binds_.end(), is_connected) ||
           std::any_of(outbinds_.begin(), outbinds_.end(), is_connected);
}

CarrierView Carrier::view() const {
    CarrierView v;
    v.name = config_.name;
    v.profile = config_.profile_name;
    v.stopped = !config_.enabled ||
                (!binds_.empty() && std::all_of(binds_.begin(), binds_.end(),
                                                [](const auto& bind) { return bind->stopped(); }));
    v.binds_bound = static_cast<std::uint32_t>(bound());
    v.binds = static_cast<std::uint32_t>(binds_.size());
    v.alarm = alarm_;
    v.last_message_at = last_message_at_;
    v.messages = counters_.messages;
    v.receipts = counters_.receipts;
    v.duplicates = counters_.duplicates;
    v.unowned = counters_.unowned;
    return v;
}

std::vector<BindView> Carrier::binds(Now now) const {
    std::vector<BindView> views;
    for (const auto& bind : binds_) views.push_back(bind->view(now));
    for (const auto& bind : outbinds_) {
        if (!bind->gone()) views.push_back(bind->view(now));
    }
    return views;
}

void Carrier::bind_changed(Now now) {
    bound() > 0 ? silence_.bound(now.mono) : silence_.unbound();
    rearm();
}

void Carrier::message(Now now) {
    silence_.message(now.mono);
    last_message_at_ = now.wall;
    if (alarm_ == "silence") clear_alarm("silence");
    rearm();
}

void Carrier::alarm(std::string word) {
    alarm_ = std::move(word);
    log::error("carrier_alarm", {{"carrier", config_.name}, {"alarm", alarm_}});
}

void Carrier::clear_alarm(std::string_view word) {
    if (alarm_ != word) return;
    alarm_.clear();
    log::info("carrier_alarm_over", {{"carrier", config_.name}, {"alarm", word}});
}

void Carrier::ring(Now now) {
    if (silence_.silent(now.mono)) {
        alarm("silence");
        if (config_.profile.silence.rebind) {
            for (const auto& bind : binds_) bind->rebind(now);
        }
    }
    rearm();
}

void Carrier::rearm() { timer_->at(silence_.deadline()); }

}  // namespace smppd::smpp
