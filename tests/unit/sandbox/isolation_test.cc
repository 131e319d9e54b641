// What a program in the sandbox cannot reach, each with the same attempt made where it succeeds.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/unit/sandbox/jobs.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;

class Isolation : public SandboxTest {};

int listen_on_loopback(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd, 8), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port = ntohs(address.sin_port);
  return fd;
}

int listen_on_abstract_name(const std::string& name) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd, 8), 0);
  return fd;
}

std::string on_the_host(const std::string& python) {
  const auto done = argosy::run({.argv = {"/usr/bin/python3", "-c", python}});
  return done ? trimmed(done->out) : to_string(done.error());
}

TEST_F(Isolation, TheHostsLoopbackAndItsAbstractSocketsAreOutOfReach) {
  std::uint16_t port = 0;
  const int tcp = listen_on_loopback(port);
  const auto name = fmt::format("argosy-test-{}", ::getpid());
  const int local = listen_on_abstract_name(name);
  const auto script = fmt::format(R"(
import socket
def attempt(make, address):
    try:
        make.connect(address); return 'connected'
    except OSError as error: return 'refused'
print(attempt(socket.socket(), ('127.0.0.1', {})), attempt(socket.socket(socket.AF_UNIX), '\0{}')))",
                                  port, name);
  EXPECT_EQ(on_the_host(script), "connected connected");
  EXPECT_EQ(trimmed(python(script).out), "refused refused");
  ::close(tcp);
  ::close(local);
}

TEST_F(Isolation, ThereIsNoNetworkDeviceButALoopbackOfItsOwn) {
  EXPECT_EQ(trimmed(shell("tail -n +3 /proc/net/dev | cut -d: -f1").out), "lo");
  // A server and a client inside still meet: tests do that.
  EXPECT_EQ(
      trimmed(
          python("import socket as s\nl = s.create_server(('127.0.0.1', 0))\nc = s.create_connection(l.getsockname())\nprint('met')").out),
      "met");
}

TEST_F(Isolation, FilesOfTheHostAreInvisible) {
  const TempDir elsewhere("argosy-secret");
  ASSERT_TRUE(write_file_atomic(elsewhere.path() / "key", "secret", 0644));
  fs::permissions(elsewhere.path(), fs::perms::all);
  ASSERT_EQ(argosy::run({.argv = {"/bin/cat", elsewhere.path() / "key"}})->out, "secret");
  EXPECT_NE(shell(fmt::format("cat {}", (elsewhere.path() / "key").string())).exit_code, 0);
  for (const char* path : {"/root", "/home", "/etc/shadow", "/etc/ssh", "/var/lib", "/var/log", "/sys", "/boot", "/opt", "/mnt", "/srv"})
    EXPECT_EQ(shell(fmt::format("ls -d {}", path)).exit_code, 2) << path << " can be seen";
  EXPECT_EQ(shell("cat /etc/hostname").out, "sandbox\n");
}

TEST_F(Isolation, TheSystemIsReadOnly) {
  for (const char* place : {"/usr", "/usr/bin", "/etc", "/", "/dev", "/proc/sys/kernel", "/run", "/var"}) {
    const auto done = shell(fmt::format("touch {}/argosy-probe", place));
    EXPECT_NE(done.exit_code, 0) << place << " can be written";
  }
  EXPECT_NE(shell("echo probe > /proc/sys/kernel/core_pattern").exit_code, 0);
  EXPECT_NE(shell("rm -f /usr/bin/env; test ! -e /usr/bin/env").exit_code, 0);
}

TEST_F(Isolation, TheWorkspaceAndTheTemporaryFoldersAreWritable) {
  ASSERT_TRUE(write_file_atomic(job_.workspace / "given", "from outside"));
  const auto done =
      shell("cat given && pwd && echo made > made && for d in /tmp /var/tmp /dev/shm \"$HOME\"; do echo x > $d/x || exit 9; done");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "from outside/workspace\n");
  EXPECT_EQ(read_file(job_.workspace / "made").value_or("not there"), "made\n");
}

TEST_F(Isolation, NothingOfTheTemporaryFoldersStaysForTheNextRun) {
  EXPECT_EQ(shell("echo left > /tmp/left && echo left > $HOME/left").exit_code, 0);
  EXPECT_EQ(trimmed(shell("ls /tmp $HOME | grep -c left").out), "0");
  std::vector<fs::path> beside;
  for (const auto& entry : fs::directory_iterator(folder_.path())) beside.push_back(entry.path());
  EXPECT_EQ(beside, std::vector<fs::path>{job_.workspace});
}

TEST_F(Isolation, TheEnvironmentHoldsOnlyWhatTheJobGives) {
  ::setenv("ARGOSY_TEST_SECRET", "secret", 1);
  job_.env = {{"GIVEN", "yes"}, {"LANG", "C"}};
  const auto done = shell("env | cut -d= -f1 | sort | tr '\\n' ' '; echo $GIVEN $LANG");
  ::unsetenv("ARGOSY_TEST_SECRET");
  EXPECT_EQ(done.out, "GIVEN HOME LANG PATH PWD TMPDIR USER yes C\n");
}

TEST_F(Isolation, NoDescriptorIsInherited) {
  const int open = ::open("/etc/passwd", O_RDONLY);  // without CLOEXEC, on purpose
  ASSERT_GE(open, 0);
  EXPECT_EQ(python("import os; print(sorted(int(n) for n in os.listdir('/proc/self/fd')))").out, "[0, 1, 2, 3]\n")
      << "3 is the listing itself";
  ::close(open);
}

TEST_F(Isolation, ItHasNoRightsAndNoWayToNewNamespaces) {
  EXPECT_EQ(trimmed(shell("id -u; id -g; id -G; hostname").out), "1000\n1000\n1000\nsandbox");
  EXPECT_EQ(trimmed(shell("grep -E 'Cap|NoNewPrivs' /proc/self/status | tr -d '\\t' | tr '\\n' ' '").out),
            "CapInh:0000000000000000 CapPrm:0000000000000000 CapEff:0000000000000000 CapBnd:0000000000000000 CapAmb:0000000000000000 "
            "NoNewPrivs:1");
  EXPECT_NE(shell("unshare --user true").exit_code, 0);
  EXPECT_NE(shell("mount -t tmpfs none /workspace").exit_code, 0);
}

TEST_F(Isolation, ItSeesNoProcessButItsOwn) {
  const auto done = shell("ls /proc | grep -c '^[0-9]'");
  EXPECT_LE(*text::to_int(trimmed(done.out)), 6) << done.out;
  EXPECT_NE(shell(fmt::format("test -e /proc/{}", ::getpid())).exit_code, 0);
  EXPECT_NE(shell("kill -9 -1; kill -9 1; test ! -e /proc/1").exit_code, 0);
}

TEST_F(Isolation, RootsFilesStayRootsWhenTheWorkerIsRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "the worker is an ordinary user here: its own is the only user there is";
  EXPECT_EQ(shell("echo mine > mine").exit_code, 0);
  struct stat about{};
  ASSERT_EQ(::stat((job_.workspace / "mine").c_str(), &about), 0);
  EXPECT_NE(about.st_uid, 0u) << "the program runs as the host's root";
  EXPECT_EQ(trimmed(shell("stat -c %u /usr/bin/env").out), "0");
}

}  // namespace
}  // namespace argosy::sandbox
