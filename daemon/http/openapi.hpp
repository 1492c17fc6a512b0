// daemon/http/openapi.hpp - the API's description of itself, for whoever writes a client.
#pragma once

#include <string>
#include <string_view>

namespace smppd::http {

/// The OpenAPI 3.1 document of openapi.json, with the daemon's version in info.version.
const std::string& openapi_document();
/// Its strong entity tag, with its quotes: another one for every other document.
/// Source: RFC 9110 §8.8.3.
std::string_view openapi_etag();

}  // namespace smppd::http
