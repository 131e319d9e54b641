#include "workers/testing/facilities.h"

#include <fmt/format.h>

#include <algorithm>

namespace argosy::testing {

sandbox::Limits narrowed(sandbox::Limits limits, const project::RepoLimits& asked) {
  constexpr std::int64_t kMiB = 1 << 20;
  if (asked.cpus) limits.cpus = std::min(limits.cpus, *asked.cpus);
  if (asked.memory_mb) limits.memory_bytes = std::min(limits.memory_bytes, *asked.memory_mb * kMiB);
  if (asked.disk_mb) limits.disk_bytes = std::min(limits.disk_bytes, *asked.disk_mb * kMiB);
  if (asked.processes) limits.processes = std::min(limits.processes, static_cast<int>(*asked.processes));
  if (asked.wall_s) limits.wall = std::min<std::chrono::milliseconds>(limits.wall, std::chrono::seconds(*asked.wall_s));
  return limits;
}

Result<sandbox::Class> class_for(const project::RepoFile& file, sandbox::Class usual) {
  if (file.sandbox_class != "gvisor" || usual != sandbox::Class::bwrap) return usual;
  if (const auto problem = sandbox::Sandbox::probe(sandbox::Class::gvisor))
    return fail_user("sandbox_policy_unmet", fmt::format(".argosy.yaml asks for class gvisor, which this worker has not: {}", *problem),
                     "install runsc on the testing workers and run them as root, or change sandbox.class in .argosy.yaml");
  return sandbox::Class::gvisor;
}

}  // namespace argosy::testing
