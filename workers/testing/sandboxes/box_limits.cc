// What a sandbox for a client may use, and whether one may be made at all.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <tuple>

#include "workers/testing/sandboxes/boxes.h"

namespace argosy::testing {

using std::chrono::duration_cast;
using std::chrono::seconds;

Result<void> Boxes::check_policy() {
  if (options_.testing.sandbox == sandbox::Class::none) return {};  // said loudly at every run
  std::call_once(surveyed_, [&] { layers_ = sandbox::survey(options_.testing.sandbox); });
  return sandbox::check_policy(layers_, options_.testing.require);
}

// The worker's own, or less.
Result<sandbox::Limits> Boxes::lowered(const tasks::SandboxLimits& asked) const {
  sandbox::Limits limits = options_.testing.limits;
  limits.wall = std::min<std::chrono::milliseconds>(limits.wall, tasks::kMaxExecWall);
  const auto most = told_limits(limits);
  const std::tuple<std::string_view, std::int64_t, std::int64_t> all[] = {{"memory_bytes", asked.memory_bytes, most.memory_bytes},
                                                                          {"cpus", asked.cpus, most.cpus},
                                                                          {"processes", asked.processes, most.processes},
                                                                          {"disk_bytes", asked.disk_bytes, most.disk_bytes},
                                                                          {"wall_s", asked.wall_s, most.wall_s}};
  for (const auto& [name, wanted, allowed] : all)
    if (wanted > allowed)
      return fail_user("sandbox_limit_refused", fmt::format("{} may be {} at most", name, allowed),
                       "limits only go down from those of the testing workers");
  if (asked.memory_bytes > 0) limits.memory_bytes = asked.memory_bytes;
  if (asked.cpus > 0) limits.cpus = static_cast<double>(asked.cpus);
  if (asked.processes > 0) limits.processes = static_cast<int>(asked.processes);
  if (asked.disk_bytes > 0) limits.disk_bytes = asked.disk_bytes;
  if (asked.wall_s > 0) limits.wall = seconds(asked.wall_s);
  return limits;
}

tasks::SandboxLimits Boxes::told_limits(const sandbox::Limits& limits) const {
  return {.memory_bytes = limits.memory_bytes,
          .cpus = std::max<std::int64_t>(1, static_cast<std::int64_t>(limits.cpus)),
          .processes = limits.processes,
          .disk_bytes = limits.disk_bytes,
          .wall_s = std::max<std::int64_t>(1, duration_cast<seconds>(limits.wall).count())};
}

}  // namespace argosy::testing
