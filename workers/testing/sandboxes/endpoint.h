// Where a testing worker takes ingest's calls for clients' sandboxes: a small HTTP server that answers only who carries this process's key.
// POST /sandboxes (tasks::MakeSandbox), POST /sandboxes/{id}/exec (tasks::Exec), DELETE /sandboxes/{id}. A pool's threads do the work.
#pragma once

#include <memory>
#include <string>

#include "common/core/error.h"
#include "common/http/server.h"
#include "common/runtime/work_pool.h"
#include "workers/testing/sandboxes/boxes.h"

namespace argosy::testing {

class Endpoint {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  // `listen` as in ARGOSY_SANDBOX_LISTEN; `boxes` must outlive it. At most `at_once` sandboxes are worked in. Errors (B): sandbox_listen.
  static Result<std::unique_ptr<Endpoint>> open(const std::string& listen, Boxes& boxes, int at_once);

  // For ingest: "ip:port", and the key as bytes.
  const std::string& address() const { return address_; }
  const std::string& key() const { return key_; }

  // The threads that answer; until stop().
  const runtime::WorkPool& pool() const { return *pool_; }

  // Takes nothing new; what is under way may be answered for a moment. Blocks.
  void stop();

 private:
  Endpoint(Boxes& boxes, http::ServerOptions options, int at_once);
  using Work = http::Response (*)(Boxes&, const http::Request&);
  void route(std::string_view method, std::string_view pattern, Work work);

  Boxes& boxes_;
  const std::string key_;
  std::string address_;
  std::unique_ptr<runtime::WorkPool> pool_;
  http::Server server_;
};

}  // namespace argosy::testing
