// pg_dump and pg_restore as `argosy backup` and `argosy restore` call them. Blocking, any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy::cli {

// A connection text (URI or key=value) without its password, which goes through the environment: arguments of a program are seen by
// everybody on the machine. Pure.
struct Connection {
  std::string text{}, password{};
};
Connection without_password(const std::string& url);

// Runs a client program of Postgres, the newest that is installed, with `--dbname` unless `url` is empty; what it prints on stdout.
// Errors: program_not_found (B), backup_failed (A, with what it said).
Result<std::string> run_client(const std::string& program, const std::string& url, std::vector<std::string> arguments);

}  // namespace argosy::cli
