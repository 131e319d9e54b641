// Other mounts and new namespaces, in which a program would have new rights.
#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

void no_filter(Stage& stage) { stage.job.without.seccomp = true; }

// Held by the filter, and by the missing capabilities when the filter is off. Not shown on the host, where it would be done.
Attempt twice(const std::string& name, const std::string& words, const std::string& alone = "EPERM|EACCES") {
  return Attempt(name, "seccomp, capabilities", call(words), "EPERM").with("capabilities alone", alone, no_filter).gvisor("E.*");
}

Attempt space(const std::string& name, const std::string& flag) {
  return Attempt("unshare: " + name, "seccomp, capabilities", call("unshare " + flag), "EPERM")
      .with("capabilities alone", "EPERM", no_filter)
      .host_root("ok 0");
}

// A user namespace needs no right to be made: the bound of their number is the second wall.
Attempt user_space(const std::string& name, const std::string& words, const std::string& held = "EPERM") {
  return Attempt(name, "seccomp, max_user_namespaces", call(words), held)
      .with("max_user_namespaces alone", "ENOSPC", no_filter)
      .host("ok .*");
}

constexpr const char* kEnter = R"(
space = os.open('/proc/self/ns/net', os.O_RDONLY)
attempt(lambda: libc_call('setns', space, 0)))";

const Group kGroup{
    "mounts and namespaces",
    {
        twice("mount: a temporary file system", "mount s:none s:/tmp s:tmpfs 0 0"),
        twice("mount: a fresh /proc", "mount s:none s:/tmp s:proc 0 0"),
        twice("mount: the system, at another place", "mount s:/usr s:/tmp s: 4096 0"),
        twice("mount: the system, writable", "mount s:none s:/usr s: 0x1020 0"),
        twice("mount: making mounts shared", "mount s:none s:/ s: 0x100000 0"),
        twice("mount: moving /proc away", "mount s:/proc s:/tmp s: 8192 0"),
        twice("mount: control groups and their release agent", "mount s:none s:/tmp s:cgroup 0 s:memory"),
        twice("mount: overlay", "mount s:none s:/tmp s:overlay 0 s:lowerdir=/usr"),
        twice("mount: fuse", "mount s:none s:/tmp s:fuse 0 s:fd=0,rootmode=40000,user_id=0,group_id=0"),
        twice("umount: the system", "umount2 s:/usr 2", "EPERM|EINVAL"),
        twice("umount: /proc", "umount2 s:/proc 2", "EPERM|EINVAL"),
        twice("pivot_root", "pivot_root s:/workspace s:/workspace"),
        twice("chroot", "chroot s:/workspace"),
        twice("open_tree: a copy of all", "open_tree -100 s:/ 1"),
        twice("move_mount", "move_mount -100 s:/proc -100 s:/tmp 0"),
        twice("fsopen", "fsopen s:tmpfs 0"),
        twice("fsconfig", "fsconfig -1 6 0 0 0", "!EPERM"),
        twice("fsmount", "fsmount -1 0 0"),
        twice("fspick", "fspick -100 s:/ 0"),
        twice("mount_setattr: no longer read-only", "mount_setattr -100 s:/usr 0 u:32:0:1 32"),
        user_space("unshare: users", "unshare 0x10000000"),
        space("mounts", "0x20000"),
        space("processes", "0x20000000"),
        space("network", "0x40000000"),
        space("ipc", "0x08000000"),
        space("host name", "0x04000000"),
        space("control groups", "0x02000000"),
        space("clocks", "0x80"),
        user_space("clone: users", "clone 0x10000011 0 0 0 0"),
        user_space("clone: users, and all else with them", "clone 0x7e020011 0 0 0 0"),
        user_space("clone3: users", "clone3 u:88:0x10000000:0:0:0:17 88", "ENOSYS"),
        Attempt("clone: mounts", "seccomp, capabilities", call("clone 0x20011 0 0 0 0"), "EPERM")
            .with("capabilities alone", "EPERM", no_filter)
            .host_root("ok .*"),
        Attempt("setns: a namespace that it has", "seccomp, capabilities", py(kEnter), "EPERM")
            .with("capabilities alone", "EPERM", no_filter)
            .host_root("ok 0"),
        Attempt("a sandbox in the sandbox, with rights of its own", "seccomp", sh("attempt bwrap --ro-bind / / --unshare-user true"),
                "refused .*")
            .host("ok.*"),
        Attempt("root by unshare(1)", "seccomp", sh("attempt unshare --user --map-root-user id -u"), "refused .*").host("ok 0 ?"),
        Attempt("mount(8) of a loop", "capabilities", sh("head -c 100000 /dev/zero > disk\nattempt mount -o loop disk /workspace"),
                "refused .*")
            .gvisor(),
    }};

}  // namespace

const Group& mounts_and_namespaces() { return kGroup; }

}  // namespace argosy::escape
