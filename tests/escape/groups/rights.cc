// More rights than a program has: identities, capabilities, set-id files, limits.
#include <unistd.h>

#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

constexpr const char* kCapabilities = "capabilities, user namespace";
constexpr const char* kNoNewPrivileges = "no_new_privs, nosuid, user namespace";

// Root has made the set-id tools, if root has started the suite.
std::string by_root(const char* outcome) { return ::geteuid() == 0 ? outcome : "(ok|E).*"; }

constexpr const char* kCapable = R"(
open('mine', 'w')
attempt(lambda: os.setxattr('mine', 'security.capability', struct.pack('<IIIII', 0x02000001, 1 << 21, 0, 0, 0))))";

constexpr const char* kOwnSetuid = R"(
import shutil
shutil.copy(env['CALL'], 'mine'); os.chmod('mine', 0o6755)
print(subprocess.run(['./mine', 'geteuid'], capture_output=True, text=True).stdout))";

Attempt limit(const std::string& name, const std::string& which) {
  return Attempt(name, "capabilities",
                 py("import resource\nsoft, hard = resource.getrlimit(resource." + which + R"()
def more():
    try: resource.setrlimit(resource.)" +
                    which + R"(, (hard + 1, hard + 1))
    except ValueError: raise PermissionError(1, '')
attempt(more if hard >= 0 else lambda: None))"),
                 "EPERM");
}

const Group kGroup{
    "rights",
    {
        Attempt("to be root", kCapabilities, call("setuid 0"), "EPERM|EINVAL")
            .without_seccomp("EPERM|EINVAL")
            .host_root("ok 0")
            .gvisor_quick(),
        Attempt("to be in root's group", kCapabilities, call("setgid 0"), "EPERM|EINVAL")
            .without_seccomp("EPERM|EINVAL")
            .host_root("ok 0")
            .gvisor(),
        Attempt("all three identities", kCapabilities, call("setresuid 0 0 0"), "EPERM|EINVAL")
            .without_seccomp("EPERM|EINVAL")
            .host_root("ok 0")
            .gvisor(),
        Attempt("other groups", kCapabilities, call("setgroups 1 u:8:0"), "EPERM").without_seccomp("EPERM").host_root("ok 0").gvisor(),
        Attempt("a capability for itself", "capabilities", call("capset u:8:0x20080522 u:24:0x20000000200000"), "EPERM")
            .without_seccomp("EPERM")
            .host_root("ok 0")
            .gvisor(),
        Attempt("an ambient capability", "capabilities", call("prctl 47 2 21 0 0"), "EPERM")
            .without_seccomp("EPERM")
            .gvisor("EPERM|EINVAL"),
        Attempt("rights to gain rights", "no_new_privs", call("prctl 38 0 0 0 0"), "EINVAL").gvisor(),
        Attempt("out of its filter", "seccomp", call("prctl 22 0 0 0 0"), "EINVAL").gvisor(),
        Attempt("a set-user-id file of root", kNoNewPrivileges, sh("\"${CALL%call}root-call\" geteuid"), "ok 1000")
            .without_seccomp("ok 1000")
            .host(by_root("ok 0"))
            .gvisor("ok [1-9]\\d*"),
        Attempt("a file with capabilities", kNoNewPrivileges, sh("\"${CALL%call}capable-call\" setgroups 0 0"), "EPERM")
            .without_seccomp("EPERM")
            .host(by_root("ok 0"))
            .gvisor(),
        Attempt("a set-user-id file of its own", kNoNewPrivileges, py(kOwnSetuid), "ok [1-9]\\d*").gvisor(),
        Attempt("capabilities on a file of its own", kCapabilities, py(kCapable), "EPERM")
            .without_seccomp("EPERM")
            .host_root("ok")
            .gvisor("EPERM|ENOTSUP"),
        Attempt("a file of its own given to root", kCapabilities, py("open('mine', 'w')\nattempt(lambda: os.chown('mine', 0, 0))"),
                "EPERM|EINVAL")
            .without_seccomp("EPERM|EINVAL")
            .host_root("ok")
            .gvisor(),
        Attempt("a device node of memory", kCapabilities, py("attempt(lambda: os.mknod('mem', 0o666 | stat.S_IFCHR, os.makedev(1, 1)))"),
                "EPERM|EACCES")
            .without_landlock("EPERM")
            .host_root("ok")
            .gvisor_quick("EPERM|EACCES"),
        Attempt("a device node of a disk", kCapabilities, py("attempt(lambda: os.mknod('disk', 0o666 | stat.S_IFBLK, os.makedev(8, 0)))"),
                "EPERM|EACCES")
            .without_landlock("EPERM")
            .host_root("ok")
            .gvisor("EPERM|EACCES"),
        Attempt("a better place at the processor", "capabilities", call("setpriority 0 0 -10"), "EACCES|EPERM")
            .without_seccomp("EACCES|EPERM")
            .host_root("ok 0"),
        Attempt("real time", "capabilities", call("sched_setscheduler 0 1 u:8:50"), "EPERM").without_seccomp("EPERM").host_root("ok 0"),
        Attempt("the disk first", "capabilities", call("ioprio_set 1 0 0x2000"), "EPERM").without_seccomp("EPERM").host_root("ok 0"),
        limit("more processes than its limit", "RLIMIT_NPROC"),
        limit("more open files than its limit", "RLIMIT_NOFILE").gvisor(),
        limit("longer files than its limit", "RLIMIT_FSIZE"),
    }};

}  // namespace

const Group& rights() { return kGroup; }

}  // namespace argosy::escape
