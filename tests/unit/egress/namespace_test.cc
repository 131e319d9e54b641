// A listener of another network namespace, as a sandbox hands it out: what connects there comes out here.
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "common/core/socket_address.h"
#include "tests/unit/egress/fixture.h"

namespace argosy::egress {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

constexpr int kProxyPort = 3128;

// Sends `descriptor` through the socket with one byte.
bool hand_out(int socket, int descriptor) {
  char byte = 'x';
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  *reinterpret_cast<int*>(CMSG_DATA(header)) = descriptor;
  return ::sendmsg(socket, &message, 0) == 1;
}

Fd receive_descriptor(int socket) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1 || CMSG_FIRSTHDR(&message) == nullptr) return Fd();
  return Fd(*reinterpret_cast<int*>(CMSG_DATA(CMSG_FIRSTHDR(&message))));
}

// The child: a namespace with a loopback only, a listener in it, and one client of it that says what it is told to say.
[[noreturn]] void live_inside(int socket) {
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) ::_exit(2);
  ifreq loopback{};
  loopback.ifr_name[0] = 'l';
  loopback.ifr_name[1] = 'o';
  loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  const int control = ::socket(AF_INET, SOCK_DGRAM, 0);
  if (::ioctl(control, SIOCSIFFLAGS, &loopback) != 0) ::_exit(3);
  const Listening listening = listen_on("127.0.0.1", kProxyPort);
  if (!hand_out(socket, listening.fd.get())) ::_exit(4);
  char request[1024];
  const auto length = ::recv(socket, request, sizeof request, 0);
  if (length <= 0) ::_exit(5);
  Raw client = Raw::to(kProxyPort);
  client.send({request, static_cast<std::size_t>(length)});
  const std::string answer = client.read_to_end();
  (void)::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  ::_exit(0);
}

class NamespaceTest : public ProxyTest {};

TEST_F(NamespaceTest, AListenerInsideIsServedFromOutside) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Fd inside(ends[1]);
  Raw child{Fd(::dup(ends[0]))};
  const Fd ours(ends[0]);
  const pid_t pid = ::fork();
  if (pid == 0) live_inside(inside.get());
  inside.reset();  // so that its end is the end of what we hear
  Fd listener = receive_descriptor(ours.get());
  ASSERT_TRUE(listener) << "user or network namespaces are not available here";
  const WebServer server;
  allow("a.example", server.port());
  start_on(std::move(listener));
  const auto host = fmt::format("a.example:{}", server.port());
  child.send(get("http://" + host + "/", host));
  int status = -1;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  const std::string answer = child.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, EndsWith("hello"));
}

}  // namespace
}  // namespace argosy::egress
