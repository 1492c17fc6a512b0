// daemon/http/openapi.cpp - openapi.json as a part of the program; meson names file and hash.
#include "daemon/http/openapi.hpp"

#include <cassert>

// The assembler takes the file in as it is: no compiler has to read it as C++.
asm(".pushsection .rodata\n"
    ".global smppd_openapi_begin\n"
    ".hidden smppd_openapi_begin\n"
    ".global smppd_openapi_end\n"
    ".hidden smppd_openapi_end\n"
    "smppd_openapi_begin:\n"
    ".incbin \"" SMPPD_OPENAPI_FILE
    "\"\n"
    "smppd_openapi_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char smppd_openapi_begin[];
extern const char smppd_openapi_end[];
}

namespace smppd::http {
namespace {

std::string with_version(std::string document) {
    constexpr std::string_view placeholder = "\"version\": \"1\"";
    const std::size_t at = document.find(placeholder);
    assert(at != std::string::npos);
    return document.replace(at, placeholder.size(), "\"version\": \"" SMPPD_VERSION "\"");
}

}  // namespace

const std::string& openapi_document() {
    static const std::string document =
        with_version({smppd_openapi_begin, static_cast<const char*>(smppd_openapi_end)});
    return document;
}

std::string_view openapi_etag() { return "\"" SMPPD_VERSION "-" SMPPD_OPENAPI_HASH "\""; }

}  // namespace smppd::http
