#include "common/egress/connection.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

#include "common/core/socket_address.h"
#include "common/egress/client_hello.h"

namespace argosy::egress {
namespace {

constexpr std::chrono::milliseconds kDrainTime{2'000};  // for a client that was answered to read the answer and close
constexpr std::string_view kTunnelOpen = "HTTP/1.1 200 Connection established\r\n\r\n";

Refusal lookup_refusal(const Error& error) { return {502, error.code == "name_unknown" ? "name_unknown" : "lookup_failed", error.message}; }

void no_delay(int fd) {
  const int on = 1;
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Connection::Connection(std::uint64_t ticket, Fd client, Shared& shared) : ticket_(ticket), shared_(shared), client_(std::move(client)) {
  within_budget_ = shared_.ledger.admit();
  began_ = shared_.clock.boot_time();
  event_.at = shared_.clock.unix_ms();
  no_delay(client_.get());
  enter(Phase::head, shared_.policy.limits.head_time);
}

void Connection::enter(Phase phase, std::chrono::milliseconds limit) {
  phase_ = phase;
  deadline_ = shared_.clock.boot_time() + limit;
}

void Connection::end(std::string_view reason) {
  if (ended()) return;
  phase_ = Phase::ended;
  if (event_.reason.empty()) event_.reason = reason;
  event_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(shared_.clock.boot_time() - began_);
  client_.reset();
  upstream_.reset();
  shared_.ledger.close(event_);
}

void Connection::refuse(const Refusal& refusal) {
  event_.reason = refusal.reason;
  upstream_.reset();
  up_.bytes.clear();
  if (refusal.status == 0) return end(refusal.reason);
  down_.bytes += tunnel_open_ ? tls_alert() : answer_to(refusal, !request_ || request_->wants_body);
  down_.source_ended = true;
  begin_closing();
  flush_down();
}

void Connection::begin_closing() { enter(Phase::closing, kDrainTime); }

void Connection::judge_head() {
  auto request = read_head(up_.bytes, shared_.policy.limits.max_head_bytes);
  if (!request) return up_.source_ended ? end("client_left") : void();
  if (!*request) return refuse(request->error());
  request_ = std::move(**request);
  // What follows the head of a GET or HEAD is nobody's: such a connection serves one request.
  up_.bytes = request_->tunnel ? up_.bytes.substr(request_->length) : request_->forward;
  event_.host = request_->to.host.text();
  event_.port = request_->to.port;
  admit();
}

void Connection::admit() {
  const HostName& host = request_->to.host;
  if (!within_budget_) return refuse({429, "budget_requests", "this set-up has made all requests that it may make"});
  if (shared_.ledger.room_up() <= 0) return refuse({429, "budget_bytes_up", "this set-up has sent all bytes that it may send"});
  if (shared_.ledger.room_down() <= 0) return refuse({429, "budget_bytes_down", "this set-up has received all bytes that it may receive"});
  if (!shared_.policy.allows(request_->to))
    return refuse({403, "host_not_allowed", "this host and port are not on the allow-list of this set-up"});
  if (shared_.pins.find(host) != nullptr || host.is_address()) return on_lookup(std::vector{host.text()});
  enter(Phase::lookup, shared_.policy.limits.lookup_time);
  shared_.lookups.ask(ticket_, host.text());
}

void Connection::on_lookup(Result<std::vector<std::string>> resolved) {
  if (phase_ != Phase::lookup && phase_ != Phase::head) return;
  if (!resolved) return refuse(lookup_refusal(resolved.error()));
  auto usable = shared_.pins.pin(request_->to.host, *resolved);
  if (!usable) return refuse(usable.error());
  event_.allowed = true;
  addresses_ = std::move(*usable);
  std::ranges::reverse(addresses_);
  dial_next();
}

void Connection::dial_next() {
  while (!addresses_.empty()) {
    const HostName address = std::move(addresses_.back());
    addresses_.pop_back();
    event_.address = address.text();
    if (try_dial(address)) return;
  }
  if (dial_timed_out_) return refuse({504, "dial_timeout", "the host does not answer"});
  refuse({502, "dial_failed", "the host cannot be reached"});
}

// True when it is under way or done.
bool Connection::try_dial(const HostName& address) {
  const auto to = SocketAddress::parse(address.in_authority() + ":" + std::to_string(request_->to.port));
  if (!to) return false;
  upstream_.reset(::socket(to->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!upstream_) return false;
  upstream_hung_up_ = false;
  no_delay(upstream_.get());
  const int done = ::connect(upstream_.get(), to->data(), to->size());
  if (done != 0 && errno != EINPROGRESS) return false;
  enter(Phase::dial, shared_.policy.limits.connect_time);
  if (done == 0) connected();
  return true;
}

void Connection::connected() {
  addresses_.clear();
  if (!request_->tunnel) {
    enter(Phase::stream, shared_.policy.limits.idle_time);
    return flush_up();
  }
  down_.bytes += kTunnelOpen;
  tunnel_open_ = true;
  enter(Phase::hello, shared_.policy.limits.hello_time);
  flush_down();
  if (phase_ == Phase::hello) judge_client_hello();
}

void Connection::judge_client_hello() {
  const auto verdict = judge_hello(up_.bytes, request_->to.host, shared_.policy.allow_missing_sni);
  if (!verdict) return up_.source_ended ? end("client_left") : void();
  if (!*verdict) {
    event_.allowed = false;
    return refuse(verdict->error());
  }
  enter(Phase::stream, shared_.policy.limits.idle_time);
  flush_up();
}

void Connection::on_deadline() {
  switch (phase_) {
    case Phase::head:
      return refuse({408, "head_timeout", "the request did not come in time"});
    case Phase::lookup:
      return refuse({504, "lookup_timeout", "the name could not be looked up in time"});
    case Phase::dial:
      dial_timed_out_ = true;
      return dial_next();
    case Phase::hello:
      event_.allowed = false;
      return refuse({403, "hello_timeout", "the TLS ClientHello did not come in time"});
    case Phase::stream:
      return end("idle");
    case Phase::closing:
    case Phase::ended:
      return end("");
  }
}

}  // namespace argosy::egress
