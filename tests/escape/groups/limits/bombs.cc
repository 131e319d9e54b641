// Programs that take more than there is: processes, memory, disk, inodes, output. Limits are small, so that the host does not feel them.
#include "common/sandbox/limits/cgroup.h"
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

Change no_cgroup(Change limit) {
  return [limit](Stage& stage) { limit(stage), stage.job.without.cgroups = true; };
}
Change no_watcher(Change limit) {
  return [limit](Stage& stage) { limit(stage), stage.job.without.watchers = true; };
}
Change neither(Change limit) { return no_cgroup(no_watcher(std::move(limit))); }

void few_processes(Stage& stage) { stage.job.limits.processes = 40; }
void more_processes(Stage& stage) { stage.job.limits.processes = 200; }
void little_memory(Stage& stage) { stage.job.limits.memory_bytes = 150 * kMiB; }
void more_memory(Stage& stage) { stage.job.limits.memory_bytes = 4096 * kMiB; }
void little_disk(Stage& stage) {
  stage.job.limits.disk_bytes = 64 * kMiB;
  stage.job.limits.file_bytes = 32 * kMiB;
  stage.job.limits.files = 1'000;
}
void more_disk(Stage& stage) {
  stage.job.limits.disk_bytes = 1024 * kMiB;
  stage.job.limits.file_bytes = std::int64_t{1} << 41;
  stage.job.limits.files = 100'000;
}
void little_output(Stage& stage) {
  stage.job.limits.output_bytes = 100'000;
  stage.job.limits.wall = std::chrono::milliseconds(stage.kind == sandbox::Class::gvisor ? 4'000 : 1'500);
  stage.job.limits.grace = std::chrono::milliseconds(100);
}

std::optional<std::string> no_version_2(const World&) {
  const auto& roots = sandbox::CgroupRoots::shared();
  if (roots.version() == 2 && roots.limits(sandbox::Resource::memory)) return std::nullopt;
  return "control groups of version 2 have no controllers here, or not for this user; tests/unit/sandbox/cgroup_test.cc shows what is "
         "written";
}

std::string output_is_bounded(Stage& stage) {
  const auto bound = stage.job.limits.output_bytes;
  if (!stage.done.out_truncated && !stage.done.err_truncated) return "it did not write enough to be cut";
  return stage.done.out.size() > bound || stage.done.err.size() > bound ? "more came out than may" : "";
}

constexpr const char* kForks = R"(
made = 0
tried('forking')
try:
    while made < 300:
        if os.fork() == 0: time.sleep(60); os._exit(0)
        made += 1
    tried('made', made)
except OSError as error: tried(errno.errorcode[error.errno], 'after', made))";

constexpr const char* kThreads = R"(
made, stop = 0, threading.Event()
try:
    while made < 300:
        threading.Thread(target=stop.wait, daemon=True).start(); made += 1
    tried('made', made)
except RuntimeError: tried('refused after', made)
sys.stdout.flush(); os._exit(0))";

// Takes its time, because a watcher that looks ten times a second must have the chance to look, on a busy machine, too; `ten` takes 10 MiB.
std::string taking(const std::string& ten) {
  return "held = []\ntried('taking')\nfor i in range(30):\n    " + ten + "\n    time.sleep(0.03)\ntime.sleep(1)\ntried('took')";
}

constexpr const char* kMemfd = R"(fd = os.memfd_create('x'); held.append(fd); os.write(fd, bytes(10 << 20)))";
constexpr const char* kDetached = R"(
libc.shmat.restype = ctypes.c_void_p
def segment():
    try: number = libc_call('shmget', 0, 10 << 20, 0o1600)
    except OSError as error: tried(errno.errorcode[error.errno]); sys.exit()
    at = libc.shmat(number, None, 0)
    ctypes.memset(at, 1, 10 << 20); libc.shmdt(ctypes.c_void_p(at))
)";

constexpr const char* kManyProcesses = R"(
tried('taking')
for i in range(6):
    if os.fork() == 0:
        held = bytearray(b'x' * (60 << 20)); time.sleep(2); os._exit(0)
for i in range(6): os.wait()
tried('took'))";

constexpr const char* kShared = R"(
def fill():
    with open('/dev/shm/big', 'wb') as f:
        for i in range(100): f.write(bytes(1 << 20))
attempt(fill))";

// What writes stays for a while: another process that frees as much in the same moment hides it until the next look at the folders.
constexpr const char* kManyFiles = R"(
tried('writing')
for i in range(15):
    open(f'f{i}', 'wb').write(bytes(10 << 20)); time.sleep(0.05)
time.sleep(4)
tried('wrote'))";

constexpr const char* kDeleted = R"(
tried('writing'); held = []
for i in range(15):
    f = open('f', 'wb', buffering=0); os.unlink('f'); held.append(f)
    f.write(bytes(10 << 20)); time.sleep(0.05)
time.sleep(4)
tried('wrote'))";

constexpr const char* kDeletedAndMapped = R"(
tried('writing'); held = []
for i in range(15):
    with open('f', 'w+b', buffering=0) as f:
        os.unlink('f'); f.truncate(10 << 20); held.append(mmap.mmap(f.fileno(), 10 << 20))
    held[-1][:] = bytes(10 << 20); held[-1].flush(); time.sleep(0.05)
time.sleep(4)
tried('wrote'))";

constexpr const char* kDeep = R"(
tried('making')
for i in range(1500): os.mkdir('d'); os.chdir('d')
time.sleep(7)
tried('made'))";
constexpr const char* kInodes = "tried('making')\nfor i in range(4000): open(f'f{i}', 'w')\ntime.sleep(7)\ntried('made')";
constexpr const char* kLinks = "tried('making')\nopen('f', 'w')\nfor i in range(4000): os.link('f', f'l{i}')\ntime.sleep(7)\ntried('made')";

