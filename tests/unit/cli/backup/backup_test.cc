#include <gtest/gtest.h>

#include "common/core/file.h"
#include "workers/cli/local/backup/manifest.h"
#include "workers/cli/local/backup/programs.h"

namespace argosy::cli {
namespace {

TEST(BackupConnection, TakesThePasswordOutOfWhateverSpellsIt) {
  const std::pair<const char*, Connection> cases[] = {
      {"postgresql://argosy:s%40cret@db:5432/argosy?sslmode=require", {"postgresql://argosy@db:5432/argosy?sslmode=require", "s@cret"}},
      {"postgres://argosy@db/argosy", {"postgres://argosy@db/argosy", ""}},
      {"postgresql:///argosy?host=/run&password=x%3Dy&user=u", {"postgresql:///argosy?host=/run&user=u", "x=y"}},
      {"postgresql://db:5432/argosy", {"postgresql://db:5432/argosy", ""}},
      {"postgresql://u:p@[::1]:5432/argosy", {"postgresql://u@[::1]:5432/argosy", "p"}},
      {"host=db password=secret dbname=argosy", {"host=db dbname=argosy", "secret"}},
      {R"(host=db password = 'it\'s a \\ b' dbname='my db')", {"host=db dbname='my db'", R"(it's a \ b)"}},
  };
  for (const auto& [url, expected] : cases) {
    const auto found = without_password(url);
    EXPECT_EQ(found.text, expected.text) << url;
    EXPECT_EQ(found.password, expected.password) << url;
  }
}

TEST(BackupManifest, IsReadAsItWasWritten) {
  Manifest manifest{.argosy = "0.1.0", .taken_at = "2026-11-23T02:14:16Z", .bytes = 17, .sha256 = std::string(64, 'a')};
  manifest.inventory = {.schema = 56, .server = "15.14", .roles = {"argosy_scaler"}, .rows = {{"task", 3}, {"step", 9}}};
  const auto read = manifest_from(to_json_text(manifest));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json_text(*read), to_json_text(manifest));
  EXPECT_TRUE(read->inventory == manifest.inventory);
}

TEST(BackupManifest, OfAnotherFormOrABrokenOneIsRefused) {
  for (const auto* bad : {"", "[]", "{}", R"({"format":2})", R"({"format":1,"bytes":1,"sha256":"ab","schema":1,"rows":{}})",
                          R"({"format":1,"bytes":1,"schema":0,"rows":{}})"})
    EXPECT_FALSE(manifest_from(bad)) << bad;
}

TEST(BackupManifest, BelongsToADumpThatIsAsItWas) {
  const TempDir folder;
  Manifest manifest{.argosy = "0.1.0"};
  manifest.inventory.schema = 1;
  ASSERT_EQ(checked_manifest(folder.path()).error().code, "backup_incomplete");
  const auto dump = folder.path() / kDumpFile;
  ASSERT_TRUE(write_file_atomic(dump, "abc"));
  ASSERT_TRUE(measure(dump, manifest));
  EXPECT_EQ(manifest.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") << "FIPS 180-4's example";
  ASSERT_TRUE(write_file_atomic(folder.path() / kManifestFile, to_json_text(manifest)));
  EXPECT_TRUE(checked_manifest(folder.path()));
  ASSERT_TRUE(write_file_atomic(dump, "abd"));
  EXPECT_EQ(checked_manifest(folder.path()).error().code, "backup_damaged");
}

}  // namespace
}  // namespace argosy::cli
