// Promises of the look-up of vulnerabilities: the versions that an entry names are found, by the order of their ecosystem, and no others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/file.h"
#include "workers/codegen/research/osv/database.h"
#include "workers/codegen/research/osv/versions.h"

namespace argosy::codegen::osv {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Versions, AreOrderedAsTheirEcosystemsDo) {
  const auto rising = [](const std::vector<std::string>& versions, bool semantic) {
    for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
      EXPECT_TRUE(compare(versions[i], versions[i + 1], semantic) < 0) << versions[i] << " " << versions[i + 1];
      EXPECT_TRUE(compare(versions[i + 1], versions[i], semantic) > 0) << versions[i] << " " << versions[i + 1];
    }
  };
  rising({"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
          "v1.0.1", "1.10.0", "18446744073709551616.0.0"},
         true);
  rising({"2.0.0rc1", "2.0.0", "2.0.post1", "2.0.0.post2", "2.0.1", "2.1"}, false);
  EXPECT_TRUE(compare("2.0.0.0", "2", false) == 0);
  rising({"1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.1", "1!0.5"}, false);
  rising({"1.0-alpha-1", "1.0-beta", "1.0-milestone-2", "1.0-rc1", "1.0-SNAPSHOT", "1.0", "1.0-sp1", "1.0.1", "1.2"}, false);
  EXPECT_TRUE(compare("1.0", "1.0.0", false) == 0);
  EXPECT_TRUE(compare("1.0.0+build", "1.0.0", true) == 0);
  EXPECT_TRUE(compare("1.0.Final", "1.0", false) == 0);
}

class Vulnerabilities : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder.path() / "PyPI");
    const auto write = [&](const std::string& name, std::string_view text) {
      ASSERT_TRUE(write_file_atomic(folder.path() / name, std::string(text)));
    };
    write("PyPI/a.json",
          R"({"id":"GHSA-1","aliases":["CVE-2024-1"],"summary":"it leaks","references":[{"type":"WEB","url":"https://example.org/a"}],
              "affected":[{"package":{"ecosystem":"PyPI","name":"My.Package"},"ranges":[{"type":"ECOSYSTEM",
              "events":[{"introduced":"0"},{"fixed":"1.4"},{"introduced":"2.0rc1"},{"fixed":"2.1.1"}]}]}]})");
    write("b.json",
          R"({"id":"GHSA-2","summary":"one version","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"],
              "ranges":[{"type":"SEMVER","events":[{"introduced":"3.0.0"},{"last_affected":"3.2.0"}]}]}]})");
    write("c.json", R"({"id":"GHSA-3","summary":"by commits","affected":[{"package":{"ecosystem":"PyPI","name":"my-package"},
              "ranges":[{"type":"GIT","repo":"https://example.org/r","events":[{"introduced":"0"},{"fixed":"abc"}]}]}]})");
    write("d.json", R"({"id":"GHSA-4","withdrawn":"2024-01-01T00:00:00Z","summary":"taken back",
              "affected":[{"package":{"ecosystem":"PyPI","name":"my-package"},"versions":["1.0"]}]})");
    write("broken.json", "{");
    write("notes.txt", "not looked at");
    write("e.json", R"({"id":"GHSA-5","summary":"twice","affected":[
              {"package":{"ecosystem":"PyPI","name":"twice"},"ranges":[{"type":"GIT","repo":"https://example.org/r","events":[]}]},
              {"package":{"ecosystem":"PyPI","name":"twice"},"ranges":[{"type":"ECOSYSTEM",
               "events":[{"introduced":"0"},{"fixed":"2.0.post1"}]}]}]})");
    write("f.json", R"({"id":"GHSA-6","summary":"of nothing","affected":[{"package":{"ecosystem":"PyPI","name":"bare"}}]})");
    database.start();
    database.wait();
  }
  std::string look_up(const std::string& ecosystem, const std::string& package, const std::string& version) {
    const auto found = database.look_up(ecosystem, package, version);
    EXPECT_TRUE(found) << to_string(found.error());
    return found.value_or("");
  }

  TempDir folder;
  Database database{folder.path()};
};

TEST_F(Vulnerabilities, AreFoundInTheVersionsThatAnEntryNames) {
  for (const auto* version : {"0.9", "1.3.9", "2.0rc1", "2.0", "2.1"})
    EXPECT_THAT(look_up("PyPI", "my_package", version), AllOf(HasSubstr("1 known vulnerabilities"), HasSubstr("GHSA-1"))) << version;
  for (const auto* version : {"1.4", "1.9", "2.0b1", "2.1.1", "3"})
    EXPECT_THAT(look_up("PyPI", "my_package", version), AllOf(HasSubstr("0 known vulnerabilities"), Not(HasSubstr("GHSA-1")))) << version;
  EXPECT_THAT(look_up("npm", "left", "1.0.0"), HasSubstr("GHSA-2"));
  EXPECT_THAT(look_up("npm", "left", "3.2.0"), HasSubstr("GHSA-2"));
  for (const auto* version : {"1.0.1", "3.0.0-rc.1", "3.2.1"}) EXPECT_THAT(look_up("npm", "left", version), Not(HasSubstr("GHSA-2")));
}

TEST_F(Vulnerabilities, AreToldWithWhatFixesThemAndWithWhatCannotBeJudged) {
  const auto told = look_up("pypi", "my-package", "1.0");
  EXPECT_THAT(told, AllOf(HasSubstr("GHSA-1 (CVE-2024-1): it leaks"), HasSubstr("fixed in: 1.4, 2.1.1"), HasSubstr("https://example.org/a"),
                          HasSubstr("1 whose versions cannot be judged:\nGHSA-3"), HasSubstr("git commits only"), Not(HasSubstr("GHSA-4")),
                          HasSubstr("[1 files of the database could not be read]")));
  EXPECT_THAT(look_up("PyPI", "my-package", ""), AllOf(HasSubstr("2 known"), HasSubstr("GHSA-1"), HasSubstr("GHSA-3")));
  EXPECT_THAT(look_up("npm", "nobody", "1"), HasSubstr("0 known vulnerabilities of nobody 1 (npm), among 6 entries"));
}

TEST_F(Vulnerabilities, AreToldByTheWorstThatAnEntrySaysOfAPackage) {
  EXPECT_THAT(look_up("PyPI", "twice", "2.0.0"), AllOf(HasSubstr("1 known vulnerabilities"), HasSubstr("fixed in: 2.0.post1")));
  EXPECT_THAT(look_up("PyPI", "twice", "2.0.1"), AllOf(HasSubstr("0 known"), HasSubstr("1 whose versions cannot be judged:\nGHSA-5")));
  EXPECT_THAT(look_up("PyPI", "bare", "1"), AllOf(HasSubstr("0 known"), HasSubstr("1 whose versions cannot be judged:\nGHSA-6")));
}

TEST(NoVulnerabilities, AreWaitedForByNobodyWhoAsks) {
  TempDir folder;
  Database database(folder.path());
  const auto early = database.look_up("npm", "left", "1");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, "osv_being_read");
  EXPECT_EQ(early.error().category, Category::transient);
  database.start();
  database.wait();
  EXPECT_TRUE(database.look_up("npm", "left", "1"));
}

TEST(NoVulnerabilities, AreAnErrorWhereTheFolderCannotBeRead) {
  Database none("/no/such/folder");
  none.start();
  none.wait();
  const auto found = none.look_up("npm", "left", "1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "osv_unreadable");
  EXPECT_EQ(found.error().category, Category::needs_user);
}

}  // namespace
}  // namespace argosy::codegen::osv
