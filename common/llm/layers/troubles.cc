#include "common/llm/layers/troubles.h"

#include <utility>

#include "common/telemetry/log.h"

namespace argosy::llm {

void Troubles::tell(std::string_view what, const Error& error, std::string_view about) {
  std::uint64_t untold = 0;
  {
    const std::scoped_lock lock(mutex_);
    Told& told = told_.try_emplace(std::string(what)).first->second;
    const auto now = clock_.boot_time();
    if (told.at && now - *told.at < kEvery) {
      ++told.untold;
      return;
    }
    told.at = now;
    untold = std::exchange(told.untold, 0);
  }
  telemetry::log_warning(what, {{"error", to_string(error)}, {"about", about}, {"more_since", std::to_string(untold)}});
}

}  // namespace argosy::llm
