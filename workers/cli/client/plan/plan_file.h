// A plan as people hold it in a file: alone, or as `argosy plan show --json` prints it. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::cli {

struct PlanFile {
  json::Value plan;
  std::string etag{};  // of the plan that it was made from; empty: nobody knows
};
// Errors (B): those of json::parse; plan_invalid.
Result<PlanFile> plan_file_from(std::string_view text);

}  // namespace argosy::cli
