// Programs that take more of the processor or of the disk's time than their share. Only a control group keeps it: where this host or this
// user has none, the rows are not run.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/sandbox/limits/cgroup.h"
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;
using sandbox::CgroupRoots;
using sandbox::Resource;

constexpr std::int64_t kSlowly = 256 << 10;  // bytes a second
constexpr double kTenth = 0.1;               // of a processor
constexpr const char* kSeen = "held-back";   // a file of the workspace, by which the host tells the program what it saw

Reason needs(Resource resource) {
  return [resource](const World&) -> std::optional<std::string> {
    const auto& roots = CgroupRoots::shared();
    if (roots.limits(resource)) return std::nullopt;
    return fmt::format("no control group for {} here, or not for this user: {}", to_string(resource), roots.problem(resource).value_or(""));
  };
}

// The processes of a run are found by the mark among their arguments.
std::optional<fs::path> process_with(const std::string& mark) {
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    if (read_file(it->path() / "cmdline").value_or("").ends_with(mark + '\0')) return it->path();
  }
  return std::nullopt;
}

// Whether the kernel has held back a process, because its group has used up its processor time.
bool is_held_back(const fs::path& process) {
  const auto groups = read_file(process / "cgroup").value_or("");
  for (const auto line : text::lines(groups)) {
    const auto parts = text::split(line, ':');
    if (parts.size() != 3 || (parts[1] != "cpu" && parts[1] != "cpu,cpuacct" && !parts[1].empty())) continue;
    const auto stat = read_file(fs::path("/sys/fs/cgroup") / parts[1] / fs::path(parts[2]).relative_path() / "cpu.stat").value_or("");
    for (const auto one : text::lines(stat))
      if (one.starts_with("nr_throttled ") && one != "nr_throttled 0") return true;
  }
  return false;
}

// While the program runs, the host looks at what the kernel counts for it: how long something takes would say how busy the host is.
void a_tenth(Stage& stage) {
  static std::atomic<int> number = 0;
  const auto mark = fmt::format("share-{}-{}", ::getpid(), number++);
  stage.job.argv.push_back(mark);
  stage.job.limits.cpus = kTenth;
  const auto process = std::make_shared<std::optional<fs::path>>();
  stage.job.on_output = [process, mark, note = stage.job.workspace / kSeen](std::string_view) {
    if (!*process) *process = process_with(mark);
    if (*process && is_held_back(**process)) static_cast<void>(write_file_atomic(note, "", 0644));
  };
}

void slow_disk(Stage& stage) { stage.job.limits.io_bytes_per_second = kSlowly; }
Change freely(Change share) {
  return [share](Stage& stage) { share(stage), stage.job.without.cgroups = true; };
}

// A second of processor time, in small pieces with a word between them.
constexpr const char* kSpin = R"(
while time.process_time() < 1:
    until = time.process_time() + 0.01
    while time.process_time() < until: pass
    print('.', flush=True)
    if os.path.exists('held-back'): tried('held back'); sys.exit()
tried('had it all'))";

// Straight to the disk, twice: a busy one may be slow once. At the allowed rate each time takes two seconds.
constexpr const char* kWrite = R"(
page, took = mmap.mmap(-1, 65536), []
for attempt_number in range(2):
    fd = os.open('file', os.O_RDWR | os.O_CREAT | os.O_DIRECT)
    began = time.monotonic()
    for i in range(8): os.write(fd, page)
    took.append(time.monotonic() - began); os.close(fd)
tried('held back' if min(took) > 1 else 'had it all'))";

const Group kGroup{"shares",
                   {
                       Attempt("more of the processor than its share", "cpu cgroup", py(kSpin), "held back")
                           .first(a_tenth)
                           .with("without a group", "had it all", freely(a_tenth))
                           .unless(needs(Resource::cpu)),
                       Attempt("more of the processor, by threads", "cpu cgroup",
                               py("for i in range(4): threading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()\n" +
                                  std::string(kSpin) + "\nsys.stdout.flush(); os._exit(0)"),
                               "held back")
                           .first(a_tenth)
                           .unless(needs(Resource::cpu)),
                       Attempt("more of the disk's time than its share", "io cgroup", py(kWrite), "held back")
                           .first(slow_disk)
                           .with("without a group", "had it all", freely(slow_disk))
                           .unless(needs(Resource::io)),
                   }};

}  // namespace

const Group& shares() { return kGroup; }

}  // namespace argosy::escape
