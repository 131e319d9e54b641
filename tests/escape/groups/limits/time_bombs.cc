// Programs that do not end, or leave something behind. Every one carries a mark among its arguments, by which the host is searched.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>

#include "tests/escape/groups/groups.h"
#include "tests/support/process_table.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnd = "SIGKILL to process 1, pid namespace";

void marked(Stage& stage) {
  static std::atomic<int> number = 0;
  stage.job.env["MARK"] = fmt::format("7{}.{}", ::getpid(), 1'000 + number++);
}

void short_time(Stage& stage) {
  marked(stage);
  stage.job.limits.wall = std::chrono::milliseconds(600);
  stage.job.limits.grace = std::chrono::milliseconds(200);
}

// gVisor takes longer than that to start.
void time_for_class(Stage& stage) {
  short_time(stage);
  if (stage.kind == sandbox::Class::gvisor) stage.job.limits.wall = std::chrono::seconds(4);
}

std::string nothing_left(Stage& stage) {
  if (test::runs_on_the_host(stage.job.env["MARK"])) return "a process was left behind";
  for (const auto& entry : fs::directory_iterator(stage.folder))
    if (entry.path() != stage.job.workspace) return entry.path().string() + " was left behind";
  return "";
}

Attempt endless(const std::string& name, Program program, const std::string& held) {
  return Attempt(name, "wall clock, " + std::string(kEnd), std::move(program), held).first(time_for_class).then(nothing_left);
}

Attempt left(const std::string& name, Program program) {
  return Attempt(name, kEnd, std::move(program), "left").first(marked).then(nothing_left);
}

constexpr const char* kDaemon = R"(
ready, told = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() != 0: os._exit(0)
    null = os.open('/dev/null', os.O_RDWR)
    for fd in 0, 1, 2: os.dup2(null, fd)
    signal.signal(signal.SIGHUP, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(told, b'x')
    os.execv('/bin/sleep', ['sleep', env['MARK']])
os.read(ready, 1)
tried('left'))";

constexpr const char* kBorn = R"(
tried('bearing')
def bear():
    while True:
        if os.fork() == 0: os.setsid(); continue
        os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0: bear()
os.execv('/bin/sleep', ['sleep', env['MARK']]))";

const Group kGroup{
    "time bombs",
    {
        endless("sleeping", sh("echo tried: sleeping; exec sleep $MARK"), "sleeping timed-out").gvisor_quick(),
        endless("deaf to SIGTERM", sh("trap '' TERM HUP INT QUIT; echo tried: sleeping; sleep $MARK; sleep $MARK"), "sleeping timed-out")
            .gvisor_quick(),
        endless("busy", sh("trap '' TERM; echo tried: busy; sh -c 'trap \"\" TERM; while :; do :; done' $MARK"), "busy timed-out").gvisor(),
        endless("a tree of deaf ones",
                sh("trap '' TERM; echo tried: sleeping; for i in 1 2 3 4 5; do (trap '' TERM; setsid sleep $MARK) & done; sleep $MARK"),
                "sleeping timed-out")
            .gvisor(),
        endless("stopped", sh("echo tried: stopping; sleep $MARK & kill -STOP $!; kill -STOP $$"), "stopping timed-out"),
        endless("waiting in the kernel", call("vfork"), "waiting timed-out").gvisor(),
        endless("waiting for a pipe that nobody writes", sh("mkfifo pipe; echo tried: reading; cat pipe $MARK"), "reading timed-out")
            .gvisor(),
        endless("always another process", py(kBorn), "bearing timed-out"),
        endless("holding its output open", sh("echo tried: holding; sleep $MARK & sleep $MARK & wait"), "holding timed-out").gvisor(),
        left("a daemon", py(kDaemon)).gvisor_quick(),
        left("a session of its own", sh("setsid sleep $MARK >/dev/null 2>&1 & echo tried: left")).gvisor(),
        left("a process that holds the output", sh("setsid sleep $MARK & echo tried: left")).gvisor(),
        left("a stopped process", sh("setsid sleep $MARK >/dev/null 2>&1 & kill -STOP $!; echo tried: left")).gvisor(),
    }};

}  // namespace

const Group& time_bombs() { return kGroup; }

}  // namespace argosy::escape
