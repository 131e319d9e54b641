// The process ingest: the REST API. Threads: the server's (never blocked), the pool's (reads of the database), the submitter's (writes).
#pragma once

#include <cstdint>
#include <memory>

#include "common/config/settings.h"
#include "common/runtime/process.h"

namespace argosy::ingest {

class Ingest {
 public:
  // Opens the listening socket at once; what needs Postgres or Kafka fails with 503 until they are there. Errors: those of Access, of the
  // announcer and of the server's start.
  static Result<std::unique_ptr<Ingest>> start(const config::Settings& settings, runtime::Process& process);
  virtual ~Ingest() = default;  // open requests finish, what waits is committed
  virtual std::uint16_t port() const = 0;
};

// Until SIGTERM. The exit code.
int run(const config::Settings& settings, runtime::Process& process);

}  // namespace argosy::ingest
