// conf/checks.hpp - what no single value can tell: how the values of a file fit together.
#pragma once

#include "conf/reader.hpp"

namespace smppd::conf {

/// Gives each carrier its profile and reports what does not fit together.
void check_whole(Reader& reader, Config& config);
/// checks_workflow.cpp: workflows, and how long numbers rest.
void check_workflows(Reader& reader, const Config& config);
/// checks_mapping.cpp; gives each rule the mapping's fields that its action takes.
void check_mappings(Reader& reader, Config& config);

/// The carrier and isolation group of the sandbox's numbers.
inline constexpr std::string_view sandbox_name = "sandbox";

}  // namespace smppd::conf
