// A real Postgres of a test's own, to be stopped hard and started again. What cannot be started throws std::runtime_error. One thread.
#pragma once

#include <optional>
#include <string>

#include "common/core/child.h"
#include "common/core/file.h"
#include "workers/cli/up/postgres_cluster.h"

namespace argosy::test {

class OwnPostgres {
 public:
  OwnPostgres();  // starts it, with the database "argosy"
  void start();
  // Immediate mode: connections are cut, nothing is flushed, the next start recovers from the WAL.
  void stop_immediately();
  void restart_immediately() {
    stop_immediately();
    start();
  }
  std::string url() const { return cluster_.url("argosy"); }

 private:
  TempDir folder_;
  cli::PostgresCluster cluster_;
  std::optional<Child> server_;
};

}  // namespace argosy::test
