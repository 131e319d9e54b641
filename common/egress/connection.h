// One client of the proxy, from its first byte to its audit record: head, lookup, dial, (for a tunnel) the TLS hello, then bytes both ways.
// Nothing reaches the server before all checks have passed. Internal to the room; driven by the proxy's loop on its one thread.
#pragma once

#include <poll.h>

#include "common/core/process/fd.h"
#include "common/egress/ledger.h"
#include "common/egress/request_head.h"
#include "common/egress/resolver.h"

namespace argosy::egress {

// What all connections of a proxy share; outlives them.
struct Shared {
  const Policy& policy;
  Ledger& ledger;
  Lookups& lookups;
  const Clock& clock;
  Pins pins;
};

class Connection {
 public:
  Connection(std::uint64_t ticket, Fd client, Shared& shared);

  // What the loop is to wait for; a descriptor of -1 means nothing.
  pollfd client_poll() const;
  pollfd upstream_poll() const;
  std::chrono::nanoseconds deadline() const { return deadline_; }  // of Clock::boot_time

  void on_client(short happened);
  void on_upstream(short happened);
  void on_lookup(Result<std::vector<std::string>> resolved);
  void on_deadline();
  // Ends it now, whatever it is doing. The first reason counts.
  void end(std::string_view reason);
  bool ended() const { return phase_ == Phase::ended; }

 private:
  enum class Phase : std::uint8_t { head, lookup, dial, hello, stream, closing, ended };
  // Bytes on their way from one side to the other, and how that direction stands.
  struct Flow {
    std::string bytes;
    bool source_ended = false, sink_shut = false;
  };

  void enter(Phase phase, std::chrono::milliseconds limit);
  void begin_closing();
  void refuse(const Refusal& refusal);
  void read_client();
  void drain_client();
  void read_upstream();
  void judge_head();
  void admit();
  void dial_next();
  bool try_dial(const HostName& address);
  void connected();
  void judge_client_hello();
  void flush_up();
  void flush_down();
  void progress();
  void check_finished();
  bool wants_client_bytes() const;
  bool wants_upstream_bytes() const;

  const std::uint64_t ticket_;
  Shared& shared_;
  Fd client_, upstream_;
  Phase phase_ = Phase::head;
  std::chrono::nanoseconds deadline_{}, began_{};
  bool within_budget_ = false, client_hung_up_ = false, upstream_hung_up_ = false, dial_timed_out_ = false, tunnel_open_ = false;
  std::optional<Request> request_;
  std::vector<HostName> addresses_;  // that are still to be tried, first last
  Flow up_, down_;
  std::size_t drained_ = 0;
  AuditEvent event_;
};

}  // namespace argosy::egress
