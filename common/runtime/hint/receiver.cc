#include "common/runtime/hint/receiver.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/core/crypto.h"

namespace argosy::runtime {
namespace {

constexpr auto kReceived = "argosy_hints_received_total";
constexpr auto kHelp = "Datagrams that came; refused ones were malformed or meant for another process.";

}  // namespace

Result<std::unique_ptr<HintReceiver>> HintReceiver::open(const std::string& listen, telemetry::Metrics& metrics) {
  const auto refuse = [&](std::string_view why) {
    return fail_user("hint_listen", "cannot listen for datagrams on " + listen + ": " + std::string(why),
                     "set ARGOSY_HINT_LISTEN to a free port of an address of this machine, or to nothing");
  };
  const auto wanted = SocketAddress::parse(listen);
  if (!wanted) return refuse("it is no address with a port");
  const int fd = ::socket(wanted->family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return refuse(std::strerror(errno));
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kMailboxBytes, sizeof kMailboxBytes);
  const bool bound = ::bind(fd, wanted->data(), wanted->size()) == 0;
  const int why = errno;
  const auto address = bound ? SocketAddress::of(fd) : std::nullopt;
  if (!address) {
    ::close(fd);
    return refuse(std::strerror(why));
  }
  return std::unique_ptr<HintReceiver>(new HintReceiver(fd, *address, metrics));
}

HintReceiver::HintReceiver(int fd, SocketAddress address, telemetry::Metrics& metrics)
    : fd_(fd),
      address_(address),
      key_(crypto::random_bytes(kHintKeyBytes)),
      received_(metrics.counter(kReceived, kHelp, {{"result", "taken"}})),
      refused_(metrics.counter(kReceived, kHelp, {{"result", "refused"}})) {}

HintReceiver::~HintReceiver() { ::close(fd_); }

std::vector<HintedStep> HintReceiver::take() {
  std::vector<HintedStep> steps;
  std::array<char, kMaxHintBytes + 1> buffer;
  for (std::size_t i = 0; i < kDatagramsPerLook; ++i) {
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (size < 0) break;
    const auto named = decode_hint({buffer.data(), static_cast<std::size_t>(size)}, key_);
    (named ? received_ : refused_).add();
    if (named) steps.insert(steps.end(), named->begin(), named->end());
  }
  return steps;
}

}  // namespace argosy::runtime
