// A private Postgres 15 in a folder of its own, reachable only through a socket there. It knows how the server is made and started;
// whoever uses it (the supervisor, a test) runs the process. As root the server runs as the package's user. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/core/child.h"
#include "common/core/error.h"

namespace argosy::cli {

inline constexpr const char* kPostgresPrograms = "/usr/lib/postgresql/15/bin";

class PostgresCluster {
 public:
  // `folder` is made by prepare(); its parents must let the package's user pass when we are root.
  explicit PostgresCluster(std::filesystem::path folder, std::filesystem::path programs = kPostgresPrograms);

  // What is missing and what to do, or nothing.
  static std::optional<std::string> problem(const std::filesystem::path& programs = kPostgresPrograms);

  // initdb when the folder is new; ends a server that a killed predecessor left behind. Errors (B): postgres_missing,
  // postgres_other_version, path_too_long; (A) initdb_failed.
  Result<void> prepare();
  // How the server is started once it is prepared. SIGINT stops it (fast), SIGQUIT at once.
  ChildOptions server(const std::filesystem::path& log) const;
  // Whether it accepts connections.
  bool accepts() const;
  // Makes the database unless it is there; the server must accept connections.
  Result<void> ensure_database(const std::string& name) const;
  std::string url(const std::string& database) const;

 private:
  std::filesystem::path data() const { return folder_ / "data"; }
  Result<void> make_folders() const;
  void end_leftover() const;
  std::vector<std::string> as_server_user(std::vector<std::string> argv) const;

  std::filesystem::path folder_, programs_;
  std::optional<uid_t> uid_, gid_;
};

}  // namespace argosy::cli
