#include <system_error>

#include <fmt/format.h>

#include "common/core/clock.h"
#include "common/core/file.h"
#include "workers/cli/command.h"
#include "workers/cli/local/backup/manifest.h"
#include "workers/cli/local/backup/programs.h"
#include "workers/cli/local/commands.h"
#include "workers/cli/local/database_url.h"

namespace argosy::cli {
namespace {

namespace fs = std::filesystem;

// Everything in it is read back, row by row, as a restore would; nothing is written.
Result<void> read_whole(const fs::path& folder, const Manifest& manifest) {
  ARGOSY_TRY_VOID(run_client("pg_restore", "", {"--file=/dev/null", (folder / kDumpFile).string()}, manifest.inventory.server));
  return {};
}

Result<Manifest> take(const std::string& url, const fs::path& folder) {
  store::Database db({.url = url, .connections = 1, .application_name = "argosy backup"});
  ARGOSY_TRY(const auto snapshot, store::Snapshot::open(db));
  Manifest manifest{.argosy = std::string(kVersion), .taken_at = rfc3339(system_clock().unix_ms()), .inventory = snapshot.inventory()};
  // One moment for all tables, while the fleet works on; the blobs are among the tables. Bytes are dumped as hexadecimal text: the lowest
  // level halves that, the default one takes several times as long and hardly makes it smaller.
  ARGOSY_TRY_VOID(run_client("pg_dump", url,
                             {"--format=custom", "--compress=1", "--no-owner", "--lock-wait-timeout=60s", "--snapshot=" + snapshot.id(),
                              "--file=" + (folder / kDumpFile).string()},
                             manifest.inventory.server));
  ARGOSY_TRY_VOID(measure(folder / kDumpFile, manifest));
  return manifest;
}

// Beside its place, so that a half-made backup is never taken for a whole one.
Result<Manifest> make(const std::string& url, const fs::path& folder) {
  const auto unwritable = [](const fs::path& path, const std::error_code& error) {
    return fail_user("backup_unwritable", fmt::format("{} cannot be written: {}", path.string(), error.message()),
                     "name a new folder on a disk with room");
  };
  std::error_code error;
  if (fs::exists(folder, error))
    return fail_user("backup_exists", fmt::format("{} is there already", folder.string()), "name a folder that is not");
  auto fresh = folder;
  fresh += ".part";
  fs::remove_all(fresh, error);
  if (!fs::create_directories(fresh, error)) return unwritable(fresh, error);
  fs::permissions(fresh, fs::perms::owner_all, error);  // prompts, diffs, answers: what the database holds
  if (error) return unwritable(fresh, error);
  auto manifest = take(url, fresh);
  if (manifest) {
    if (const auto written = write_file_atomic(fresh / kManifestFile, to_json_text(*manifest), 0600); !written)
      return std::unexpected(written.error());
    fs::rename(fresh, folder, error);
    if (error) return unwritable(folder, error);
  } else {
    fs::remove_all(fresh, error);
  }
  return manifest;
}

}  // namespace

int backup(const Arguments& arguments) {
  auto named = fs::path(arguments.positional[0]);
  if (!named.has_filename()) named = named.parent_path();  // a slash at its end
  if (!arguments.has("--verify")) {
    const auto url = database_url(arguments);
    if (!url) return report(url.error());
    const auto made = make(*url, named);
    if (!made) return report(made.error());
  }
  const auto manifest = checked_manifest(named);
  if (!manifest) return report(manifest.error());
  if (const auto whole = read_whole(named, *manifest); !whole) return report(whole.error());
  const auto& rows = manifest->inventory.rows;
  const auto count = [&](const char* table) { return rows.contains(table) ? rows.at(table) : 0; };
  fmt::print("{}: {} bytes, schema {}, taken at {} by argosy {}\n", named.string(), manifest->bytes, manifest->inventory.schema,
             manifest->taken_at, manifest->argosy);
  fmt::print("{} tasks, {} steps, {} tables; digest and every row read back\n", count("task"), count("step"), rows.size());
  return kSucceeded;
}

}  // namespace argosy::cli
