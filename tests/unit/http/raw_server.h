// A socket that answers each connection with the same bytes, whatever it is asked, and then stays silent or closes. One thread of its own;
// every wait ends by the peer's doing, or after kPatienceSeconds.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "tests/unit/http/raw_client.h"

namespace argosy::http {

class RawServer {
 public:
  enum class Then { stay, close };

  // It reads a head and `body_bytes` more before it answers.
  explicit RawServer(std::string answer, std::size_t body_bytes = 0, Then then = Then::stay)
      : answer_(std::move(answer)), body_bytes_(body_bytes), then_(then), fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    bind(fd_, reinterpret_cast<sockaddr*>(&where), size);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    listen(fd_, 16);
    thread_ = std::thread([this] { serve(); });
  }
  ~RawServer() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
      shutdown(fd_, SHUT_RDWR);
      if (peer_ >= 0) shutdown(peer_, SHUT_RDWR);  // a client may keep it
    }
    thread_.join();
    ::close(fd_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  // What the first connection asked.
  std::string request() { return asked_.get_future().get(); }
  // Waits until the first connection's peer has closed it; false when it does not.
  bool peer_closed() { return closed_.get_future().get(); }

 private:
  void serve() {
    for (bool first = true;; first = false) {
      const int peer = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) break;
      hold(peer);
      const bool closed = talk(peer, first);
      hold(-1);
      ::close(peer);
      if (first) closed_.set_value(closed);
    }
  }

  void hold(int peer) {
    const std::scoped_lock lock(mutex_);
    peer_ = peer;
    if (stopping_ && peer >= 0) shutdown(peer, SHUT_RDWR);
  }

  bool talk(int peer, bool first) {
    const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos || request.size() < request.find("\r\n\r\n") + 4 + body_bytes_)
      if (!read_some(peer, request)) return true;
    if (first) asked_.set_value(request);
    std::string_view left = answer_;
    while (!left.empty()) {
      const auto sent = send(peer, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) return true;
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (then_ == Then::close) return true;
    while (read_some(peer, request)) {
    }
    return errno != EAGAIN;
  }

  static bool read_some(int peer, std::string& into) {
    char bytes[16384];
    errno = 0;
    const auto got = recv(peer, bytes, sizeof bytes, 0);
    if (got > 0) into.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  std::string answer_;
  std::size_t body_bytes_;
  Then then_;
  int fd_;
  std::uint16_t port_ = 0;
  std::promise<std::string> asked_;
  std::promise<bool> closed_;
  std::mutex mutex_;
  int peer_ = -1;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::http
