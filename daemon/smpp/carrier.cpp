// daemon/smpp/carrier.cpp - a carrier as a whole; see carrier.hpp.
#include "daemon/smpp/carrier.hpp"

#include "daemon/log.hpp"

#include <algorithm>
#include <utility>

namespace smppd::smpp {

using namespace protocol;

namespace {

constexpr std::string_view bad_credentials = "bad_credentials";
constexpr std::string_view silence = "silence";

bool same(const Profile::Silence& a, const Profile::Silence& b) {
    return a.factor == b.factor && a.at_least == b.at_least && a.rebind == b.rebind;
}

}  // namespace

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
    running_ = config_.enabled;
    if (!running_) return;
    for (const auto& bind : binds_) bind->start(now);
}

void Carrier::start_after(const Carrier& before, Now now) {
    if (before.config_.enabled != config_.enabled) return start(now);
    running_ = before.running_;
    draining_ = before.draining_;
    for (std::size_t i = 0; i < binds_.size(); ++i) {
        binds_[i]->stopped_by_admin_ =
            i < before.binds_.size() && before.binds_[i]->stopped_by_admin_;
        if (running_ && !binds_[i]->stopped_by_admin_) binds_[i]->start(now);
    }
}

void Carrier::leave(Now now) {
    for (const auto& bind : binds_) bind->stop(now);
    for (const auto& outbind : outbinds_) outbind->stop(now);
}

bool Carrier::stop(std::uint32_t bind, Now now) {
    if (bind > binds_.size()) return false;
    for (std::uint32_t i = 1; i <= binds_.size(); ++i) {
        if (bind == 0 || bind == i) binds_[i - 1]->stopped_by_admin_ = true;
    }
    if (bind != 0) {
        binds_[bind - 1]->stop(now);
        return true;
    }
    running_ = draining_ = false;
    leave(now);
    clear_alarm(silence, 0);
    return true;
}

bool Carrier::start(std::uint32_t bind, Now now) {
    if (bind > binds_.size()) return false;
    running_ = true;
    draining_ = false;
    if (bind == 0) clear_alarm(bad_credentials, 0);
    for (std::uint32_t i = 1; i <= binds_.size(); ++i) {
        if (bind != 0 && bind != i) continue;
        clear_alarm(bad_credentials, i);
        binds_[i - 1]->stopped_by_admin_ = false;
        binds_[i - 1]->start(now);
    }
    return true;
}

void Carrier::drain() { draining_ = running_; }

bool Carrier::probe(std::uint32_t bind, std::function<void(std::vector<ProbeResult>)> done,
                    Now now) {
    if (bind > binds_.size()) return false;
    std::vector<std::shared_ptr<CarrierBind>> asked;
    for (std::uint32_t i = 1; i <= binds_.size(); ++i)
        if (bind == 0 || bind == i) asked.push_back(binds_[i - 1]);
    for (const auto& outbind : outbinds_)
        if (bind == 0 && !outbind->gone()) asked.push_back(outbind);
    struct Gathered {
        std::vector<ProbeResult> results;
        std::size_t missing = 0;
        std::function<void(std::vector<ProbeResult>)> done;
    };
    auto gathered = std::make_shared<Gathered>();
    gathered->results.resize(asked.size());
    gathered->missing = asked.size();
    gathered->done = std::move(done);
    if (asked.empty()) gathered->done({});
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto take = [gathered, i](ProbeResult result) {
            gathered->results[i] = std::move(result);
            if (--gathered->missing == 0) gathered->done(std::move(gathered->results));
        };
        asked[i]->probe(take, now);
    }
    return true;
}

std::shared_ptr<CarrierBind> Carrier::accept(const std::string& host, Now now) {
    std::erase_if(outbinds_, [](const auto& bind) { return bind->gone(); });
    auto bind = std::make_shared<CarrierBind>(*this, next_outbind_++, true);
    bind->host_name_ = host;
    if (running_) bind->start(now);
    outbinds_.push_back(bind);
    return bind;
}

void Carrier::hand_over(CarrierBind& bind, Carrier& other) {
    const auto found = std::find_if(outbinds_.begin(), outbinds_.end(),
                                    [&](const auto& held) { return held.get() == &bind; });
    if (found == outbinds_.end()) return;
    bind.carrier_ = &other;
    bind.index_ = other.next_outbind_++;
    bind.stopped_ = !other.running_;
    other.outbinds_.push_back(std::move(*found));
    outbinds_.erase(found);
}

void Carrier::update(conf::Carrier config, Now now) {
    if (!same(config_.profile.silence, config.profile.silence)) {
        silence_ = SilenceWatch(config.profile.silence);
        clear_alarm(silence, 0);
    }
    config_ = std::move(config);
    for (const auto& bind : binds_) bind->waits_changed();
    bind_changed(now);
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

bool Carrier::busy() const {
    return std::any_of(binds_.begin(), binds_.end(),
                       [](const auto& bind) { return bind->busy(); }) ||
           std::any_of(outbinds_.begin(), outbinds_.end(),
                       [](const auto& bind) { return !bind->gone(); });
}

Carrier::Outbinds Carrier::outbinds(const std::string& host) const {
    Outbinds count;
    for (const auto& bind : outbinds_) {
        if (bind->gone()) continue;
        ++count.all;
        if (!bind->bound() && bind->host() == host) ++count.unbound;
    }
    return count;
}

CarrierView Carrier::view() const {
    CarrierView v;
    v.name = config_.name;
    v.profile = config_.profile_name;
    v.stopped = !running_ ||
                (!binds_.empty() && std::all_of(binds_.begin(), binds_.end(),
                                                [](const auto& bind) { return bind->stopped(); }));
    v.draining = draining_;
    v.binds_bound = static_cast<std::uint32_t>(bound());
    v.binds = static_cast<std::uint32_t>(binds_.size());
    // The words' order is that of their weight.
    if (!alarms_.empty()) v.alarm = alarms_.begin()->first;
    for (const auto& [word, bind] : alarms_) v.alarms.push_back({word, bind});
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
    clear_alarm(silence, 0);
    rearm();
}

void Carrier::alarm(std::string_view word, std::uint32_t bind) {
    if (!alarms_.emplace(word, bind).second) return;
    log::error("carrier_alarm", {{"carrier", config_.name}, {"bind", bind}, {"alarm", word}});
}

void Carrier::clear_alarm(std::string_view word, std::uint32_t bind) {
    if (alarms_.empty() || alarms_.erase({std::string(word), bind}) == 0) return;
    log::info("carrier_alarm_over", {{"carrier", config_.name}, {"bind", bind}, {"alarm", word}});
}

void Carrier::ring(Now now) {
    if (silence_.silent(now.mono)) {
        alarm(silence, 0);
        if (config_.profile.silence.rebind) {
            for (const auto& bind : binds_) bind->rebind(now);
        }
    }
    rearm();
}

void Carrier::rearm() { timer_->at(silence_.deadline()); }

}  // namespace smppd::smpp
