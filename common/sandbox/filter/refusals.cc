#include "common/sandbox/filter/refusals.h"

#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace argosy::sandbox {
namespace {

constexpr std::uint64_t kInt = 0xffff'ffff;  // of an int argument the kernel reads the low half only, whatever lies in the other
constexpr std::uint64_t kSocketType = 0xf;   // the rest of the word is SOCK_CLOEXEC and SOCK_NONBLOCK
constexpr int kNetlinkRoute = 0;
constexpr std::uint64_t kPersonalityAsks = 0x8000'0000;  // set in 0xffffffff only, which asks and changes nothing
constexpr std::uint64_t kLongestSegment = 64 << 10;      // databases that tests start take some 100 bytes; there may be 4096
constexpr std::uint64_t kTioclinux = 0x541C, kTioccons = 0x541D, kTiocsetd = 0x5423;

struct Always {
  std::string_view call, why;
  int error = EPERM;
};

constexpr std::string_view kOthersMemory = "reads, writes or steers another process";
constexpr std::string_view kKernelCode = "runs code in the kernel or watches it: the widest door to its faults";
constexpr std::string_view kKeys = "keyrings are not divided by namespaces";
constexpr std::string_view kRing = "does what the filter refuses, from a kernel thread that it does not see";
constexpr std::string_view kMounts = "changes what files the program sees";
constexpr std::string_view kNamespaces = "gives new rights inside a new namespace";
constexpr std::string_view kMachine = "is about the whole machine";
constexpr std::string_view kByHandle = "opens files past the mounts, by their number on the disk";
constexpr std::string_view kClocks = "the machine's clocks are everybody's";
constexpr std::string_view kPages = "moves memory of processes between nodes: for the machine's owner";
constexpr std::string_view kOld = "old, unused, and kept out of the kernel's attack surface";
constexpr std::string_view kFaults = "stops the kernel in the middle of a copy: how its races are won";

constexpr std::array kAlways{
    Always{"ptrace", kOthersMemory},
    Always{"process_vm_readv", kOthersMemory},
    Always{"process_vm_writev", kOthersMemory},
    Always{"process_madvise", kOthersMemory},
    Always{"kcmp", kOthersMemory},
    Always{"pidfd_getfd", kOthersMemory},
    Always{"bpf", kKernelCode},
    Always{"perf_event_open", kKernelCode},
    Always{"init_module", kKernelCode},
    Always{"finit_module", kKernelCode},
    Always{"delete_module", kKernelCode},
    Always{"create_module", kKernelCode},
    Always{"get_kernel_syms", kKernelCode},
    Always{"query_module", kKernelCode},
    Always{"kexec_load", kKernelCode},
    Always{"kexec_file_load", kKernelCode},
    Always{"iopl", kKernelCode},
    Always{"ioperm", kKernelCode},
    Always{"keyctl", kKeys},
    Always{"add_key", kKeys},
    Always{"request_key", kKeys},
    Always{"io_uring_setup", kRing, ENOSYS},
    Always{"io_uring_enter", kRing, ENOSYS},
    Always{"io_uring_register", kRing, ENOSYS},
    Always{"mount", kMounts},
    Always{"umount", kMounts},
    Always{"umount2", kMounts},
    Always{"pivot_root", kMounts},
    Always{"chroot", kMounts},
    Always{"move_mount", kMounts},
    Always{"open_tree", kMounts},
    Always{"fsopen", kMounts},
    Always{"fsconfig", kMounts},
    Always{"fsmount", kMounts},
    Always{"fspick", kMounts},
    Always{"mount_setattr", kMounts},
    Always{"unshare", kNamespaces},
    Always{"setns", kNamespaces},
    Always{"clone3", "hides its flags from the filter behind a pointer; the C libraries then take clone", ENOSYS},
    Always{"open_by_handle_at", kByHandle},
    Always{"name_to_handle_at", kByHandle},
    Always{"userfaultfd", kFaults},
    Always{"fanotify_init", "watches other people's files"},
    Always{"reboot", kMachine},
    Always{"swapon", kMachine},
    Always{"swapoff", kMachine},
    Always{"acct", kMachine},
    Always{"quotactl", kMachine},
    Always{"quotactl_fd", kMachine},
    Always{"sethostname", kMachine},
    Always{"setdomainname", kMachine},
    Always{"syslog", "the kernel's log holds addresses and other programs' names"},
    Always{"vhangup", kMachine},
    Always{"nfsservctl", kOld},
    Always{"lookup_dcookie", kOld},
    Always{"uselib", kOld},
    Always{"ustat", kOld},
    Always{"sysfs", kOld},
    Always{"_sysctl", kOld},
    Always{"vm86", kOld},
    Always{"vm86old", kOld},
    Always{"modify_ldt", kOld},
    Always{"settimeofday", kClocks},
    Always{"stime", kClocks},
    Always{"clock_settime", kClocks},
    Always{"clock_adjtime", kClocks},
    Always{"adjtimex", kClocks},
    Always{"migrate_pages", kPages},
    Always{"move_pages", kPages},
    Always{"memfd_secret", "memory that not even the watcher can see"},
};

using When = Refusal::When;

Refusal has(std::string_view call, unsigned argument, std::uint64_t bits, std::string_view why) {
  return {.call = call, .why = why, .when = When::has_bits, .argument = argument, .mask = bits, .value = bits};
}

Refusal equals(std::string_view call, unsigned argument, std::uint64_t mask, std::uint64_t value, std::string_view why, int error = EPERM) {
  return {.call = call, .why = why, .error = error, .when = When::equals, .argument = argument, .mask = mask, .value = value};
}

void add_sockets(std::vector<Refusal>& all) {
  constexpr std::string_view why = "only local, IPv4, IPv6 and routing sockets: each other family is kernel code that tests do not need";
  for (const std::string_view call : {"socket", "socketpair"}) {
    for (unsigned family = 0; family < AF_MAX; ++family)
      if (family != AF_UNIX && family != AF_INET && family != AF_INET6 && family != AF_NETLINK)
        all.push_back(equals(call, 0, kInt, family, why, EAFNOSUPPORT));
    all.push_back({.call = call, .why = why, .error = EAFNOSUPPORT, .when = When::above, .argument = 0, .value = AF_MAX - 1});
  }
  for (const unsigned family : {AF_INET, AF_INET6}) {
    auto raw = equals("socket", 0, kInt, family, "raw packets are for whoever runs the network");
    raw.second_argument = 1;
    raw.second_mask = kSocketType;
    raw.second_value = SOCK_RAW;
    all.push_back(raw);
  }
  for (unsigned protocol = kNetlinkRoute + 1; protocol < 32; ++protocol) {  // MAX_LINKS
    auto other = equals("socket", 0, kInt, AF_NETLINK, "of netlink only the routing tables may be read", EPROTONOSUPPORT);
    other.second_argument = 2;
    other.second_mask = kInt;
    other.second_value = protocol;
    all.push_back(other);
  }
}

std::vector<Refusal> make() {
  std::vector<Refusal> all;
  for (const auto& one : kAlways) all.push_back({.call = one.call, .why = one.why, .error = one.error});
  for (const std::uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP})
    all.push_back(has("clone", 0, flag, kNamespaces));
  for (const std::uint64_t command : {std::uint64_t{TIOCSTI}, kTioclinux, kTioccons, kTiocsetd})
    all.push_back(equals("ioctl", 1, kInt, command, "puts words into somebody else's terminal, or takes it over"));
  for (const std::uint64_t bit : {ADDR_NO_RANDOMIZE, READ_IMPLIES_EXEC, MMAP_PAGE_ZERO, ADDR_COMPAT_LAYOUT})
    all.push_back(equals("personality", 0, kPersonalityAsks | bit, bit, "makes addresses predictable or old ABIs reachable"));
  add_sockets(all);
  return all;
}

}  // namespace

std::span<const Refusal> refusals() {
  static const auto all = make();
  return all;
}

std::span<const Refusal> refusals_without_memory_group() {
  static const std::array all{Refusal{.call = "shmget",
                                      .why = "a long segment that nobody has attached is memory that no watcher sees",
                                      .error = ENOMEM,
                                      .when = When::above,
                                      .argument = 1,
                                      .value = kLongestSegment}};
  return all;
}

}  // namespace argosy::sandbox
