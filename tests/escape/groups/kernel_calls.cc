// Calls that are doors to the kernel's faults or to other processes. Their arguments are such that a kernel that would obey says something
// else than EPERM and does no harm: that is what the contrasts show.
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

constexpr const char* kOther = "!EPERM";

// The filter alone holds it: without the filter the kernel answers.
Attempt filtered(const std::string& name, const std::string& words, const std::string& open = kOther) {
  return Attempt(name, "seccomp", call(words), "EPERM").without_seccomp(open);
}

// The filter, and without it the missing capabilities; root of the host gets further.
Attempt filtered_twice(const std::string& name, const std::string& words, const std::string& open = kOther) {
  return Attempt(name, "seccomp, capabilities", call(words), "EPERM")
      .with("capabilities alone", "EPERM|EACCES|ENOSYS", [](Stage& stage) { stage.job.without.seccomp = true; })
      .host_root(open);
}

Attempt ring(const std::string& name, const std::string& words, const std::string& open) {
  return Attempt(name, "seccomp", call(words), "ENOSYS").without_seccomp(open);
}

constexpr const char* kTraceSibling = R"(
child = os.fork()
if child == 0: time.sleep(30); os._exit(0)
attempt(lambda: libc_call('ptrace', 16, child, 0, 0))
os.kill(child, signal.SIGKILL))";

const Group kGroup{
    "kernel calls",
    {
        filtered("ptrace: to be traced", "ptrace 0 0 0 0", "ok 0"),
        Attempt("ptrace: a sibling", "seccomp", py(kTraceSibling), "EPERM").without_seccomp("ok 0").host("ok 0"),
        Attempt("ptrace: process 1", "seccomp, not dumpable", call("ptrace 0x4206 parent 0 0"), "EPERM").without_seccomp("EPERM"),
        filtered("process_vm_readv", "process_vm_readv self z:16 1 z:16 1 0", "ok 0"),
        filtered("process_vm_writev", "process_vm_writev self z:16 1 z:16 1 0", "ok 0"),
        filtered("process_madvise", "process_madvise -1 z:16 1 20 0"),
        filtered("kcmp", "kcmp self self 0 0 0"),
        filtered("pidfd_getfd", "pidfd_getfd -1 0 0"),
        Attempt("bpf: a map", "seccomp", call("bpf 0 u:72:0x400000002:0x100000004 72"), "EPERM").host_root("ok .*"),
        filtered("perf_event_open", "perf_event_open z:128 0 -1 -1 0"),
        filtered_twice("init_module", "init_module z:8 8 s:"),
        filtered_twice("finit_module", "finit_module -1 s: 0"),
        filtered_twice("delete_module", "delete_module s:argosy_none 0x800"),
        filtered_twice("kexec_load", "kexec_load 0 0 0 0xff"),
        filtered_twice("kexec_file_load", "kexec_file_load -1 -1 0 s: 0xff"),
        filtered_twice("iopl", "iopl 3"),
        filtered_twice("ioperm", "ioperm 0x80 1 1"),
        filtered("keyctl: the session's keyring", "keyctl 0 -3 0"),
        filtered("keyctl: reading a key", "keyctl 11 1 0 0"),
        filtered("add_key", "add_key s:user s:argosy s:x 1 -2"),
        filtered("request_key", "request_key s:user s:argosy-none 0 -2"),
        ring("io_uring_setup", "io_uring_setup 8 z:120", "ok .*"),
        ring("io_uring_enter", "io_uring_enter -1 1 0 0 0 0", "E(BADF|INVAL)"),
        ring("io_uring_register", "io_uring_register -1 0 0 0", "E(BADF|INVAL)"),
        filtered("userfaultfd", "userfaultfd 1"),
        filtered("fanotify_init", "fanotify_init 0x200 0"),
        filtered("name_to_handle_at", "name_to_handle_at -100 s:/ z:128 z:8 0"),
        filtered("open_by_handle_at", "open_by_handle_at -100 z:128 0"),
        filtered_twice("reboot, with the wrong magic", "reboot 0 0 0 0"),
        filtered_twice("swapon", "swapon s:/nonexistent 0"),
        filtered_twice("swapoff", "swapoff s:/nonexistent"),
        filtered_twice("acct", "acct s:/nonexistent"),
        filtered("quotactl", "quotactl 0x80000700 s:/nonexistent 0 z:100"),
        filtered("quotactl_fd", "quotactl_fd -1 0x80000700 0 z:100"),
        filtered_twice("sethostname, too long", "sethostname s:x 1000"),
        filtered_twice("setdomainname, too long", "setdomainname s:x 1000"),
        Attempt("syslog: the kernel's messages", "seccomp", call("syslog 3 z:4096 4096"), "EPERM")
            .host_root("ok.*")
            .gvisor("EPERM|ok 0|ok \\d+"),
        Attempt("vhangup", "seccomp, capabilities", call("vhangup"), "EPERM").without_seccomp("EPERM"),
        filtered("modify_ldt", "modify_ldt 0 z:64 64", "ok .*"),
        filtered_twice("settimeofday, a zone that is none", "settimeofday 0 u:8:0x2000"),
        filtered("clock_settime", "clock_settime 0 u:16:0xffffffffffffffff"),
        filtered("clock_adjtime", "clock_adjtime 0 z:208"),
        filtered("adjtimex", "adjtimex z:208"),
        filtered("migrate_pages", "migrate_pages self 1 z:8 z:8"),
        filtered("move_pages", "move_pages self 0 0 0 0 0"),
        filtered("memfd_secret", "memfd_secret 0"),
        filtered("personality: no randomization", "personality 0x0040000", "ok .*"),
        filtered("personality: readable means executable", "personality 0x0400000", "ok .*"),
        filtered("personality: page zero", "personality 0x0100000", "ok .*"),
        filtered("uselib", "uselib s:/nonexistent"),
        filtered("ustat", "ustat 0 z:64"),
        filtered("sysfs", "sysfs 3"),
        filtered("lookup_dcookie", "lookup_dcookie 0 z:64 64"),
        Attempt("a call of the x32 architecture", "seccomp", call("x32:getpid"), "no answer SIGSYS")
            .without_seccomp("ENOSYS|ok .*")
            .gvisor("ENOSYS|no answer.*"),
        Attempt("a call of the i386 architecture", "seccomp", call("i386:getpid"), "no answer SIGSYS")
            .without_seccomp("ok .*|no answer signal-11"),
    }};

}  // namespace

const Group& kernel_calls() { return kGroup; }

}  // namespace argosy::escape
