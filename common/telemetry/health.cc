#include "common/telemetry/health.h"

#include "common/core/json.h"
#include "common/core/redact.h"

namespace argosy::telemetry {

void Health::add(std::string name, Check check) {
  const std::lock_guard lock(mutex_);
  checks_.emplace_back(std::move(name), std::move(check));
}

Health::Report Health::readiness() const {
  // Asked outside the lock: a check that hangs holds up nobody but who asked.
  const auto checks = [&] {
    const std::lock_guard lock(mutex_);
    return checks_;
  }();
  Report report;
  json::Object found;
  for (const auto& [name, check] : checks) {
    const std::optional<std::string> problem = check();
    if (problem) report.ready = false;
    found[name] = problem ? redact(*problem) : std::string("ok");
  }
  report.json = json::dump(json::Object{{"ready", report.ready}, {"checks", std::move(found)}});
  return report;
}

}  // namespace argosy::telemetry
