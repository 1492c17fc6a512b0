// tests/fuzz/planted.cpp - does a search find what there is to find? Each target is linked once
// more with this, which traps where the library reaches a result that random octets do not: a whole
// bind request, a receipt with its state. It must be found within seconds, from no seeds at all.
// (That the libraries report their coverage to the search is the business of instrumented.py.)
// The executable's name says what is asked.
#include "conf/config.hpp"
#include "daemon/http/query.hpp"
#include "pool/extract.hpp"
#include "pool/import.hpp"
#include "protocol/decode.hpp"
#include "protocol/framer.hpp"
#include "protocol/parts.hpp"
#include "protocol/receipt.hpp"
#include "protocol/text.hpp"
#include "tests/support/bind_script.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// The target's own entry, renamed by the build.
extern "C" int fuzz_target(const std::uint8_t* data, std::size_t size);

namespace {

using namespace smppd::protocol;

/// A whole bind request: command_length, command_id and six fields must fit.
bool decode_reaches(Bytes input) {
    if (input.empty()) return false;
    Framer framer(1024);
    framer.feed(input.subspan(1));
    const Result<Bytes> pdu = framer.next();
    if (!pdu || pdu->empty()) return false;
    const Decoded decoded = decode(*pdu);
    return decoded.fault == ESME_ROK && std::holds_alternative<BindRequest>(decoded.pdu.body);
}

/// A request to bind that waits for our decision: a command_id, and the fields behind it.
bool bind_reaches(Bytes input) {
    if (input.size() < 4) return false;
    std::uint32_t id = 0;
    for (const std::uint8_t octet : input.first(4)) id = id << 8 | octet;
    const Bytes body = input.subspan(4);
    smppd::test::BindRun run({.role = Role::smsc});
    run.connect();
    run.receive(smppd::test::pdu(CommandId{id}, ESME_ROK, 1, {body.begin(), body.end()}));
    return run.bind.state() == BindState::binding;
}

/// The euro of the extension table and an inverted question mark of the default alphabet.
bool text_reaches(Bytes input) {
    if (input.size() < 4) return false;
    const std::string utf8 = decode_text(input.subspan(4), Alphabet::gsm7).utf8;
    return utf8.find("\xe2\x82\xac") != std::string::npos &&
           utf8.find("\xc2\xbf") != std::string::npos;
}

/// A part of a message with a 16-bit reference: an element's id, its length, and where it fits.
bool parts_reaches(Bytes input) {
    if (input.size() < 8) return false;
    const UserData data = take_apart(input.subspan(8), true, false, {});
    return data.part && data.part->width == 16;
}

/// An id, and behind stat: a word.
bool receipt_reaches(Bytes input) {
    if (input.size() < 4) return false;
    const Receipt receipt = read_receipt(input.subspan(4), 0, {}, MessageKind::receipt);
    return receipt.readable && !receipt.word.empty();
}

/// A header line with the column, and a good number behind it.
bool import_reaches(Bytes input) {
    const std::string_view csv(reinterpret_cast<const char*>(input.data()), input.size());
    const auto import = smppd::pool::read_csv(
        csv, [](std::string_view) { return smppd::pool::PlatformId{0}; }, 100);
    return !import.numbers.empty();
}

/// A word for code of the table, and the digits of one beside it.
bool extract_reaches(Bytes input) {
    if (input.size() < 2) return false;
    const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
    return smppd::pool::extract(text.substr(2), {}).rule == "keyword";
}

/// A mapping of carriers with something in it that is looked at, and not as it should be.
bool config_reaches(Bytes input) {
    smppd::conf::LoadOptions options;
    options.read_files = false;
    const auto loaded =
        smppd::conf::load_text({input.begin(), input.end()}, "planted.yaml", options);
    return std::any_of(loaded.problems.begin(), loaded.problems.end(), [](const auto& problem) {
        return problem.message.find("'carriers.") != std::string::npos;
    });
}

/// In the line that fills an endpoint's path: a parameter with a name. (Not in the body: the
/// library that reads JSON is not instrumented.)
bool http_reaches(Bytes input) {
    if (input.size() < 2) return false;
    const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
    const std::string line{text.substr(2, text.substr(2).find('\n'))};
    const auto target = smppd::http::parse_target("/" + line);
    return target && !target->parameters.empty() && !target->parameters[0].first.empty();
}

struct Planted {
    std::string_view name;
    bool (*reaches)(Bytes input);
};
constexpr Planted all[] = {
    {"planted_decode", decode_reaches},   {"planted_bind", bind_reaches},
    {"planted_text", text_reaches},       {"planted_parts", parts_reaches},
    {"planted_receipt", receipt_reaches}, {"planted_import", import_reaches},
    {"planted_config", config_reaches},   {"planted_extract", extract_reaches},
    {"planted_http", http_reaches},
};
const Planted* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** argv) {
    const std::string_view path = (*argv)[0];
    for (const Planted& each : all)
        if (path.ends_with(each.name)) chosen = &each;
    if (chosen == nullptr) std::exit(2);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int status = fuzz_target(data, size);
    if (chosen->reaches(Bytes(data, size))) {
        std::fputs("the planted fault was found\n", stderr);
        std::abort();
    }
    return status;
}
