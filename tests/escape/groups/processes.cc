// Other processes, and what /proc tells of them and of the kernel.
#include <unistd.h>

#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

constexpr const char* kPids = "pid namespace";
constexpr const char* kFirst = "process 1 is not dumpable";
constexpr const char* kProc = "mount namespace, landlock";

// Process 1 inside, the victim on the host: each the nearest that belongs to somebody else.
std::string other(const std::string& rest) { return "pid = env['VICTIM'] if os.path.exists('/proc/' + env['VICTIM']) else '1'\n" + rest; }

Program open_for_writing(const std::string& path) { return py("attempt(lambda: os.close(os.open('" + path + "', os.O_WRONLY)))"); }

// One that this kernel has not cannot be shown to be open on the host; the attempt is made all the same.
Attempt setting(const std::string& name, const std::string& path) {
  auto attempt = Attempt(name, kProc, open_for_writing(path), "EROFS|EACCES|EPERM|ENOENT").gvisor();
  return ::access(path.c_str(), F_OK) == 0 ? std::move(attempt).host_root("ok") : std::move(attempt);
}

constexpr const char* kEveryRoot = R"(
found = 'nothing'
for pid in filter(str.isdigit, os.listdir('/proc')):
    for way in ('root', 'cwd/../../../../..'):
        if pid == str(os.getpid()) and 'SUITE' in env and not os.path.exists('/proc/' + env['SUITE']): continue
        try: found = open(f'/proc/{pid}/{way}' + env['SECRET']).read()
        except OSError: pass
tried(found))";

constexpr const char* kDirtyPage = R"(
path = '/usr/bin/printenv'
before = open(path, 'rb').read()
file = os.open(path, os.O_RDONLY)
view = mmap.mmap(file, mmap.PAGESIZE, mmap.MAP_PRIVATE, mmap.PROT_READ)
start = next(int(line.split('-')[0], 16) for line in open('/proc/self/maps') if path in line)
memory, stop, wrote = os.open('/proc/self/mem', os.O_RDWR), False, 0
def forget():
    while not stop: view.madvise(mmap.MADV_DONTNEED)
thread = threading.Thread(target=forget); thread.start()
for _ in range(2000): wrote += os.pwrite(memory, b'argosy', start + 64) > 0
stop = True; thread.join()
tried('unchanged' if open(path, 'rb').read() == before else 'changed', 'after', wrote, 'writes'))";

constexpr const char* kReopen = R"(
fd = os.open('/usr/bin/printenv', os.O_RDONLY)
attempt(lambda: os.close(os.open(f'/proc/self/fd/{fd}', os.O_RDWR))))";

constexpr const char* kPhysical = R"(
page = mmap.mmap(-1, 4096); page[0] = 1
start = ctypes.addressof(ctypes.c_char.from_buffer(page))
with open('/proc/self/pagemap', 'rb') as map:
    map.seek(start // 4096 * 8)
    number = struct.unpack('Q', map.read(8))[0] & (1 << 55) - 1
tried('address' if number else 'no address'))";

