#include "common/runtime/flag_book.h"

#include <utility>

#include "common/config/flags.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {

std::shared_ptr<const FlagBook::Percents> FlagBook::percents() {
  std::unique_lock lock(mutex_);
  if (reads_ || clock_.boot_time() < next_) return percents_;
  reads_ = true;
  lock.unlock();
  auto rows = load_();
  auto read = std::make_shared<Percents>();
  if (rows)
    for (auto& row : *rows) (*read)[{std::move(row.name), row.org}] = row.percent;
  else
    telemetry::log_warning("feature flags cannot be read: what was read last holds", {{"error", to_string(rows.error())}});
  lock.lock();
  reads_ = false;
  next_ = clock_.boot_time() + refresh_;
  if (rows) percents_ = std::move(read);
  return percents_;
}

bool FlagBook::is_on(std::string_view name, const OrgId& org, const TaskId& task) {
  const auto* flag = config::find_flag(name);
  if (flag == nullptr) return false;
  const auto all = percents();
  for (const auto& whose : {org, OrgId{}})
    if (const auto set = all->find({std::string(name), whose}); set != all->end()) return config::is_among(name, task, set->second);
  return config::is_among(name, task, flag->percent);
}

}  // namespace argosy::runtime
