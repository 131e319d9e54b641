// A real Postgres of a test's own, to be stopped hard and started again. What cannot be started throws std::runtime_error. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/child.h"
#include "common/core/file.h"
#include "workers/cli/up/postgres_cluster.h"

namespace argosy::test {

class OwnPostgres {
 public:
  OwnPostgres();  // starts it, with the database "argosy"
  // Debian's Postgres 15, or what tests/with-services --pgvector brought.
  static std::string programs();
  ~OwnPostgres() { thaw(); }
  void start();
  // Fast mode, as an operator would: connections are cut, everything is flushed.
  void stop();
  // Immediate mode: connections are cut, nothing is flushed, the next start recovers from the WAL.
  void stop_immediately();
  void restart_immediately() {
    stop_immediately();
    start();
  }
  // Every process of it stands still (SIGSTOP) until thaw(): connections stay open and nobody answers.
  void freeze();
  void thaw();
  std::string url(const std::string& database = "argosy") const { return cluster_.url(database); }

  std::string log() const;

 private:
  void stop_with(int signal);

  TempDir folder_;
  cli::PostgresCluster cluster_;
  std::optional<Child> server_;
  std::vector<pid_t> frozen_;
};

}  // namespace argosy::test
