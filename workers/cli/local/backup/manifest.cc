#include "workers/cli/local/backup/manifest.h"

#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/json.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kPiece = 1u << 20;  // of a file, read at once
constexpr std::size_t kMostManifest = 1u << 20;

}  // namespace

std::string to_json_text(const Manifest& manifest) {
  json::Object rows;
  for (const auto& [table, count] : manifest.inventory.rows) rows.append(table, count);
  json::Array roles;
  for (const auto& role : manifest.inventory.roles) roles.emplace_back(role);
  return json::dump_pretty(json::Object{{"format", kFormat},
                                        {"argosy", manifest.argosy},
                                        {"taken_at", manifest.taken_at},
                                        {"schema", std::int64_t{manifest.inventory.schema}},
                                        {"postgres", manifest.inventory.server},
                                        {"file", kDumpFile},
                                        {"bytes", manifest.bytes},
                                        {"sha256", manifest.sha256},
                                        {"roles", std::move(roles)},
                                        {"rows", std::move(rows)}}) +
         "\n";
}

Result<Manifest> manifest_from(std::string_view json_text) {
  const auto parsed = json::parse(json_text);
  const auto unreadable = [](std::string_view why) {
    return fail_user("backup_unreadable", fmt::format("{} {}", kManifestFile, why), "use the argosy that made it, or a newer one");
  };
  if (!parsed || !parsed->is_object()) return unreadable("is no JSON object");
  if (parsed->int_or("format", 0) != kFormat) return unreadable(fmt::format("is not of format {}", kFormat));
  Manifest manifest{.argosy = parsed->string_or("argosy", ""),
                    .taken_at = parsed->string_or("taken_at", ""),
                    .bytes = parsed->int_or("bytes", -1),
                    .sha256 = parsed->string_or("sha256", "")};
  manifest.inventory.schema = static_cast<int>(parsed->int_or("schema", 0));
  manifest.inventory.server = parsed->string_or("postgres", "");
  for (const auto& role : parsed->array_or_empty("roles")) {
    if (!role.is_string()) return unreadable("names a role that is no text");
    manifest.inventory.roles.push_back(role.as_string());
  }
  const auto* rows = parsed->find("rows");
  if (manifest.bytes < 0 || manifest.sha256.size() != 64 || manifest.inventory.schema <= 0 || rows == nullptr || !rows->is_object())
    return unreadable("lacks bytes, sha256, schema or rows");
  for (const auto& [table, count] : rows->as_object()) {
    if (!count.is_int()) return unreadable("counts rows with something else than numbers");
    manifest.inventory.rows[table] = count.as_int();
  }
  return manifest;
}

Result<Manifest> checked_manifest(const std::filesystem::path& folder) {
  const auto text = read_file(folder / kManifestFile, kMostManifest);
  if (!text)
    return fail_user("backup_incomplete",
                     fmt::format("{} holds no {}: it is no backup, or one that was broken off", folder.string(), kManifestFile),
                     "name the folder that `argosy backup` made");
  ARGOSY_TRY(auto manifest, manifest_from(*text));
  Manifest found;
  ARGOSY_TRY_VOID(measure(folder / kDumpFile, found));
  if (found.bytes != manifest.bytes || found.sha256 != manifest.sha256)
    return fail_user("backup_damaged", fmt::format("{} is not what was written: {} bytes, sha256 {}", kDumpFile, found.bytes, found.sha256),
                     "take another copy of this backup, or an older one");
  return manifest;
}

Result<void> measure(const std::filesystem::path& dump, Manifest& manifest) {
  std::ifstream file(dump, std::ios::binary);
  crypto::Sha256 digest;
  std::string piece(kPiece, '\0');
  manifest.bytes = 0;
  while (file.good()) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())));
    manifest.bytes += file.gcount();
  }
  if (!file.eof()) return fail_user("file_unreadable", fmt::format("{} cannot be read", dump.string()), "look at its rights and its disk");
  manifest.sha256 = digest.hex();
  return {};
}

}  // namespace argosy::cli
