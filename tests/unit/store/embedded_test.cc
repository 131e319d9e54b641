// What the build compiles in is what lies in the folders.
#include "common/store/internal/embedded.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/store/migrations.h"

namespace argosy::store {
namespace {

void expect_same_as_folder(std::span<const EmbeddedSql> embedded, const std::filesystem::path& folder) {
  std::set<std::string> in_folder, in_binary;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".sql") in_folder.insert(entry.path().stem().string());
  for (const EmbeddedSql& sql : embedded) {
    in_binary.insert(std::string(sql.name));
    EXPECT_EQ(sql.text, read_file(folder / (std::string(sql.name) + ".sql")).value_or("")) << sql.name;
  }
  EXPECT_EQ(in_binary, in_folder);
  EXPECT_FALSE(in_folder.empty());
}

TEST(Embedded, StatementsAreThoseOfTheirFolder) {
  expect_same_as_folder(embedded_statements(), std::filesystem::path(ARGOSY_SOURCE_DIR) / "common/store/sql");
}

TEST(Embedded, MigrationsAreThoseOfTheirFolder) {
  expect_same_as_folder(embedded_migrations(), std::filesystem::path(ARGOSY_SOURCE_DIR) / "schemas/migrations");
}

TEST(Migrations, AreNumberedWithoutGapsHaveBothWaysAndAChecksum) {
  int expected = 0;
  for (const Migration& migration : migrations()) {
    EXPECT_EQ(migration.version, ++expected);
    EXPECT_FALSE(migration.up.empty()) << migration.name;
    EXPECT_FALSE(migration.down.empty()) << migration.name;
    EXPECT_EQ(migration.checksum, crypto::sha256_hex(migration.up));
  }
  EXPECT_GT(expected, 0);
}

}  // namespace
}  // namespace argosy::store
