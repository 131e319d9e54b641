#include "tests/escape/harness/way_out.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <stdexcept>
#include <thread>

#include "common/core/file.h"
#include "common/egress/proxy.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReached = "reached";     // in the run's folder: what the server was sent
constexpr const char* kLookedUp = "looked-up";  // likewise: a name that is nobody's
constexpr std::string_view kVersion = " HTTP/1.1\r\n";

// Answers what it is sent with how many requests it saw in it. One connection after the other: a program makes one.
class Server {
 public:
  explicit Server(fs::path note) : note_(std::move(note)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const where = reinterpret_cast<sockaddr*>(&address);
    if (!listener_ || ::bind(listener_.get(), where, size) != 0 || ::listen(listener_.get(), 16) != 0)
      throw std::runtime_error("cannot set the scene: a server");
    ::getsockname(listener_.get(), where, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }
  std::uint16_t port() const { return port_; }

 private:
  void serve() {
    for (;;) {
      const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      answer(client.get());
    }
  }

  // Until the other side has ended, so that nothing that comes late is missed.
  void answer(int client) const {
    std::string bytes(1 << 16, '\0'), all;
    for (ssize_t got = 0; (got = ::recv(client, bytes.data(), bytes.size(), 0)) > 0;) {
      all.append(bytes, 0, static_cast<std::size_t>(got));
      if (!write_file_atomic(note_, all)) return;
      int requests = 0;
      for (auto at = all.find(kVersion); at != std::string::npos; at = all.find(kVersion, at + 1)) ++requests;
      const auto said = "HTTP/1.1 200 OK\r\n\r\nreached " + std::to_string(requests);
      ::send(client, said.data(), said.size(), MSG_NOSIGNAL);
      ::shutdown(client, SHUT_WR);
    }
  }

  const fs::path note_;
  const Fd listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class Names final : public egress::Resolver {
 public:
  explicit Names(fs::path note) : note_(std::move(note)) {}
  Result<std::vector<std::string>> resolve(const std::string& name) override {
    if (name == kAllowed || name == kInside) return std::vector<std::string>{"127.0.0.1"};
    if (name == kMetadata) return std::vector<std::string>{"169.254.169.254"};
    if (name == kMapped) return std::vector<std::string>{"::ffff:127.0.0.1"};
    ARGOSY_TRY_VOID(write_file_atomic(note_, name));
    return fail_user("name_unknown", "nobody has this name");
  }

 private:
  const fs::path note_;
};

egress::Policy policy(std::uint16_t port) {
  egress::Policy policy{.allow = {}, .addresses = {{*HostName::parse(kAllowed), *HostName::parse("127.0.0.1")}}, .limits = {}};
  for (const char* name : {kAllowed, kInside, kMetadata, kMapped}) policy.allow.push_back({.host = *HostName::parse(name), .port = port});
  return policy;
}

struct WayOut {
  explicit WayOut(const fs::path& folder)
      : server(folder / kReached), proxy(policy(server.port()), [](const auto&) {}, std::make_shared<Names>(folder / kLookedUp)) {}
  Server server;
  egress::Proxy proxy;  // ends first, and with it all connections to the server
};

}  // namespace

void open_way_out(Stage& stage) {
  const auto way = std::make_shared<WayOut>(stage.folder);
  stage.job.env["SERVER"] = std::to_string(way->server.port());
  stage.job.egress = [way](int listener) { way->proxy.serve(listener); };
}

std::string nothing_went_out(Stage& stage) {
  stage.job.egress = {};  // what was under way is there now, or never will be
  if (fs::exists(stage.folder / kReached)) return "the server was sent something";
  if (fs::exists(stage.folder / kLookedUp)) return "a name was looked up that is on no list";
  return "";
}

}  // namespace argosy::escape
