#include "tests/bench/load/http_talk.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/bench/load/task_shapes.h"

namespace argosy::bench {
namespace {

constexpr std::string_view kLength = "content-length:";

std::runtime_error broken(const char* what) { return std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno))); }

bool starts_with_any_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i)
    if ((text[i] | 0x20) != lower[i] && text[i] != lower[i]) return false;
  return true;
}

std::size_t number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::size_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) throw std::runtime_error("no number in an answer");
  return value;
}

}  // namespace

std::string submit_request(std::uint64_t n) {
  const auto prompt = payload().substr(0, kPayloadBytes - 200);
  const auto body = fmt::format(
      R"({{"repository_id":"{}","prompt":"{} {}","change":[{{"op":"edit_file","path":"a.txt","old_string":"one","new_string":"two"}}]}})",
      kRepository, n, prompt);
  return fmt::format("POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                     body.size(), body);
}

int connect_to(std::uint16_t port, bool blocking) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw broken("socket");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) throw broken("connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!blocking) ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

std::optional<Answer> answer_in(std::string_view received) {
  const auto head_end = received.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return std::nullopt;
  const auto head = received.substr(0, head_end + 2);
  if (!head.starts_with("HTTP/1.1 ")) throw std::runtime_error("no HTTP answer");
  std::size_t length = 0;
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const auto line = head.substr(at + 2);
    if (starts_with_any_case(line, kLength)) length = number(line.substr(kLength.size()));
  }
  if (received.size() < head_end + 4 + length) return std::nullopt;
  return Answer{static_cast<int>(number(head.substr(9))), received.substr(head_end + 4, length), head_end + 4 + length};
}

Talk::~Talk() { ::close(fd_); }

Answer Talk::ask(std::string_view request) {
  for (std::string_view left = request; !left.empty();) {
    const auto sent = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw broken("send");
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  received_.clear();
  for (;;) {
    char piece[16384];
    const auto got = ::recv(fd_, piece, sizeof piece, 0);
    if (got <= 0) throw broken("recv");
    received_.append(piece, static_cast<std::size_t>(got));
    if (const auto answer = answer_in(received_)) return *answer;
  }
}

}  // namespace argosy::bench
