#include "common/sandbox/launch/control.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace argosy::sandbox {

Result<Control> Control::create(std::function<void(int)> on_listener) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fail_transient("sandbox_unavailable", fmt::format("socketpair: {}", std::strerror(errno)));
  Control control;
  control.outside_.reset(ends[0]);
  control.inside_.reset(ends[1]);
  control.on_listener_ = std::move(on_listener);
  return control;
}

void Control::listen() {
  for (;;) {
    std::array<char, 512> text{};
    iovec into{text.data(), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    const auto got = ::recvmsg(outside_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got <= 0) return;
    const std::string_view said(text.data(), static_cast<std::size_t>(got));
    int passed = -1;
    if (const auto* header = CMSG_FIRSTHDR(&message); header != nullptr && header->cmsg_type == SCM_RIGHTS)
      std::memcpy(&passed, CMSG_DATA(header), sizeof passed);
    Fd listener(passed);
    if (said[0] == 'L' && listener && on_listener_) on_listener_(listener.release());
    ready_ = ready_ || said[0] == 'R';
    forbidden_call_ = forbidden_call_ || said[0] == 'E';
    if (said[0] == 'F') failure_ = said.substr(1);
  }
}

void Control::ask_to_end() { ::send(outside_.get(), "T", 1, MSG_NOSIGNAL | MSG_DONTWAIT); }

}  // namespace argosy::sandbox
