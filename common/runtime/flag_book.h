// Whether a feature flag is on for a task. What operators have set is read from Postgres now and then and kept in between, at most
// store::kMostFlagRows rows: a change is seen within ARGOSY_FLAGS_REFRESH_MS. While the database is away what was read last holds, and
// before the first reading the flags' own defaults. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "common/core/clock.h"
#include "common/store/flags/feature_flags.h"

namespace argosy::runtime {

class FlagBook {
 public:
  using Load = std::function<Result<std::vector<store::FlagRow>>()>;

  FlagBook(Load load, std::chrono::milliseconds refresh, const Clock& clock = system_clock())
      : load_(std::move(load)), refresh_(refresh), clock_(clock) {}

  // Blocks for the reading when one is due and nobody else is at it; others go by what is there. A name that is no flag's is off.
  bool is_on(std::string_view flag, const OrgId& org, const TaskId& task);

 private:
  using Percents = std::map<std::pair<std::string, OrgId>, int>;
  std::shared_ptr<const Percents> percents();

  const Load load_;
  const std::chrono::nanoseconds refresh_;
  const Clock& clock_;
  std::mutex mutex_;
  std::shared_ptr<const Percents> percents_ = std::make_shared<const Percents>();
  std::chrono::nanoseconds next_{};
  bool reads_ = false;
};

}  // namespace argosy::runtime
