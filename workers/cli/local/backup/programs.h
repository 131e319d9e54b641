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

// Where a client program of Postgres is, in `folder` with one folder for each major version: that of the server's own version ("15.14"),
// because what a newer one sets an older server refuses; else the newest, if it is newer than the server, because an older one refuses
// that; else its bare name, for PATH. Pure but for looking there.
std::string client_program(const std::filesystem::path& folder, const std::string& program, const std::string& server);

// Runs client_program() with `--dbname` unless `url` is empty; what it prints on stdout. `server`: its version; empty: there is none.
// Errors: program_not_found (B), backup_failed (A, with what it said).
Result<std::string> run_client(const std::string& program, const std::string& url, std::vector<std::string> arguments,
                               const std::string& server = {});

}  // namespace argosy::cli
