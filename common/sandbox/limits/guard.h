// Everything that bounds one run from outside, asked about ten times a second: memory (the control group's word, else a look at all
// processes), disk, the caller's wish. Internal to the room; one thread.
#pragma once

#include <chrono>
#include <optional>

#include "common/sandbox/limits/cgroup.h"
#include "common/sandbox/limits/disk_watch.h"
#include "common/sandbox/limits/tree_watch.h"
#include "common/sandbox/sandbox.h"

namespace argosy::sandbox {

class Guard {
 public:
  // `scratch` is what the sandbox has as /tmp. Errors: sandbox_unavailable (A).
  static Result<Guard> create(const Job& job, const std::filesystem::path& scratch);
  // Whether the kernel counts the memory of this job; else a watcher looks at it.
  static bool counts_memory(const Job& job);

  // For bubblewrap's --json-status-fd.
  TreeWatch& tree() { return tree_; }
  // Control groups for the child to enter.
  std::vector<int> cgroups() const { return cgroup_ ? cgroup_->entries() : std::vector<int>{}; }
  // True when the run must end. Cheap to ask often.
  bool must_end();
  // Kills what is left, and says what ended the run.
  void end(Finished& finished);

 private:
  Guard(const Job& job, TreeWatch tree, DiskWatch disk) : job_(&job), tree_(std::move(tree)), disk_(std::move(disk)) {}

  const Job* job_;
  TreeWatch tree_;
  DiskWatch disk_;
  std::optional<Cgroup> cgroup_;
  bool out_of_memory_ = false, out_of_disk_ = false;
  std::chrono::nanoseconds next_look_{};
};

}  // namespace argosy::sandbox
