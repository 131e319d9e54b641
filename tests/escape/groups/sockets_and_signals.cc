// Ways to talk to processes outside: sockets with names, shared memory, signals, terminals.
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

constexpr const char* kPids = "pid namespace";
constexpr const char* kConnect = R"(
def connect(name):
    with socket.socket(socket.AF_UNIX) as s: s.connect(name)
)";

Program terminal(const std::string& request, const std::string& argument) {
  return py(R"(
import pty
keeper, side = pty.openpty()
os.setsid() if os.getpid() != os.getsid(0) else None
fcntl.ioctl(side, 0x540E, 0)
attempt(lambda: fcntl.ioctl(side, )" +
            request + ", " + argument + ") and None)");
}

// Everything that may be signalled; the victim and the suite must live on.
constexpr const char* kKillAll = R"(
if os.fork() == 0: time.sleep(30); os._exit(0)
attempt(lambda: os.kill(-1, signal.SIGTERM)))";

const Group kGroup{
    "sockets and signals",
    {
        Attempt("a socket of the host by its path", "mount namespace",
                py(kConnect + std::string("attempt(lambda: connect(env['SOCKET']))")), "ENOENT")
            .host("ok")
            .gvisor_quick(),
        Attempt("a socket of the host by its abstract name", "net namespace",
                py(kConnect + std::string("attempt(lambda: connect('\\0' + env['ABSTRACT']))")), "ECONNREFUSED|EPERM")
            .with("net namespace alone", "ECONNREFUSED", [](Stage& stage) { stage.job.without.landlock = true; })
            .host("ok")
            .gvisor_quick(),
        Attempt("the host's container engine", "mount namespace",
                py(kConnect + std::string("attempt(lambda: connect('/run/docker.sock'))")), "ENOENT")
            .gvisor(),
        Attempt("the host's message bus", "mount namespace",
                py(kConnect + std::string("attempt(lambda: connect('/run/dbus/system_bus_socket'))")), "ENOENT")
            .gvisor(),
        Attempt("shared memory of the host by its number", "ipc namespace", call("shmat env:SHARED_MEMORY 0 0x1000"), "EINVAL|EIDRM")
            .host("ok .*")
            .gvisor_quick(),
        Attempt("files in the host's shared memory", "mount namespace", py("attempt(lambda: os.listdir('/dev/shm'))"), "ok \\[\\]")
            .gvisor("ok \\[\\]|ENOENT"),
        Attempt("a signal to a process of the host", kPids, call("kill env:VICTIM 18"), "ESRCH").host("ok 0").gvisor_quick(),
        Attempt("a signal to the suite itself", kPids, call("kill env:SUITE 18"), "ESRCH").host("ok 0").gvisor(),
        Attempt("a signal to a thread of the host", kPids, call("tgkill env:VICTIM env:VICTIM 18"), "ESRCH").host("ok 0").gvisor(),
        Attempt("a queued signal with somebody else's name", kPids, call("rt_sigqueueinfo env:VICTIM 18 z:128"), "ESRCH|EPERM").gvisor(),
        Attempt("a handle on a process of the host", kPids, call("pidfd_open env:VICTIM 0"), "ESRCH|EINVAL")
            .host("ok .*")
            .gvisor("ESRCH|ENOSYS|EINVAL"),
        Attempt("a signal to everybody", kPids, py(kKillAll), "ok").gvisor("ok|.*signal-15"),
        Attempt("SIGKILL to process 1", "the kernel: process 1", py("os.kill(1, signal.SIGKILL)\nattempt(lambda: os.kill(1, 0))"), "ok"),
        Attempt("SIGSTOP to process 1", "the kernel: process 1", py("os.kill(1, signal.SIGSTOP)\nattempt(lambda: os.kill(1, 0))"), "ok"),
        Attempt("SIGIO to a process of the host", kPids,
                py("r, w = os.pipe()\nattempt(lambda: fcntl.fcntl(r, fcntl.F_SETOWN, int(env['VICTIM'])) and None)"), "ESRCH")
            .host("ok 0"),
        Attempt("the priority of a process of the host", kPids, call("setpriority 0 env:VICTIM 5"), "ESRCH").host("ok 0"),
        Attempt("the processors of a process of the host", kPids, call("sched_setaffinity env:VICTIM 8 u:8:1"), "ESRCH").host("ok .*"),
        Attempt("the limits of a process of the host", kPids, call("prlimit64 env:VICTIM 7 0 z:16"), "ESRCH").host("ok 0"),
        Attempt("the limits of process 1", "not dumpable", call("prlimit64 1 7 0 z:16"), "EPERM|ok 0"),
        Attempt("the terminal of whoever started it", "a session of its own",
                py("attempt(lambda: os.open('/dev/tty', os.O_RDWR) and None)"), "ENXIO|ENOENT")
            .gvisor("ENXIO|ENOENT|EACCES|EIO"),
        Attempt("words put into a terminal (TIOCSTI)", "seccomp", terminal("0x5412", "b'x'"), "EPERM").without_seccomp("!EPERM"),
        Attempt("the console's clipboard (TIOCLINUX)", "seccomp", terminal("0x541C", "b'\\2'"), "EPERM").without_seccomp("!EPERM"),
        Attempt("the console's output (TIOCCONS)", "seccomp, capabilities", terminal("0x541D", "0"), "EPERM")
            .with("capabilities alone", "EPERM", [](Stage& stage) { stage.job.without.seccomp = true; }),
        Attempt("another line discipline (TIOCSETD)", "seccomp", terminal("0x5423", "struct.pack('i', 1)"), "EPERM")
            .without_seccomp("!EPERM"),
    }};

}  // namespace

const Group& sockets_and_signals() { return kGroup; }

}  // namespace argosy::escape
