#include "tests/unit/egress/fixture.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "common/core/socket_address.h"
#include "common/core/text.h"

namespace argosy::egress {

Listening listen_on(const std::string& address, std::uint16_t port, int backlog) {
  Listening out{Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const int on = 1;
  ::setsockopt(out.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto where = SocketAddress::parse(fmt::format("{}:{}", address, port));
  EXPECT_EQ(::bind(out.fd.get(), where->data(), where->size()), 0) << address << ":" << port;
  EXPECT_EQ(::listen(out.fd.get(), backlog), 0);
  const std::string bound = SocketAddress::of(out.fd.get())->to_string();
  out.port = static_cast<std::uint16_t>(*text::to_int(bound.substr(bound.rfind(':') + 1)));
  return out;
}

Raw::Raw(Fd fd) : fd_(std::move(fd)) {
  const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Raw Raw::to(std::uint16_t port, const std::string& address) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto where = SocketAddress::parse(fmt::format("{}:{}", address, port));
  EXPECT_EQ(::connect(fd.get(), where->data(), where->size()), 0);
  return Raw(std::move(fd));
}

bool Raw::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Raw::finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

bool Raw::read_some() {
  char piece[64 * 1024];
  const auto got = ::recv(fd_.get(), piece, sizeof piece, 0);
  EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "nobody said anything";
  if (got > 0) buffer_.append(piece, static_cast<std::size_t>(got));
  return got > 0;
}

std::string Raw::read_until(std::string_view mark) {
  for (;;) {
    if (const auto at = buffer_.find(mark); at != std::string::npos) {
      std::string out = buffer_.substr(0, at + mark.size());
      buffer_.erase(0, out.size());
      return out;
    }
    if (!read_some()) return std::move(buffer_);
  }
}

std::string Raw::read_to_end() {
  while (read_some()) {
  }
  return std::exchange(buffer_, {});
}

std::string Raw::read_exactly(std::size_t count) {
  while (buffer_.size() < count && read_some()) {
  }
  std::string out = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return out;
}

Server::Server(std::function<void(Raw&)> handler, const std::string& address, std::uint16_t port) : listening_(listen_on(address, port)) {
  thread_ = std::thread([this, handler = std::move(handler)] {
    std::vector<std::thread> serving;
    for (;;) {
      Fd client(::accept4(listening_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) break;
      ++connections_;
      serving.emplace_back([&handler, raw = std::make_shared<Raw>(std::move(client))] { handler(*raw); });
    }
    for (auto& one : serving) one.join();
  });
}

Server::~Server() {
  ::shutdown(listening_.fd.get(), SHUT_RDWR);
  thread_.join();
}

WebServer::WebServer(std::string body, const std::string& address) : WebServer(std::make_shared<Seen>(), std::move(body), address) {}

WebServer::WebServer(std::shared_ptr<Seen> seen, std::string body, const std::string& address)
    : Server(
          [seen, body = std::move(body)](Raw& client) {
            const std::string head = client.read_until("\r\n\r\n");
            {
              const std::lock_guard lock(seen->mutex);
              seen->text += head;
            }
            client.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
          },
          address),
      seen_(std::move(seen)) {}

std::string WebServer::seen() const {
  const std::lock_guard lock(seen_->mutex);
  return seen_->text;
}

Result<std::vector<std::string>> ScriptedResolver::resolve(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto hit = answers_.find(name);
  if (hit == answers_.end()) return fail_user("name_unknown", "the name does not exist");
  const auto turn = static_cast<std::size_t>(asked_[name]++);
  return hit->second.at(std::min(turn, hit->second.size() - 1));
}

int ScriptedResolver::asked(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto hit = asked_.find(name);
  return hit == asked_.end() ? 0 : hit->second;
}

ProxyTest::ProxyTest() {
  const std::vector<std::string> here{"127.0.0.1"};
  resolver =
      std::make_shared<ScriptedResolver>(std::map<std::string, ScriptedResolver::Answers>{{"a.example", {here}}, {"b.example", {here}}});
  policy.addresses = *parse_host_addresses("a.example=127.0.0.1,b.example=127.0.0.1");
}

void ProxyTest::allow(std::string_view name, std::uint16_t port) {
  policy.allow.push_back(*parse_host_rule(fmt::format("{}:{}", name, port)));
}

void ProxyTest::start() {
  Listening listening = listen_on();
  port_ = listening.port;
  start_on(std::move(listening.fd));
}

void ProxyTest::start_on(Fd listener) {
  proxy = std::make_unique<Proxy>(
      policy,
      [this](const AuditEvent& event) {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
        changed_.notify_all();
      },
      resolver);
  proxy->serve(listener.release());
}

std::string ProxyTest::answer(std::string_view request) {
  Raw raw = client();
  raw.send(request);
  return raw.read_to_end();
}

Raw ProxyTest::tunnel_to(std::string_view target) {
  Raw raw = client();
  raw.send(connect_to(target));
  EXPECT_EQ(raw.read_until("\r\n\r\n"), "HTTP/1.1 200 Connection established\r\n\r\n");
  return raw;
}

std::vector<AuditEvent> ProxyTest::events(std::size_t count) {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return events_.size() >= count; }));
  return events_;
}

std::string connect_to(std::string_view target) { return fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", target); }
std::string get(std::string_view url, std::string_view host) { return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", url, host); }

}  // namespace argosy::egress
