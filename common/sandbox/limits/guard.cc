#include "common/sandbox/limits/guard.h"

#include "common/core/clock.h"

namespace argosy::sandbox {
namespace {

constexpr std::chrono::milliseconds kLookEvery{50};  // run() asks at least every 100 ms

std::vector<std::filesystem::path> writable_folders(const Job& job, const std::filesystem::path& scratch) {
  auto all = job.writable;
  all.insert(all.begin(), {job.workspace, scratch});
  for (const auto& [inside, path] : job.writable_at) all.push_back(path);
  return all;
}

bool wants_cgroup([[maybe_unused]] const Job& job) {
#if ARGOSY_FAILPOINTS
  if (job.without.cgroups) return false;
#endif
  return CgroupRoots::shared().version() != 0;
}

bool watched([[maybe_unused]] const Job& job) {
#if ARGOSY_FAILPOINTS
  return !job.without.watchers;
#else
  return true;
#endif
}

}  // namespace

Result<Guard> Guard::create(const Job& job, const std::filesystem::path& scratch) {
  ARGOSY_TRY(auto tree, TreeWatch::create(job.limits.memory_bytes));
  Guard guard(job, std::move(tree), {writable_folders(job, scratch), job.limits.disk_bytes, job.limits.files});
  if (wants_cgroup(job)) {
    ARGOSY_TRY(auto group, CgroupRoots::shared().make({.memory_bytes = job.limits.memory_bytes,
                                                       .processes = job.limits.processes,
                                                       .cpus = job.limits.cpus,
                                                       .io_bytes_per_second = job.limits.io_bytes_per_second,
                                                       .io_of = job.workspace}));
    guard.cgroup_.emplace(std::move(group));
  }
  return guard;
}

bool Guard::counts_memory(const Job& job) { return wants_cgroup(job) && CgroupRoots::shared().limits(Resource::memory); }

bool Guard::must_end() {
  // Asked after every piece of output too: a program that talks must not make the looks expensive.
  const auto now = system_clock().boot_time();
  if (now >= next_look_ && watched(*job_)) {
    const bool counted = cgroup_ && CgroupRoots::shared().limits(Resource::memory);
    out_of_memory_ = out_of_memory_ || (counted ? cgroup_->out_of_memory() : tree_.over_memory());
    out_of_disk_ = out_of_disk_ || disk_.over(now, [this] { return tree_.deleted_bytes(); });
    next_look_ = now + kLookEvery;
  }
  return out_of_memory_ || out_of_disk_ || (job_->cancelled && job_->cancelled());
}

void Guard::end(Finished& finished) {
  tree_.end();
  // The kernel may have killed a part of it between two looks.
  finished.out_of_memory = out_of_memory_ || (cgroup_ && cgroup_->out_of_memory());
  finished.out_of_disk = out_of_disk_;
  if (finished.out_of_memory || finished.out_of_disk) finished.cancelled = false;
}

}  // namespace argosy::sandbox
