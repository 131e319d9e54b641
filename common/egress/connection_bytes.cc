// The bytes of a connection: what is waited for, read, written and counted, in each phase.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/egress/client_hello.h"
#include "common/egress/connection.h"

namespace argosy::egress {
namespace {

constexpr std::size_t kFlowBytes = 64u << 10;  // on their way in one direction; the sender waits when they are not taken
constexpr std::size_t kDrainBytes = 1u << 20;  // that a client may still send after it was answered
static_assert(kFlowBytes > kMostHelloBytes);   // a hello is judged when it is all there

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

// At most `most` bytes, appended. What recv() says.
ssize_t receive(int fd, std::string& into, std::size_t most) {
  std::array<char, kFlowBytes> piece;
  const ssize_t got = ::recv(fd, piece.data(), std::min(most, piece.size()), 0);
  if (got > 0) into.append(piece.data(), static_cast<std::size_t>(got));
  return got;
}

}  // namespace

bool Connection::wants_client_bytes() const {
  if (phase_ == Phase::closing) return !up_.source_ended;
  const bool listens = phase_ == Phase::head || phase_ == Phase::hello || (phase_ == Phase::stream && request_->tunnel);
  return listens && !up_.source_ended && up_.bytes.size() < kFlowBytes;
}

bool Connection::wants_upstream_bytes() const { return phase_ == Phase::stream && !down_.source_ended && down_.bytes.size() < kFlowBytes; }

pollfd Connection::client_poll() const {
  const auto events = static_cast<short>((wants_client_bytes() ? POLLIN : 0) | (down_.bytes.empty() ? 0 : POLLOUT));
  // The kernel tells of a hang-up again and again, asked or not.
  return {.fd = events == 0 && client_hung_up_ ? -1 : client_.get(), .events = events, .revents = 0};
}

pollfd Connection::upstream_poll() const {
  if (phase_ == Phase::dial) return {.fd = upstream_.get(), .events = POLLOUT, .revents = 0};
  const bool may_write = phase_ == Phase::stream && !up_.bytes.empty();
  const auto events = static_cast<short>((wants_upstream_bytes() ? POLLIN : 0) | (may_write ? POLLOUT : 0));
  return {.fd = events == 0 && upstream_hung_up_ ? -1 : upstream_.get(), .events = events, .revents = 0};
}

void Connection::on_client(short happened) {
  if ((happened & (POLLERR | POLLNVAL)) != 0) return end("client_left");
  if ((happened & POLLOUT) != 0) flush_down();
  if (ended() || (happened & (POLLIN | POLLHUP)) == 0) return;
  if (phase_ == Phase::closing) return drain_client();
  if (wants_client_bytes()) return read_client();
  client_hung_up_ = true;
}

void Connection::on_upstream(short happened) {
  if (phase_ == Phase::dial) {
    int problem = 0;
    socklen_t size = sizeof problem;
    (void)::getsockopt(upstream_.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
    return problem == 0 ? connected() : dial_next();
  }
  if ((happened & POLLOUT) != 0) flush_up();
  if (ended() || (happened & (POLLIN | POLLHUP | POLLERR)) == 0) return;
  if (wants_upstream_bytes()) return read_upstream();
  upstream_hung_up_ = true;
}

void Connection::read_client() {
  const ssize_t got = receive(client_.get(), up_.bytes, kFlowBytes - up_.bytes.size());
  if (got < 0) return would_block() ? void() : end("client_left");
  if (got == 0) up_.source_ended = true;
  if (phase_ == Phase::head) return judge_head();
  if (phase_ == Phase::hello) return judge_client_hello();
  flush_up();
}

// It was answered: what it still sends is not read by anybody, but to close on it unread would take the answer from it.
void Connection::drain_client() {
  std::string dropped;
  const ssize_t got = receive(client_.get(), dropped, kFlowBytes);
  if (got < 0 && would_block()) return;
  if (got <= 0) up_.source_ended = true;
  drained_ += dropped.size();
  if (drained_ > kDrainBytes || (up_.source_ended && down_.bytes.empty())) end("");
}

void Connection::read_upstream() {
  const std::int64_t room = shared_.ledger.room_down();
  if (room <= 0) return end("budget_bytes_down");
  const std::size_t most = std::min(static_cast<std::size_t>(room), kFlowBytes - down_.bytes.size());
  const ssize_t got = receive(upstream_.get(), down_.bytes, most);
  if (got < 0) return would_block() ? void() : end("server_left");
  if (got == 0) down_.source_ended = true;
  event_.bytes_down += got;
  shared_.ledger.count_down(got);
  progress();
  flush_down();
}

void Connection::flush_up() {
  if (!up_.bytes.empty()) {
    const std::int64_t room = shared_.ledger.room_up();
    if (room <= 0) return end("budget_bytes_up");
    const ssize_t sent =
        ::send(upstream_.get(), up_.bytes.data(), std::min(up_.bytes.size(), static_cast<std::size_t>(room)), MSG_NOSIGNAL);
    if (sent < 0 && would_block()) return;
    if (sent < 0) {
      // It takes no more, but what it has answered is still to be read.
      up_ = {.bytes = {}, .source_ended = true, .sink_shut = true};
      return check_finished();
    }
    up_.bytes.erase(0, static_cast<std::size_t>(sent));
    event_.bytes_up += sent;
    shared_.ledger.count_up(sent);
    progress();
  }
  if (up_.bytes.empty() && up_.source_ended && !up_.sink_shut && request_->tunnel) {
    (void)::shutdown(upstream_.get(), SHUT_WR);
    up_.sink_shut = true;
  }
  check_finished();
}

void Connection::flush_down() {
  if (!down_.bytes.empty()) {
    const ssize_t sent = ::send(client_.get(), down_.bytes.data(), down_.bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && would_block()) return;
    if (sent < 0) return end("client_left");
    down_.bytes.erase(0, static_cast<std::size_t>(sent));
    progress();
  }
  if (!down_.bytes.empty() || !down_.source_ended || down_.sink_shut) return;
  (void)::shutdown(client_.get(), SHUT_WR);
  down_.sink_shut = true;
  if (phase_ == Phase::stream && !request_->tunnel) {
    upstream_.reset();
    begin_closing();
  }
  check_finished();
}

void Connection::progress() {
  if (phase_ == Phase::stream) enter(Phase::stream, shared_.policy.limits.idle_time);
}

void Connection::check_finished() {
  if (phase_ == Phase::closing && up_.source_ended && down_.sink_shut) return end("");
  if (phase_ == Phase::stream && up_.sink_shut && down_.sink_shut) end("");
}

}  // namespace argosy::egress
