// protocol/status.hpp - command_status values: names, meanings, and both ways between them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smppd::protocol {

/// command_status as it is on the wire; vendors' values are kept raw.
using Status = std::uint32_t;

// Source: SMPP 3.4 §5.1.3. The ones that code names; the table in status.cpp has them all.
inline constexpr Status ESME_ROK = 0x00;
inline constexpr Status ESME_RINVMSGLEN = 0x01;
inline constexpr Status ESME_RINVCMDLEN = 0x02;
inline constexpr Status ESME_RINVCMDID = 0x03;
inline constexpr Status ESME_RINVBNDSTS = 0x04;
inline constexpr Status ESME_RALYBND = 0x05;
inline constexpr Status ESME_RSYSERR = 0x08;
inline constexpr Status ESME_RINVSRCADR = 0x0a;
inline constexpr Status ESME_RINVDSTADR = 0x0b;
inline constexpr Status ESME_RINVMSGID = 0x0c;
inline constexpr Status ESME_RBINDFAIL = 0x0d;
inline constexpr Status ESME_RINVPASWD = 0x0e;
inline constexpr Status ESME_RINVSYSID = 0x0f;
inline constexpr Status ESME_RCANCELFAIL = 0x11;
inline constexpr Status ESME_RREPLACEFAIL = 0x13;
inline constexpr Status ESME_RMSGQFUL = 0x14;
inline constexpr Status ESME_RINVNUMDESTS = 0x33;
inline constexpr Status ESME_RINVDLNAME = 0x34;
inline constexpr Status ESME_RINVDESTFLAG = 0x40;
inline constexpr Status ESME_RINVSYSTYP = 0x53;
inline constexpr Status ESME_RTHROTTLED = 0x58;
inline constexpr Status ESME_RX_T_APPN = 0x64;
inline constexpr Status ESME_RX_P_APPN = 0x65;
inline constexpr Status ESME_RX_R_APPN = 0x66;
inline constexpr Status ESME_RQUERYFAIL = 0x67;
inline constexpr Status ESME_RINVOPTPARSTREAM = 0xc0;
inline constexpr Status ESME_RINVPARLEN = 0xc2;
inline constexpr Status ESME_RUNKNOWNERR = 0xff;

/// "ESME_RTHROTTLED"; "0x00000400" for a value that the specification does not list.
std::string status_name(Status status);
/// What it means, in the specification's words; "vendor's or reserved" for others.
std::string_view status_meaning(Status status) noexcept;
/// The value of "ESME_RMSGQFUL" (any case), "0x14" or "20"; nothing for other words.
std::optional<Status> parse_status(std::string_view word) noexcept;

}  // namespace smppd::protocol
