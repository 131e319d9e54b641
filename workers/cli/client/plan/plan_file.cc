#include "workers/cli/client/plan/plan_file.h"

#include <utility>

#include "common/tasks/agent/plan.h"

namespace argosy::cli {

Result<PlanFile> plan_file_from(std::string_view text) {
  ARGOSY_TRY(auto value, json::parse(text));
  PlanFile file;
  if (const auto* plan = value.find("plan"); plan != nullptr) {
    file.etag = value.string_or("etag", "");
    file.plan = *plan;
  } else {
    file.plan = std::move(value);
  }
  ARGOSY_TRY_VOID(tasks::plan_from(json::dump(file.plan)));  // said here, before anybody is asked
  return file;
}

}  // namespace argosy::cli
