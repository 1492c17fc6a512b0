// protocol/status.cpp - the table of command_status values of SMPP 3.4 §5.1.3 and SMPP 5.0 §4.7.6.
#include "protocol/status.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smppd::protocol {
namespace {

struct Row {
    Status status;
    std::string_view name;
    std::string_view meaning;
};

// By status, so that a value is found by halving. Names are those of 3.4 where both have one.
constexpr auto table = std::to_array<Row>({
    {0x00, "ESME_ROK", "no error"},
    {0x01, "ESME_RINVMSGLEN", "message length is invalid"},
    {0x02, "ESME_RINVCMDLEN", "command length is invalid"},
    {0x03, "ESME_RINVCMDID", "invalid command id"},
    {0x04, "ESME_RINVBNDSTS", "incorrect bind status for given command"},
    {0x05, "ESME_RALYBND", "ESME already in bound state"},
    {0x06, "ESME_RINVPRTFLG", "invalid priority flag"},
    {0x07, "ESME_RINVREGDLVFLG", "invalid registered delivery flag"},
    {0x08, "ESME_RSYSERR", "system error"},
    {0x0a, "ESME_RINVSRCADR", "invalid source address"},
    {0x0b, "ESME_RINVDSTADR", "invalid destination address"},
    {0x0c, "ESME_RINVMSGID", "message id is invalid"},
    {0x0d, "ESME_RBINDFAIL", "bind failed"},
    {0x0e, "ESME_RINVPASWD", "invalid password"},
    {0x0f, "ESME_RINVSYSID", "invalid system id"},
    {0x11, "ESME_RCANCELFAIL", "cancel_sm failed"},
    {0x13, "ESME_RREPLACEFAIL", "replace_sm failed"},
    {0x14, "ESME_RMSGQFUL", "message queue full"},
    {0x15, "ESME_RINVSERTYP", "invalid service type"},
    {0x33, "ESME_RINVNUMDESTS", "invalid number of destinations"},
    {0x34, "ESME_RINVDLNAME", "invalid distribution list name"},
    {0x40, "ESME_RINVDESTFLAG", "destination flag is invalid (submit_multi)"},
    {0x42, "ESME_RINVSUBREP", "invalid submit with replace request"},
    {0x43, "ESME_RINVESMCLASS", "invalid esm_class field data"},
    {0x44, "ESME_RCNTSUBDL", "cannot submit to distribution list"},
    {0x45, "ESME_RSUBMITFAIL", "submit_sm or submit_multi failed"},
    {0x48, "ESME_RINVSRCTON", "invalid source address TON"},
    {0x49, "ESME_RINVSRCNPI", "invalid source address NPI"},
    {0x50, "ESME_RINVDSTTON", "invalid destination address TON"},
    {0x51, "ESME_RINVDSTNPI", "invalid destination address NPI"},
    {0x53, "ESME_RINVSYSTYP", "invalid system_type field"},
    {0x54, "ESME_RINVREPFLAG", "invalid replace_if_present flag"},
    {0x55, "ESME_RINVNUMMSGS", "invalid number of messages"},
    {0x58, "ESME_RTHROTTLED", "throttling error (ESME has exceeded allowed message limits)"},
    {0x61, "ESME_RINVSCHED", "invalid scheduled delivery time"},
    {0x62, "ESME_RINVEXPIRY", "invalid message validity period (expiry time)"},
    {0x63, "ESME_RINVDFTMSGID", "predefined message invalid or not found"},
    {0x64, "ESME_RX_T_APPN", "ESME receiver temporary application error"},
    {0x65, "ESME_RX_P_APPN", "ESME receiver permanent application error"},
    {0x66, "ESME_RX_R_APPN", "ESME receiver reject message error"},
    {0x67, "ESME_RQUERYFAIL", "query_sm request failed"},
    {0xc0, "ESME_RINVOPTPARSTREAM", "error in the optional part of the PDU body"},
    {0xc1, "ESME_ROPTPARNOTALLWD", "optional parameter not allowed"},
    {0xc2, "ESME_RINVPARLEN", "invalid parameter length"},
    {0xc3, "ESME_RMISSINGOPTPARAM", "expected optional parameter missing"},
    {0xc4, "ESME_RINVOPTPARAMVAL", "invalid optional parameter value"},
    {0xfe, "ESME_RDELIVERYFAILURE", "delivery failure (used for data_sm_resp)"},
    {0xff, "ESME_RUNKNOWNERR", "unknown error"},
    {0x100, "ESME_RSERTYPUNAUTH", "ESME not authorised to use specified service_type"},
    {0x101, "ESME_RPROHIBITED", "ESME prohibited from using specified operation"},
    {0x102, "ESME_RSERTYPUNAVAIL", "specified service_type is unavailable"},
    {0x103, "ESME_RSERTYPDENIED", "specified service_type is denied"},
    {0x104, "ESME_RINVDCS", "invalid data coding scheme"},
    {0x105, "ESME_RINVSRCADDRSUBUNIT", "source address sub unit is invalid"},
    {0x106, "ESME_RINVDSTADDRSUBUNIT", "destination address sub unit is invalid"},
    {0x107, "ESME_RINVBCASTFREQINT", "broadcast frequency interval is invalid"},
    {0x108, "ESME_RINVBCASTALIAS_NAME", "broadcast alias name is invalid"},
    {0x109, "ESME_RINVBCASTAREAFMT", "broadcast area format is invalid"},
    {0x10a, "ESME_RINVNUMBCAST_AREAS", "number of broadcast areas is invalid"},
    {0x10b, "ESME_RINVBCASTCNTTYPE", "broadcast content type is invalid"},
    {0x10c, "ESME_RINVBCASTMSGCLASS", "broadcast message class is invalid"},
    {0x10d, "ESME_RBCASTFAIL", "broadcast_sm operation failed"},
    {0x10e, "ESME_RBCASTQUERYFAIL", "query_broadcast_sm operation failed"},
    {0x10f, "ESME_RBCASTCANCELFAIL", "cancel_broadcast_sm operation failed"},
    {0x110, "ESME_RINVBCAST_REP", "number of repeated broadcasts is invalid"},
    {0x111, "ESME_RINVBCASTSRVGRP", "broadcast service group is invalid"},
    {0x112, "ESME_RINVBCASTCHANIND", "broadcast channel indicator is invalid"},
});

/// Other words for rows of the table: SMPP 5.0 renamed the optional parameters, and 3.4 Issue 1.2
/// spells one of its own in two ways.
struct Alias {
    std::string_view name;
    Status status;
};
constexpr auto aliases = std::to_array<Alias>({
    {"ESME_RINVTLVSTREAM", 0xc0},
    {"ESME_RTLVNOTALLWD", 0xc1},
    {"ESME_RINVTLVLEN", 0xc2},
    {"ESME_RMISSINGTLV", 0xc3},
    {"ESME_RINVTLVVAL", 0xc4},
    {"ESME_INVOPTPARAMVAL", 0xc4},
});

constexpr bool ascending() {
    for (std::size_t i = 1; i < table.size(); ++i) {
        if (table[i - 1].status >= table[i].status) return false;
    }
    return true;
}
static_assert(ascending());

const Row* find(Status status) noexcept {
    const auto* const row = std::lower_bound(table.begin(), table.end(), status,
                                             [](const Row& r, Status s) { return r.status < s; });
    return row != table.end() && row->status == status ? row : nullptr;
}

constexpr char upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool same_word(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return upper(x) == upper(y); });
}

std::optional<Status> parse_number(std::string_view word) noexcept {
    int base = 10;
    if (word.size() > 2 && word[0] == '0' && upper(word[1]) == 'X') {
        word.remove_prefix(2);
        base = 16;
    }
    Status status = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, status, base);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return status;
}

}  // namespace

std::string status_name(Status status) {
    if (const Row* const row = find(status)) return std::string(row->name);
    std::string hex = "0x00000000";
    for (std::size_t i = hex.size(); status != 0; status >>= 4) {
        hex[--i] = "0123456789abcdef"[status & 0xf];
    }
    return hex;
}

std::string_view status_meaning(Status status) noexcept {
    const Row* const row = find(status);
    return row ? row->meaning : std::string_view("vendor's or reserved");
}

std::optional<Status> parse_status(std::string_view word) noexcept {
    if (word.empty()) return std::nullopt;
    if (word[0] >= '0' && word[0] <= '9') return parse_number(word);
    for (const Row& row : table) {
        if (same_word(row.name, word)) return row.status;
    }
    for (const Alias& alias : aliases) {
        if (same_word(alias.name, word)) return alias.status;
    }
    return std::nullopt;
}

}  // namespace smppd::protocol
