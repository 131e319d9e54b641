#include "tests/escape/harness/world.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "common/core/crypto.h"
#include "common/core/text.h"

namespace argosy::escape {
namespace {

namespace fs = std::filesystem;

constexpr int kBacklog = 1024;  // nobody accepts: who connects waits there
constexpr std::string_view kCanary = "sings\n";

void check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(fmt::format("cannot set the scene: {}: {}", what, std::strerror(errno)));
}

// On every address of the host.
Fd listen_on(int family, int type, std::uint16_t& port) {
  Fd fd(::socket(family, type | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = static_cast<sa_family_t>(family);
  socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof address;
  if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return Fd();
  check(type != SOCK_STREAM || ::listen(fd.get(), kBacklog) == 0, "listen");
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin6_port);  // stands where an IPv4 address has it
  return fd;
}

Fd listen_at(std::string_view name, bool abstract) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + (abstract ? 1 : 0), sizeof address.sun_path - 2);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
  check(fd && ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(fd.get(), kBacklog) == 0, "a unix socket");
  return fd;
}

// Where the host would send from; connecting a datagram socket sends nothing.
std::string own_address() {
  const Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  ::inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
  socklen_t size = sizeof address;
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return "";
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  char text[INET_ADDRSTRLEN];
  return ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
}

void write(const fs::path& path, std::string_view text, unsigned mode) { check(write_file_atomic(path, text, mode).has_value(), "a file"); }

}  // namespace

World World::make(fs::path tools) {
  World world;
  world.tools = std::move(tools);
  const auto& at = world.folder.path();
  world.secret = "secret-" + text::hex(crypto::random_bytes(8));
  ::umask(022);
  fs::permissions(at, fs::perms(0755));
  write(at / "key", world.secret, 0644);
  write(at / "root-key", world.secret, 0600);
  write(at / "canary", kCanary, 0666);
  fs::permissions(at / "canary", fs::perms(0666));
  fs::create_directory(at / "surefire-reports");
  write(at / "surefire-reports/TEST-host.xml", world.secret, 0644);
  fs::create_directory(at / "drop");
  fs::permissions(at / "drop", fs::perms(0777));

  world.abstract_name = "argosy-escape-" + world.secret.substr(7);
  world.open.push_back(listen_at((at / "socket").string(), false));
  world.open.push_back(listen_at(world.abstract_name, true));
  fs::permissions(at / "socket", fs::perms(0777));
  world.open.push_back(listen_on(AF_INET, SOCK_STREAM, world.tcp));
  world.open.push_back(listen_on(AF_INET, SOCK_DGRAM, world.udp));
  world.open.push_back(listen_on(AF_INET6, SOCK_STREAM, world.tcp6));
  world.address = own_address();

  world.shared_memory = ::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
  check(world.shared_memory >= 0, "shared memory");
  // Goes with its last user, which is this process.
  check(::shmat(world.shared_memory, nullptr, 0) != reinterpret_cast<void*>(-1), "attach shared memory");

  ::setenv("ARGOSY_ESCAPE_SECRET", world.secret.c_str(), 1);
  world.open.emplace_back(::open((at / "key").c_str(), O_RDONLY));  // without O_CLOEXEC, on purpose
  auto victim = Child::start({.argv = {"/bin/sleep", "86400"}, .env = {{"SECRET", world.secret}}});
  check(victim.has_value(), "a process");
  world.victim.emplace(std::move(*victim));
  return world;
}

std::map<std::string, std::string> World::hints() const {
  const auto& at = folder.path();
  return {{"WORLD", at.string()},
          {"SECRET", (at / "key").string()},
          {"CANARY", (at / "canary").string()},
          {"DROP", (at / "drop").string()},
          {"SOCKET", (at / "socket").string()},
          {"ABSTRACT", abstract_name},
          {"PORT", std::to_string(tcp)},
          {"PORT6", std::to_string(tcp6)},
          {"UDP_PORT", std::to_string(udp)},
          {"ADDRESS", address.empty() ? "127.0.0.1" : address},
          {"SHARED_MEMORY", std::to_string(shared_memory)},
          {"VICTIM", std::to_string(victim->pid())},
          {"SUITE", std::to_string(::getpid())}};
}

std::string World::damage() const {
  const auto& at = folder.path();
  if (read_file(at / "canary").value_or("") != kCanary) return "the canary was changed";
  if (read_file(at / "key").value_or("") != secret) return "the key was changed";
  if (!fs::is_empty(at / "drop")) return "something lies in the drop folder";
  if (::kill(victim->pid(), 0) != 0) return "the victim is dead";
  return "";
}

}  // namespace argosy::escape
