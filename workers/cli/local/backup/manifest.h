// What lies beside a dump and says what it is: manifest.json of a backup's folder. Written last, so that a folder without one is no backup.
// Pure but for the digest of the file; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "common/store/backup/snapshot.h"

namespace argosy::cli {

inline constexpr auto kManifestFile = "manifest.json";
inline constexpr auto kDumpFile = "database.dump";

struct Manifest {
  std::string argosy{}, taken_at{};  // version of the program; RFC 3339: all that was committed before is in it
  store::Inventory inventory{};
  std::int64_t bytes = 0;  // of the dump
  std::string sha256{};
};

std::string to_json_text(const Manifest& manifest);
// Error: backup_unreadable (B).
Result<Manifest> manifest_from(std::string_view json_text);
// Of a folder, with its dump's size and digest as they are said there. Errors: backup_incomplete, backup_unreadable, backup_damaged (B).
Result<Manifest> checked_manifest(const std::filesystem::path& folder);
// Size and digest of a file, filled in. Error: file_unreadable (B).
Result<void> measure(const std::filesystem::path& dump, Manifest& manifest);

}  // namespace argosy::cli
