// Devices of the host. One that this host has not cannot be shown to be open there; the attempt is made all the same.
#include <unistd.h>

#include "tests/escape/groups/groups.h"

namespace argosy::escape {
namespace {

// gVisor's kernel has a few devices of its own.
Attempt device(const std::string& name, const std::string& path, bool in_gvisor = true) {
  auto attempt =
      Attempt(name, "a minimal /dev", py("attempt(lambda: os.close(os.open('" + path + "', os.O_RDWR | os.O_NONBLOCK)))"), "ENOENT");
  if (in_gvisor) attempt.in_gvisor = attempt.held;
  return ::access(path.c_str(), F_OK) == 0 ? std::move(attempt).host_root("!ENOENT") : attempt;
}

const Group kGroup{"devices",
                   {
                       device("memory", "/dev/mem"),
                       device("ports", "/dev/port"),
                       device("the kernel's messages", "/dev/kmsg"),
                       device("the first disk", "/dev/sda"),
                       device("the first virtual disk", "/dev/vda"),
                       device("virtual machines", "/dev/kvm"),
                       device("file systems of its own", "/dev/fuse", false),
                       device("network devices of its own", "/dev/net/tun", false),
                       device("other virtual machines", "/dev/vsock"),
                       device("loop devices", "/dev/loop-control"),
                       device("keyboards and mice", "/dev/uinput"),
                       device("registers of the processor", "/dev/cpu/0/msr"),
                       device("the clock", "/dev/rtc0"),
                       device("the first terminal", "/dev/tty1"),
                       device("the video card", "/dev/dri/card0"),
                       Attempt("a new device in /dev", "mount namespace, landlock", sh("attempt touch /dev/argosy"), "refused .*")
                           .without_landlock("refused .*Read-only.*"),
                   }};

}  // namespace

const Group& devices() { return kGroup; }

}  // namespace argosy::escape
