// Everything that leaves the machine, or reaches it past the egress proxy.
#include <unistd.h>

#include <memory>

#include "common/core/process/fd.h"
#include "tests/escape/groups/groups.h"
#include "tests/escape/harness/world.h"

namespace argosy::escape {
namespace {

constexpr const char* kNet = "net namespace";
constexpr const char* kConnect = R"(
def connect(family, address):
    with socket.socket(family) as s:
        s.settimeout(5); s.connect(address)
def ask(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(address); s.send(b'\1\1\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1')
)";

Program reach(const std::string& what) { return py(kConnect + std::string("attempt(lambda: ") + what + ")"); }

Program family(const std::string& arguments) { return py("attempt(lambda: socket.socket(" + arguments + ").close())"); }

// What is not filtered by its family is refused for want of rights.
Attempt raw(const std::string& name, const std::string& arguments, const std::string& held = "EPERM") {
  return Attempt(name, "seccomp, capabilities", family(arguments), held)
      .with("capabilities alone", "EPERM", [](Stage& stage) { stage.job.without.seccomp = true; })
      .host_root("ok")
      .gvisor("EPERM|EACCES|EAFNOSUPPORT|EPROTONOSUPPORT");
}

Attempt other(const std::string& name, const std::string& arguments, const std::string& held = "EAFNOSUPPORT") {
  auto attempt = Attempt(name, "seccomp", family(arguments), held);
  return held == "EAFNOSUPPORT" ? std::move(attempt).gvisor("E.*") : attempt;  // gVisor's kernel has netlink sockets of its own
}

// A way to a proxy is open, as while dependencies are installed; nobody answers there.
void with_a_proxy(Stage& stage) {
  stage.job.egress = [](int listener) { ::close(listener); };
}

std::optional<std::string> no_address(const World& world) {
  if (!world.address.empty()) return std::nullopt;
  return "this host has no address but its loopback's";
}

// Owned by nobody but the sandbox that ends: the port stays taken as long as the program runs.
void kept_open(Stage& stage) {
  const auto kept = std::make_shared<Fd>();
  stage.job.egress = [kept](int listener) { kept->reset(listener); };
}

const Group kGroup{
    "network",
    {
        Attempt("the host's loopback, TCP", kNet, reach("connect(socket.AF_INET, ('127.0.0.1', int(env['PORT'])))"), "ECONNREFUSED")
            .host("ok")
            .gvisor_quick(),
        Attempt("the host's loopback, IPv6", kNet, reach("connect(socket.AF_INET6, ('::1', int(env['PORT6'])))"),
                "ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH")
            .host("ok")
            .gvisor("E.*"),
        Attempt("the host's loopback by another of its names", kNet, reach("connect(socket.AF_INET, ('127.9.9.9', int(env['PORT'])))"),
                "ECONNREFUSED")
            .host("ok")
            .gvisor("E.*"),
        Attempt("the address that means all", kNet, reach("connect(socket.AF_INET, ('0.0.0.0', int(env['PORT'])))"), "ECONNREFUSED")
            .host("ok")
            .gvisor("E.*"),
        Attempt("IPv4 in IPv6", kNet, reach("connect(socket.AF_INET6, ('::ffff:127.0.0.1', int(env['PORT'])))"), "ECONNREFUSED")
            .host("ok")
            .gvisor("E.*"),
        Attempt("the host's own address", kNet, reach("connect(socket.AF_INET, (env['ADDRESS'], int(env['PORT'])))"),
                "ENETUNREACH|ECONNREFUSED")
            .unless(no_address)
            .host("ok")
            .gvisor_quick("ENETUNREACH|ECONNREFUSED|EHOSTUNREACH"),
        Attempt("the host's own address, UDP", kNet, reach("ask((env['ADDRESS'], int(env['UDP_PORT'])))"), "ENETUNREACH|ECONNREFUSED")
            .unless(no_address)
            .host("ok")
            .gvisor("E.*"),
        Attempt("the metadata address", kNet, reach("connect(socket.AF_INET, ('169.254.169.254', 80))"), "ENETUNREACH")
            .gvisor("E(NET|HOST)UNREACH"),
        Attempt("the metadata address, IPv6", kNet, reach("connect(socket.AF_INET6, ('fd00:ec2::254', 80))"), "ENETUNREACH|EADDRNOTAVAIL")
            .gvisor("E(NET|HOST)UNREACH|EADDRNOTAVAIL"),
        Attempt("an address outside, TCP", kNet, reach("connect(socket.AF_INET, ('192.0.2.1', 443))"), "ENETUNREACH")
            .gvisor_quick("E(NET|HOST)UNREACH"),
        Attempt("an address outside, IPv6", kNet, reach("connect(socket.AF_INET6, ('2001:db8::1', 443))"), "ENETUNREACH|EADDRNOTAVAIL")
            .gvisor("E(NET|HOST)UNREACH|EADDRNOTAVAIL"),
        Attempt("DNS over UDP", kNet, reach("ask(('192.0.2.53', 53))"), "ENETUNREACH").gvisor("E(NET|HOST)UNREACH"),
        Attempt("DNS over TCP", kNet, reach("connect(socket.AF_INET, ('192.0.2.53', 53))"), "ENETUNREACH").gvisor("E(NET|HOST)UNREACH"),
        Attempt("the host's resolver on its loopback", kNet, reach("connect(socket.AF_INET, ('127.0.0.53', 53))"), "ECONNREFUSED")
            .gvisor("E.*"),
        Attempt("a name by the C library", "no resolver", py(R"(
try: socket.getaddrinfo('example.org', 80); tried('resolved')
except socket.gaierror as error: tried('no name'))"),
                "no name")
            .gvisor(),
        Attempt("multicast", kNet, py(R"(
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
attempt(lambda: s.sendto(b'x', ('239.1.1.1', 9)) and None))"),
                "ENETUNREACH")
            .gvisor("E.*"),
        Attempt("past an open proxy: the host's loopback", kNet, reach("connect(socket.AF_INET, ('127.0.0.1', int(env['PORT'])))"),
                "ECONNREFUSED")
            .first(with_a_proxy)
            .host("ok"),
        Attempt("past an open proxy: outside", kNet, reach("connect(socket.AF_INET, ('192.0.2.1', 443))"), "ENETUNREACH")
            .first(with_a_proxy),
        Attempt("past an open proxy: a listener in its place", "the port is taken", py(R"(
s = socket.socket()
attempt(lambda: s.bind(('127.0.0.1', 3128)) or s.listen() or s.close()))"),
                "EADDRINUSE")
            .first(kept_open)
            .with("without a proxy", "ok", [](Stage& stage) { stage.job.egress = {}; }),
        raw("raw IPv4", "socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP"),
        raw("raw IPv6", "socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6"),
        raw("packets", "socket.AF_PACKET, socket.SOCK_RAW, 0", "EAFNOSUPPORT"),
        raw("packets without their headers", "socket.AF_PACKET, socket.SOCK_DGRAM, 0", "EAFNOSUPPORT"),
        other("vsock", "40, socket.SOCK_STREAM"),
        other("bluetooth", "31, socket.SOCK_RAW"),
        other("the kernel's cipher sockets", "38, socket.SOCK_SEQPACKET"),
        other("CAN", "29, socket.SOCK_RAW, 1"),
        other("TIPC", "30, socket.SOCK_STREAM"),
        other("RDS", "21, socket.SOCK_SEQPACKET"),
        other("XDP", "44, socket.SOCK_RAW"),
        other("netlink: audit", "16, socket.SOCK_RAW, 9", "EPROTONOSUPPORT"),
        other("netlink: packet filters", "16, socket.SOCK_RAW, 12", "EPROTONOSUPPORT"),
        other("netlink: device events", "16, socket.SOCK_RAW, 15", "EPROTONOSUPPORT"),
        other("netlink: sockets of others", "16, socket.SOCK_RAW, 4", "EPROTONOSUPPORT"),
        Attempt("an address of its own", "capabilities", py(R"(
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
attempt(lambda: fcntl.ioctl(s, 0x8916, struct.pack('16sHH4s8s', b'lo', 2, 0, b'\7' * 4, b'')) and None))"),
                "EPERM")
            .without_seccomp("EPERM")
            .gvisor("E.*"),
        Attempt("a route of its own, by netlink", "capabilities", py(R"(
s = socket.socket(16, socket.SOCK_RAW, 0)
message = struct.pack('BBBBBBBBI', 2, 0, 0, 0, 254, 4, 0, 1, 0)
s.send(struct.pack('IHHII', 16 + len(message), 24, 0x405, 1, 0) + message)
code = -struct.unpack('i', s.recv(4096)[16:20])[0]
tried(errno.errorcode.get(code, code)))"),
                "EPERM")
            .without_seccomp("EPERM")
            .gvisor("E.*"),
    }};

}  // namespace

const Group& network() { return kGroup; }

}  // namespace argosy::escape