const Group kGroup{
    "bombs",
    {
        Attempt("processes", "pids cgroup, RLIMIT_NPROC", py(kForks), "EAGAIN after [123]\\d")
            .first(few_processes)
            .with("RLIMIT_NPROC alone", "EAGAIN after [123]\\d", no_cgroup(few_processes))
            .with("a wider limit", "EAGAIN after 1\\d\\d", more_processes)
            .gvisor_quick("EAGAIN after \\d+|forking.*"),
        Attempt("processes, counted by the group", "pids cgroup", py(kForks), "EAGAIN after [123]\\d")
            .first([](Stage& stage) { few_processes(stage), stage.job.without.rlimits = true; })
            .with("neither group nor rlimit", "made 300",
                  [](Stage& stage) { stage.job.without.rlimits = stage.job.without.cgroups = true; })
            .root(),
        Attempt("threads", "pids cgroup, RLIMIT_NPROC", py(kThreads), "refused after [123]\\d")
            .first(few_processes)
            .with("a wider limit", "refused after 1\\d\\d", more_processes),
        Attempt("memory of its own", "memory cgroup; else the watcher", py(taking("held.append(bytearray(b'x' * (10 << 20)))")),
                "taking out-of-memory")
            .first(little_memory)
            .with("the watcher alone", "taking out-of-memory", no_cgroup(little_memory))
            .with("neither", "took", neither(little_memory))
            .gvisor_quick(),
        Attempt("memory, counted by the group", "memory cgroup", py(taking("held.append(bytearray(b'x' * (10 << 20)))")),
                "taking out-of-memory")
            .first(no_watcher(little_memory))
            .with("a wider limit", "took", more_memory)
            .root(),
        Attempt("memory, counted by a group of version 2", "memory cgroup", py(taking("held.append(bytearray(b'x' * (10 << 20)))")),
                "taking out-of-memory")
            .first(no_watcher(little_memory))
            .unless(no_version_2),
        Attempt("memory of many processes together", "memory cgroup; else the watcher", py(kManyProcesses), "taking out-of-memory")
            .first(little_memory)
            .with("the watcher alone", "taking out-of-memory", no_cgroup(little_memory))
            .with("a wider limit", "took", more_memory)
            .gvisor(),
        Attempt("memory in files without names", "memory cgroup; else the watcher", py(taking(kMemfd)), "taking out-of-memory")
            .first(little_memory)
            .with("the watcher alone", "taking out-of-memory", no_cgroup(little_memory))
            .with("a wider limit", "took", more_memory)
            .gvisor(),
        Attempt("memory in segments that nobody has attached", "memory cgroup; else seccomp", py(kDetached + taking("segment()")),
                "taking out-of-memory")
            .first(little_memory)
            .user("ENOMEM")
            .with("seccomp alone", "ENOMEM", no_cgroup(little_memory))
            .with("neither", "took", [](Stage& stage) { neither(little_memory)(stage), stage.job.without.seccomp = true; }),
        Attempt("memory in /dev/shm", "a size-bound mount", py(kShared), "ENOSPC"),
        Attempt("one long file", "RLIMIT_FSIZE", py("attempt(lambda: open('f', 'wb').write(bytes(40 << 20)) and None)"), "EFBIG")
            .first(little_disk)
            .with("a wider limit", "ok", more_disk)
            .gvisor("EFBIG|.*signal-25|.*SIGXFSZ|.*"),
        Attempt("one long file with nothing in it", "RLIMIT_FSIZE", py("open('f', 'w')\nattempt(lambda: os.truncate('f', 1 << 40))"),
                "EFBIG")
            .first(little_disk)
            .with("a wider limit", "ok", more_disk),
        Attempt("one long file, reserved", "RLIMIT_FSIZE",
                py("f = open('f', 'w')\nattempt(lambda: os.posix_fallocate(f.fileno(), 0, 40 << 20))"), "EFBIG")
            .first(little_disk)
            .with("a wider limit", "ok", more_disk),
        Attempt("many files", "disk watcher", py(kManyFiles), "writing out-of-disk")
            .first(little_disk)
            .with("a wider limit", "wrote", more_disk)
            .gvisor_quick(),
        Attempt("many files in /tmp", "disk watcher", py("os.chdir('/tmp')\n" + std::string(kManyFiles)), "writing out-of-disk")
            .first(little_disk),
        Attempt("files that have no name any more", "disk watcher", py(kDeleted), "writing out-of-disk")
            .first(little_disk)
            .with("a wider limit", "wrote", more_disk),
        Attempt("files without a name, mapped and closed", "disk watcher", py(kDeletedAndMapped), "writing out-of-disk").first(little_disk),
        Attempt("folders in folders", "disk watcher", py(kDeep), "making out-of-disk").first(little_disk),
        Attempt("files without content", "disk watcher", py(kInodes), "making out-of-disk").first(little_disk).gvisor(),
        Attempt("names of one file", "disk watcher", py(kLinks), "making out-of-disk").first(little_disk),
        Attempt("output", "bounded output", sh("echo tried: talking; yes"), "talking timed-out")
            .first(little_output)
            .then(output_is_bounded)
            .gvisor(),
        Attempt("complaints", "bounded output", sh("echo tried: talking; yes >&2"), "talking timed-out")
            .first(little_output)
            .then(output_is_bounded)
            .gvisor(),
        Attempt("one endless line", "bounded output", sh("echo tried: talking; cat /dev/zero"), "talking timed-out")
            .first(little_output)
            .then(output_is_bounded)
            .gvisor(),
    }};

}  // namespace

const Group& bombs() { return kGroup; }

}  // namespace argosy::escape