const Group kGroup{
    "processes",
    {
        Attempt("seeing a process of the host", kPids, py("tried(os.path.exists('/proc/' + env['VICTIM']))"), "False")
            .host("True")
            .gvisor_quick(),
        Attempt("the root of every process", kPids, py(kEveryRoot), "nothing").host("secret-.*").gvisor(),
        Attempt("another's root", kFirst, py(other("attempt(lambda: os.listdir(f'/proc/{pid}/root') and None)")), "EACCES|EPERM")
            .host("ok"),
        Attempt("another's working directory", kFirst, py(other("attempt(lambda: os.listdir(f'/proc/{pid}/cwd') and None)")),
                "EACCES|EPERM")
            .host("ok"),
        Attempt("another's memory", kFirst, py(other("attempt(lambda: os.close(os.open(f'/proc/{pid}/mem', os.O_RDWR)))")), "EACCES|EPERM")
            .host("ok"),
        Attempt("another's environment", kFirst, py(other("attempt(lambda: open(f'/proc/{pid}/environ').read())")), "EACCES|EPERM")
            .host("ok SECRET=secret.*"),
        Attempt("another's descriptors", kFirst, py(other("attempt(lambda: os.listdir(f'/proc/{pid}/fd') and None)")), "EACCES|EPERM")
            .host("ok"),
        Attempt("another's program file", kFirst, py(other("attempt(lambda: os.close(os.open(f'/proc/{pid}/exe', os.O_RDONLY)))")),
                "EACCES|EPERM")
            .host("ok"),
        Attempt("another's maps", kFirst, py(other("attempt(lambda: open(f'/proc/{pid}/maps').read() and None)")), "EACCES|EPERM")
            .host("ok"),
        Attempt("another's namespaces", kFirst, py(other("attempt(lambda: os.close(os.open(f'/proc/{pid}/ns/net', os.O_RDONLY)))")),
                "EACCES|EPERM")
            .host("ok"),
        Attempt("writing to the program that confines it", kProc, open_for_writing("/run/argosy/confine"), "EROFS|EACCES|ETXTBSY")
            .without_landlock("EROFS|EACCES|ETXTBSY"),
        Attempt("a read-only file through the memory of its mapping", "the kernel, mount namespace", py(kDirtyPage),
                "unchanged after 2000 writes"),
        Attempt("a read-only descriptor opened again for writing", kProc, py(kReopen), "EROFS|EACCES")
            .without_landlock("EROFS|EACCES")
            .host_root("ok")
            .gvisor("EROFS|EACCES|EPERM"),
        setting("the pattern of core dumps", "/proc/sys/kernel/core_pattern"),
        setting("the helper that loads modules", "/proc/sys/kernel/modprobe"),
        setting("the keys of the kernel's debugger", "/proc/sysrq-trigger"),
        setting("the machine's name by sysctl", "/proc/sys/kernel/hostname"),
        setting("the kernel's memory policy", "/proc/sys/vm/overcommit_memory"),
        setting("binary formats", "/proc/sys/kernel/randomize_va_space"),
        setting("the bound of all threads", "/proc/sys/kernel/threads-max"),
        Attempt("the bound of user namespaces", kProc, open_for_writing("/proc/sys/user/max_user_namespaces"), "EROFS|EACCES|EPERM"),
        Attempt("the bound of its message queues", "mount namespace, user namespace", open_for_writing("/proc/sys/kernel/msgmnb"),
                "EROFS|EACCES")
            .without_landlock("EROFS|EACCES"),
        Attempt("the number of its segments", "mount namespace, user namespace", open_for_writing("/proc/sys/kernel/shmmni"),
                "EROFS|EACCES")
            .without_landlock("EROFS|EACCES"),
        Attempt("the number of its next process", "mount namespace, user namespace", open_for_writing("/proc/sys/kernel/pid_max"),
                "EROFS|EACCES")
            .without_landlock("EROFS|EACCES"),
        setting("interrupts", "/proc/irq/default_smp_affinity"),
        setting("the release agent of control groups", "/sys/fs/cgroup/memory/notify_on_release"),
        setting("leaving its control group", "/sys/fs/cgroup/cgroup.procs"),
        Attempt("a control group of its own", "mount namespace", py("attempt(lambda: os.mkdir('/sys/fs/cgroup/argosy-escape'))"), "ENOENT")
            .gvisor("E.*"),
        Attempt("the helper of device events", "mount namespace", open_for_writing("/sys/kernel/uevent_helper"), "ENOENT")
            .gvisor("ENOENT|EACCES|EROFS"),
        Attempt("the kernel's memory as a file", "mount namespace, identity",
                py("attempt(lambda: os.close(os.open('/proc/kcore', os.O_RDONLY)))"), "EACCES|EPERM|ENOENT")
            .gvisor(),
        Attempt("the kernel's messages as a file", "identity, capabilities",
                py("attempt(lambda: os.close(os.open('/proc/kmsg', os.O_RDONLY)))"), "EACCES|EPERM")
            .host_root("ok")
            .gvisor("EACCES|EPERM|ENOENT"),
        Attempt("where the kernel lies", "capabilities",
                py("tried('zeros' if not any(int(l.split()[0], 16) for l in open('/proc/kallsyms')) else 'addresses')"), "zeros")
            .host_root("addresses"),
        Attempt("where its pages lie", "capabilities", py(kPhysical), "no address").host_root("address"),
        Attempt("a better place when memory is short", "capabilities",
                py("attempt(lambda: os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-1000') and None)"), "EACCES|EPERM")
            .without_seccomp("EACCES|EPERM"),
        Attempt("the user mapping, written again", "user namespace",
                py("attempt(lambda: os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 0 1'))"), "EPERM|EACCES|EROFS")
            .without_seccomp("EPERM|EACCES|EROFS"),
    }};

}  // namespace

const Group& processes() { return kGroup; }

}  // namespace argosy::escape
