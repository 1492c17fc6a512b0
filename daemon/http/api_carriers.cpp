// daemon/http/api_carriers.cpp - carriers and binds: seen, stopped, started, disconnected.
#include "daemon/http/handlers.hpp"
#include "daemon/http/paging.hpp"
#include "daemon/http/render.hpp"

#include <algorithm>

namespace smppd::http {
namespace {

std::optional<smpp::CarrierView> carrier_named(const Context& context, const std::string& name) {
    const std::vector<smpp::CarrierView> all = context.carriers.carriers();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const smpp::CarrierView& one) { return one.name == name; });
    if (found == all.end()) return {};
    return *found;
}

void no_carrier(Call& call, const std::string& name) {
    call.fail(Kind::not_found,
              "There is no carrier \"" + name + "\"; carriers stand in the configuration file.");
}

void no_bind(Call& call, const std::string& carrier, std::uint32_t bind) {
    call.fail(Kind::not_found, "/bind: carrier \"" + carrier + "\" has no bind " +
                                   std::to_string(bind) + "; see GET /v1/binds.");
}

/// The bind that the body names, 0 for all; nothing when it is answered already.
std::optional<std::uint32_t> bind_asked(Call& call) {
    if (refused_parameters(call)) return {};
    const auto body = body_of(call, true);
    if (!body) return {};
    FieldErrors errors;
    Fields fields{*body, errors};
    const auto bind = static_cast<std::uint32_t>(fields.integer("bind", {1, 1000}).value_or(0));
    fields.finish();
    if (refused(call, std::move(errors))) return {};
    if (!carrier_named(call.context, call.path[0])) {
        no_carrier(call, call.path[0]);
        return {};
    }
    return bind;
}

/// stop and start differ in what they ask of the carriers only.
void switch_carrier(Call& call,
                    bool (smpp::CarrierControl::*action)(const std::string&, std::uint32_t)) {
    const auto bind = bind_asked(call);
    if (!bind) return;
    const std::string& name = call.path[0];
    if (!(call.context.carriers.*action)(name, *bind)) return no_bind(call, name, *bind);
    const auto after = carrier_named(call.context, name);
    // At once, though whether it is up is looked at now and then only.
    if (after && after->stopped) call.context.pool.carrier_up(name, false);
    call.context.pool.carrier_drains(name, after && after->draining);
    if (!after) return no_carrier(call, name);
    call.answer(json_response(200, carrier_json(*after)));
}

}  // namespace

void list_carriers(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const Page page = params.page();
    params.finish();
    if (refused(*call, std::move(errors))) return;
    call->answer(paged(
        call->context.carriers.carriers(), page,
        [](const smpp::CarrierView& one) -> const std::string& { return one.name; }, carrier_json));
}

void get_carrier(CallPtr call) {
    if (refused_parameters(*call)) return;
    const auto carrier = carrier_named(call->context, call->path[0]);
    if (!carrier) return no_carrier(*call, call->path[0]);
    boost::json::object body = carrier_json(*carrier);
    boost::json::array binds;
    for (const smpp::BindView& bind : call->context.carriers.binds())
        if (bind.carrier == carrier->name) binds.push_back(bind_json(bind));
    body["bind_list"] = std::move(binds);
    call->answer(json_response(200, body));
}

void stop_carrier(CallPtr call) { switch_carrier(*call, &smpp::CarrierControl::stop); }

void start_carrier(CallPtr call) { switch_carrier(*call, &smpp::CarrierControl::start); }

void drain_carrier(CallPtr call) {
    if (refused_parameters(*call) || refused_body(*call)) return;
    const std::string& name = call->path[0];
    const auto before = carrier_named(call->context, name);
    if (!before) return no_carrier(*call, name);
    if (before->stopped)
        return call->fail(Kind::not_available,
                          "Carrier \"" + name + "\" is stopped: there is nothing to drain.");
    call->context.carriers.drain(name);
    call->context.pool.carrier_drains(name, true);
    const auto after = carrier_named(call->context, name);
    if (!after) return no_carrier(*call, name);
    call->answer(json_response(200, carrier_json(*after)));
}

void probe_carrier(CallPtr call) {
    const auto bind = bind_asked(*call);
    if (!bind) return;
    const auto told = [call](const std::vector<smpp::ProbeResult>& results) {
        boost::json::array items;
        for (const smpp::ProbeResult& result : results) items.push_back(probe_json(result));
        call->answer(list_response(std::move(items), {}));
    };
    const std::string& name = call->path[0];
    if (!call->context.carriers.probe(name, *bind, told)) no_bind(*call, name, *bind);
}

void list_binds(CallPtr call) {
    FieldErrors errors;
    Params params{call->target, errors};
    const std::string carrier = params.text("carrier").value_or("");
    const std::string platform = params.text("platform").value_or("");
    const Page page = params.page();
    params.finish();
    if (refused(*call, std::move(errors))) return;
    std::vector<smpp::BindView> binds = call->context.carriers.binds();
    std::erase_if(binds, [&](const smpp::BindView& one) {
        return (!carrier.empty() && one.carrier != carrier) ||
               (!platform.empty() && one.platform != platform);
    });
    call->answer(paged(
        std::move(binds), page,
        [](const smpp::BindView& one) -> const std::string& { return one.id; }, bind_json));
}

void disconnect_bind(CallPtr call) {
    if (refused_parameters(*call)) return;
    if (!call->context.carriers.disconnect(call->path[0])) {
        call->fail(Kind::not_found, "There is no platform bind \"" + call->path[0] +
                                        "\"; see GET /v1/binds. A carrier's binds are stopped with "
                                        "POST /v1/carriers/{name}/stop.");
        return;
    }
    call->answer({.status = 204, .content_type = {}, .body = {}, .headers = {}});
}

}  // namespace smppd::http
