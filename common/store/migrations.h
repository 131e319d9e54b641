// The schema's versions: schemas/migrations/NNNN_name.{up,down}.sql, compiled in, run one transaction each under an advisory lock, with
// checksums. Used by `argosy migrate`, `argosy up` and tests. Blocking.
#pragma once

#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/store/database.h"

namespace argosy::store {

struct Migration {
  int version = 0;
  std::string name, up, down, checksum;  // sha256 of `up`
};
const std::vector<Migration>& migrations();

struct MigrationStatus {
  int version = 0;
  std::string name;
  bool applied = false;
  bool changed = false;  // applied with another checksum
};
// Errors: migration_changed (B), migration_failed (B, with the server's message), migration_blocked (A: somebody holds a table that one
// changes for longer than the options' lock_timeout; what came before it is applied).
Result<int> migrate_up(Database& db);                    // how many were applied
Result<int> migrate_down(Database& db, int to_version);  // how many were undone
Result<std::vector<MigrationStatus>> migration_status(Database& db);

}  // namespace argosy::store
