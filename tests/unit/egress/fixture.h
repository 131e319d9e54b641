// A proxy on loopback with servers behind it, a resolver that answers as a test wants, and raw clients. Every wait ends by the other side's
// doing, or after kPatience as a failure.
#pragma once

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/egress/proxy.h"

namespace argosy::egress {

inline constexpr std::chrono::seconds kPatience{120};

// A bound socket on `address` (some 127.x.y.z) and a port that the kernel chose; listening, or closed to everybody.
struct Listening {
  Fd fd;
  std::uint16_t port = 0;
};
Listening listen_on(const std::string& address = "127.0.0.1", std::uint16_t port = 0, int backlog = 256);

// Says what a test wants it to say.
class Raw {
 public:
  explicit Raw(Fd fd);
  static Raw to(std::uint16_t port, const std::string& address = "127.0.0.1");
  bool send(std::string_view bytes);  // false once the peer takes no more
  void finish_sending();
  std::string read_until(std::string_view mark);  // with it; less when the peer ends first
  std::string read_to_end();
  std::string read_exactly(std::size_t count);
  void close() { fd_.reset(); }

 private:
  bool read_some();
  Fd fd_;
  std::string buffer_;
};

// Serves each connection by `handler` on a thread of its own.
class Server {
 public:
  explicit Server(std::function<void(Raw&)> handler, const std::string& address = "127.0.0.1", std::uint16_t port = 0);
  ~Server();
  std::uint16_t port() const { return listening_.port; }
  int connections() const { return connections_; }

 private:
  Listening listening_;
  std::atomic<int> connections_{0};
  std::thread thread_;
};
// Reads a request's head and answers with `body`; keeps what it read.
class WebServer : public Server {
 public:
  explicit WebServer(std::string body = "hello", const std::string& address = "127.0.0.1");
  std::string seen() const;

 private:
  struct Seen {
    std::mutex mutex;
    std::string text;
  };
  WebServer(std::shared_ptr<Seen> seen, std::string body, const std::string& address);
  std::shared_ptr<Seen> seen_;
};

// The n-th question for a name gets the n-th answer, the last one from then on.
class ScriptedResolver : public Resolver {
 public:
  using Answers = std::vector<Result<std::vector<std::string>>>;
  explicit ScriptedResolver(std::map<std::string, Answers> answers) : answers_(std::move(answers)) {}
  Result<std::vector<std::string>> resolve(const std::string& name) override;
  int asked(const std::string& name) const;

 private:
  const std::map<std::string, Answers> answers_;
  mutable std::mutex mutex_;
  std::map<std::string, int> asked_;
};

class ProxyTest : public ::testing::Test {
 protected:
  // a.example and b.example are 127.0.0.1, which the policy vouches for.
  ProxyTest();
  void allow(std::string_view name, std::uint16_t port);
  void start();
  void start_on(Fd listener);
  Raw client() { return Raw::to(port_); }
  std::uint16_t proxy_port() const { return port_; }
  std::string answer(std::string_view request);  // everything the proxy says until it closes
  Raw tunnel_to(std::string_view target);        // after CONNECT was answered with 200
  // The records of the first `count` connections, waited for.
  std::vector<AuditEvent> events(std::size_t count);
  AuditEvent event() { return events(1).at(0); }

  Policy policy;
  std::shared_ptr<ScriptedResolver> resolver;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<AuditEvent> events_;
  std::uint16_t port_ = 0;

 protected:
  std::unique_ptr<Proxy> proxy;  // last: it reports until it is gone
};

std::string connect_to(std::string_view target);
std::string get(std::string_view url, std::string_view host);

}  // namespace argosy::egress
