// What a backup needs of the database beside the dump itself: one moment that dump and counts share, and for the way back an empty place
// and what to do about those who worked at that moment. Used by `argosy backup` and `argosy restore`. Blocking; one thread an object.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

struct Inventory {
  int schema = 0;                            // newest migration; 0: none
  std::string server{};                      // its version, "15.14"
  std::vector<std::string> roles{};          // that something was granted to, beside the owner's and PUBLIC
  std::map<std::string, std::int64_t> rows;  // of each table
  friend bool operator==(const Inventory&, const Inventory&) = default;
};

// Holds one moment of the database open, for pg_dump --snapshot; nothing is locked that a running fleet needs. While it lives the server
// keeps the dead rows that are younger.
class Snapshot {
 public:
  // Errors: database_unavailable (A), schema_missing (B).
  static Result<Snapshot> open(Database& db);
  Snapshot(Snapshot&&) noexcept;
  ~Snapshot();

  const std::string& id() const { return id_; }
  const Inventory& inventory() const { return inventory_; }

 private:
  struct Open;
  explicit Snapshot(std::unique_ptr<Open> open);
  std::unique_ptr<Open> open_;
  std::string id_;
  Inventory inventory_;
};

// "15.14", also of an empty database. Error: database_unavailable (A).
Result<std::string> server_version(Database& db);
// Makes room for a restore: drops what migrations alone have made; extensions stay. Errors: database_not_empty (B) when there is a task, a
// repository, anything else that people have made, or a table that is none of ours, database_unavailable (A), also while somebody works
// there.
Result<void> make_room(Database& db);
// Those that are missing, without a way to log in: what the dump grants them can be granted. Errors: roles_missing (B) when we may not.
Result<void> make_roles(Database& db, const std::vector<std::string>& roles);
// The role that an autoscaler asks as (migration 0057), where it is missing and we may. False: it is to be made by who may. Error:
// database_unavailable (A).
Result<bool> make_scaler_role(Database& db);
// After a restore: how many workers of the moment of the backup were told to have left, so that what they held begins anew without costing
// an attempt; and statistics for the planner. Errors: those of leave(), database_unavailable (A).
Result<std::size_t> dismiss_workers(Database& db);

}  // namespace argosy::store
