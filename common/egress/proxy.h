// The only way out of a sandbox in its set-up phase: an HTTP proxy that dials from the host what a task's policy allows, and nothing else.
// The sandbox's network namespace has a loopback and nothing more; a launcher makes a listening socket in it and hands the descriptor out.
// Used by the testing worker, one for each set-up.
//
// CONNECT (TLS only, and to the host that CONNECT named), GET and HEAD of http:// URLs; no SOCKS, no DNS. A refused client reads why, with
// the header `X-Argosy-Egress: refused; reason=...`. Not guarded against: what an allowed host passes on.
#pragma once

#include <memory>
#include <thread>

#include "common/egress/ledger.h"
#include "common/egress/policy.h"
#include "common/egress/resolver.h"

namespace argosy::egress {

class Proxy {
 public:
  // `audit` is called on the proxy's thread, once for each connection, at its end.
  Proxy(Policy policy, AuditSink audit, std::shared_ptr<Resolver> resolver = system_resolver());
  ~Proxy();  // stop()
  Proxy(const Proxy&) = delete;

  // Takes the listening socket (also one of another network namespace) and serves it on a thread of its own; returns at once. Once only.
  void serve(int listener_fd);
  // Ends all connections and waits for the thread; a lookup that the system's resolver is at is waited for. May be called again.
  void stop();
  Totals totals() const { return ledger_.totals(); }  // any thread

 private:
  void run();

  const Policy policy_;
  Ledger ledger_;
  std::shared_ptr<Resolver> resolver_;
  Fd listener_, stop_;
  std::thread thread_;
};

}  // namespace argosy::egress
