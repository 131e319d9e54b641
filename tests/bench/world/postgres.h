// The Postgres that is measured: private, on this machine's disk, with the settings that a production server of this size has (README.md
// says why each). What cannot be started throws std::runtime_error. One thread.
#pragma once

#include <optional>
#include <string>

#include "common/core/child.h"
#include "common/core/file.h"
#include "workers/cli/up/postgres_cluster.h"

namespace argosy::bench {

class Postgres {
 public:
  // `profile`: the statements inside functions and the functions themselves are timed too, which costs time of its own.
  explicit Postgres(bool profile);
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  std::string fleet_url() const { return cluster_.url("argosy"); }
  // Another role, so that what the bench asks is not counted as the fleet's.
  std::string observer_url() const;
  pid_t pid() const { return server_->pid(); }

 private:
  TempDir folder_;
  cli::PostgresCluster cluster_;
  std::optional<Child> server_;
};

}  // namespace argosy::bench
