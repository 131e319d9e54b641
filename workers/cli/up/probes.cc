#include "workers/cli/up/probes.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include <fmt/format.h>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/http/client.h"

namespace argosy::cli {
namespace {

constexpr std::chrono::milliseconds kReadinessTimeout{1'000};

bool connects(const addrinfo& address, std::chrono::milliseconds timeout) {
  const int fd = ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  int error = 1;
  if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) {
    error = 0;
  } else if (pollfd done{fd, POLLOUT, 0}; ::poll(&done, 1, static_cast<int>(timeout.count())) == 1) {
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  ::close(fd);
  return error == 0;
}

bool connects(std::string_view host_and_port, std::chrono::milliseconds timeout) {
  const auto colon = host_and_port.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string host(host_and_port.substr(0, colon)), port(host_and_port.substr(colon + 1));
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    if (connects(*one, timeout)) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> readiness_problem(const std::string& url) {
  http::ClientRequest request;
  request.url = url;
  request.timeout = kReadinessTimeout;
  const auto answer = http::fetch(request);
  if (!answer) return "does not answer on " + url;
  if (answer->status == 200) return std::nullopt;
  const auto report = json::parse(answer->body);
  const auto* checks = report ? report->find("checks") : nullptr;
  std::string out;
  if (checks != nullptr && checks->is_object()) {
    for (const auto& [name, value] : checks->as_object()) {
      if (value.is_string() && value.as_string() != "ok") out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", name, value.as_string());
    }
  }
  return out.empty() ? fmt::format("{} answers {}", url, answer->status) : out;
}

std::optional<std::string> connect_problem(const std::string& addresses, std::chrono::milliseconds timeout) {
  for (const auto address : text::split(addresses, ',')) {
    if (connects(text::trim(address), timeout)) return std::nullopt;
  }
  return fmt::format("nothing accepts connections at {}", addresses);
}

}  // namespace argosy::cli
