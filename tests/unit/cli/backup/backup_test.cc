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

TEST(BackupPrograms, AreOfTheServersOwnVersionWhereTheyAreInstalledElseANewerOne) {
  const TempDir folder;
  EXPECT_EQ(client_program(folder.path(), "pg_dump", "15.14"), "pg_dump") << "whatever PATH has";
  for (const auto* version : {"9", "15", "17", "not-a-version"}) {
    const auto bin = folder.path() / version / "bin";
    std::filesystem::create_directories(bin);
    ASSERT_TRUE(write_file_atomic(bin / "pg_dump", "", 0700));
  }
  ASSERT_TRUE(write_file_atomic(folder.path() / "17" / "bin" / "pg_restore", "", 0700));
  const auto of = [&](const char* version, const char* program) { return (folder.path() / version / "bin" / program).string(); };
  EXPECT_EQ(client_program(folder.path(), "pg_dump", "15.14 (Debian 15.14-0+deb12u1)"), of("15", "pg_dump"));
  EXPECT_EQ(client_program(folder.path(), "pg_dump", "17beta1"), of("17", "pg_dump"));
  EXPECT_EQ(client_program(folder.path(), "pg_dump", "16.2"), of("17", "pg_dump"));
  EXPECT_EQ(client_program(folder.path(), "pg_dump", ""), of("17", "pg_dump"));
  EXPECT_EQ(client_program(folder.path(), "pg_dump", "18.4"), "pg_dump") << "an older one refuses that server: PATH may have a newer";
  EXPECT_EQ(client_program(folder.path(), "pg_restore", "15.14"), of("17", "pg_restore")) << "the own version lacks it";
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
