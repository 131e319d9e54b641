// `argosy tool rename` and the operations that move code, on real libraries: their own tests pass afterwards, and the way back of a rename
// gives every byte again. What a fleet makes of a rename is in tests/e2e/libraries.
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <filesystem>
#include <map>

#include "common/code/disk/tree_writer.h"
#include "common/code/operations.h"
#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "workers/cli/tool/disk_tree.h"

namespace argosy::test {
namespace {

namespace fs = std::filesystem;

struct Step {
  std::string from, to;
  std::vector<std::string> options;  // of the tool, in both directions
};

struct Move {
  std::string name, from, to;  // a symbol and two files
};

struct Library {
  std::string name, language;
  std::vector<std::string> parts{};  // of the package; empty: all
  std::vector<Step> steps;
  std::vector<Step> modules{};  // paths
  std::vector<Move> moves{};
  std::vector<std::string> tests;             // the library's own, as its authors run them
  std::map<std::string, std::string> more{};  // files that the tests need beside the package
  std::string needs_at{};                     // where what its tests need is expected, or empty
};

const std::string kFixtures = ARGOSY_SOURCE_DIR "/tests/fixtures/libraries/";

std::map<std::string, std::string> environment() {
  auto env = minimal_env();
  for (const char* name : {"HOME", "PATH", "SSL_CERT_FILE"})
    if (const char* value = std::getenv(name)) env[name] = value;
  return env;
}

std::string output_of(std::vector<std::string> argv, const fs::path& cwd = {}) {
  const auto done = run({.argv = std::move(argv), .env = environment(), .cwd = cwd});
  if (!done) throw std::runtime_error(to_string(done.error()));
  if (done->exit_code != 0) throw std::runtime_error(done->out + done->err);
  return std::string(text::trim(done->out));
}

class RealLibrary : public ::testing::TestWithParam<Library> {
 protected:
  void SetUp() override {
    const Library& library = GetParam();
    const fs::path package = output_of({kFixtures + "fetch", library.name});
    const auto parts = library.parts.empty() ? std::vector<std::string>{""} : library.parts;
    for (const auto& part : parts) {
      fs::create_directories((root() / part).parent_path());
      fs::copy(package / part, root() / part, fs::copy_options::recursive);
    }
    for (const auto& [path, text] : library.more) ASSERT_TRUE(write_file_atomic(root() / path, text));
    if (!library.needs_at.empty())
      fs::create_directory_symlink(output_of({kFixtures + "fetch", library.name, "needs"}), root() / library.needs_at);
  }

  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(root()))
      if (entry.is_regular_file() && !entry.is_symlink()) out[entry.path().lexically_relative(root())] = read_file(entry.path()).value();
    return out;
  }

  // What the tool printed; an empty text after a refusal, which is told as a failure.
  std::string rename(const Step& step, bool back) {
    std::vector<std::string> words{ARGOSY_BINARY_DIR "/bin/argosy",
                                   "tool",
                                   "rename",
                                   "--root",
                                   root().string(),
                                   "--language",
                                   GetParam().language,
                                   "--from",
                                   back ? step.to : step.from,
                                   "--to",
                                   back ? step.from : step.to,
                                   "--json"};
    words.insert(words.end(), step.options.begin(), step.options.end());
    const auto done = run({.argv = words, .env = minimal_env()});
    EXPECT_TRUE(done && done->exit_code == 0) << (done ? done->out + done->err : to_string(done.error()));
    return done ? done->out : "";
  }

  void apply(const tasks::Operation& operation) {
    const auto tree = cli::DiskTree::open(root());
    ASSERT_TRUE(tree) << to_string(tree.error());
    const auto edit = code::apply(*tree, operation);
    ASSERT_TRUE(edit) << to_string(edit.error()) << edit.error().details;
    const auto written = code::write_edit(root(), *edit);
    ASSERT_TRUE(written) << to_string(written.error());
  }
  void rename_module(const Step& step, bool back) {
    apply(tasks::RenameModule{GetParam().language, back ? step.to : step.from, back ? step.from : step.to, {}});
  }
  void expect_tests_pass() {
    const auto tested = run({.argv = GetParam().tests, .env = environment(), .cwd = root()});
    ASSERT_TRUE(tested) << to_string(tested.error());
    EXPECT_EQ(tested->exit_code, 0) << tested->out << tested->err;
  }

  const fs::path& root() const { return folder_.path(); }

 private:
  TempDir folder_{"renames"};
};

TEST_P(RealLibrary, PassesItsOwnTestsAfterRenamesAndTheWayBackGivesTheSameBytes) {
  const Library& library = GetParam();
  const auto before = files();
  for (const auto& step : library.steps) rename(step, false);
  for (const auto& step : library.modules) rename_module(step, false);
  ASSERT_FALSE(HasFailure());
  const auto renamed = files();
  EXPECT_NE(renamed, before);

  expect_tests_pass();

  // What the tests left behind, caches and reports, is none of the tree's.
  for (const auto& [path, bytes] : files())
    if (!renamed.contains(path)) fs::remove(root() / path);
  ASSERT_EQ(files(), renamed) << "the tests changed the sources";
  for (auto step = library.modules.rbegin(); step != library.modules.rend(); ++step) rename_module(*step, true);
  for (auto step = library.steps.rbegin(); step != library.steps.rend(); ++step) rename(*step, true);
  EXPECT_EQ(files(), before);
}

const Library kPython{
    .name = "python",
    .language = "python",
    .parts = {"boltons", "tests", "pytest.ini"},
    .steps = {{"make_sentinel", "create_sentinel", {}},
              {"LRI", "OldestFirst", {"--kind", "class"}},
              {"format_int_list", "spell_int_list", {}},
              {"delim", "separator", {"--kind", "variable", "--in", "parse_int_list"}},
              {"get_commonality", "share_of_common", {"--kind", "method", "--in", "ThresholdCounter"}}},
    .modules = {{"boltons/iterutils.py", "boltons/iteration.py", {}}, {"boltons/typeutils.py", "boltons/inner/typeutils.py", {}}},
    .moves = {{"parse_int_list", "boltons/strutils.py", "boltons/intlists.py"},
              {"ThresholdCounter", "boltons/cacheutils.py", "boltons/counting.py"}},
    .tests = {"/usr/bin/python3", "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests"}};

const Library kJavascript{.name = "javascript",
                          .language = "javascript",
                          .steps = {{"removeDotSegments", "collapseDotSegments", {}}, {"SCHEMES", "KNOWN_SCHEMES", {}}},
                          .modules = {{"lib/utils.js", "lib/inner/tools.js", {}}},
                          .tests = {"node_modules/.bin/tape", "test/**/*.js"},
                          .needs_at = "node_modules"};

const Library kTypescript{
    .name = "typescript",
    .language = "typescript",
    .parts = {"src"},
    .steps = {{"addIssueToContext", "reportIssueTo", {"--path", "src/v3/**"}},
              {"mergeObjectSync", "joinObject", {"--kind", "method", "--in", "ParseStatus", "--path", "src/v3/**"}},
              {"ParseStatus", "Outcome", {"--path", "src/v3/**"}}},
    .modules = {{"src/v3/helpers/parseUtil.ts", "src/v3/parsing.ts", {}}, {"src/v3/locales", "src/v3/i18n/texts", {}}},
    .moves = {{"isAborted", "src/v3/helpers/parseUtil.ts", "src/v3/helpers/checks.ts"},
              {"INVALID", "src/v3/helpers/parseUtil.ts", "src/v3/helpers/verdicts.ts"},
              {"addIssueToContext", "src/v3/helpers/parseUtil.ts", "src/v3/helpers/issues.ts"}},
    .tests = {"node_modules/.bin/vitest", "run", "--pool=threads", "--no-isolate"},
    .more = {{"package.json", R"({"name":"zod-v3","private":true,"type":"module"})"},
             {"vitest.config.mjs",
              "export default {\n  resolve: { alias: { \"zod/v3\": new URL(\"./src/v3/index.ts\", import.meta.url).pathname } },\n"
              "  test: { include: [\"src/v3/tests/**/*.test.ts\"] },\n};\n"}},
    .needs_at = "node_modules"};

const Library kGo{.name = "go",
                  .language = "go",
                  .steps = {{"NewRouter", "CreateRouter", {}},
                            {"MiddlewareFunc", "Wrapper", {}},
                            {"routeRegexp", "routePattern", {}},
                            {"tpl", "rawTemplate", {"--kind", "variable", "--in", "newRouteRegexp"}},
                            {"Match", "Fits", {"--kind", "method", "--in", "matcher"}},
                            {"HandleFunc", "OnPath", {"--kind", "method", "--in", "Router"}},
                            {"Vars", "Found", {"--kind", "attribute", "--in", "RouteMatch"}},
                            {"strictSlash", "exactSlash", {"--kind", "attribute", "--in", "routeConf"}}},
                  .tests = {"go", "test", "./..."}};

const Library kJava{
    .name = "java",
    .language = "java",
    .steps = {{"MissingOptionException", "AbsentOptionException", {}},
              {"PatternOptionBuilder", "OptionPatterns", {}},
              {"hasArg", "takesValue", {"--kind", "method", "--in", "Option"}},
              {"parse", "readAll", {"--kind", "method", "--in", "CommandLineParser"}},
              {"getKey", "keyOf", {"--kind", "method", "--in", "Option"}},
              {"UNLIMITED_VALUES", "ANY_NUMBER", {"--kind", "attribute", "--in", "Option"}},
              {"cmd", "line", {"--kind", "attribute", "--in", "DefaultParser"}}},
    .modules = {{"src/main/java/org/apache/commons/cli/CommandLineParser.java",
                 "src/main/java/org/apache/commons/cli/api/CommandLineParser.java",
                 {}},
                {"src/main/java/org/apache/commons/cli/TypeHandler.java", "src/main/java/org/apache/commons/cli/api/TypeHandler.java", {}}},
    .tests = {ARGOSY_SOURCE_DIR "/infra/maven/mvn", "-o", "-q", "-B", "-Dmaven.repo.local=m2", "test"},
    .needs_at = "m2"};

// lmdb, in the tools that come with it and its five programs of tests.
const Library kC{.name = "c",
                 .language = "c",
                 .parts = {"dependencies/lmdb/libraries/liblmdb"},
                 .steps = {{"mdb_page_alloc", "mdb_page_take", {}},
                           {"mdb_midl_search", "mdb_ids_find", {}},
                           {"MDB_val", "MDB_datum", {"--kind", "class", "--force", "strings"}},
                           {"MDB_SET_RANGE", "MDB_SET_FROM", {"--kind", "constant"}},
                           {"DPRINTF", "DTRACE", {}},
                           {"rc", "outcome", {"--kind", "variable", "--in", "mdb_env_open2"}},
                           {"me_maxreaders", "me_most_readers", {"--kind", "attribute", "--in", "MDB_env"}}},
                 .tests = {"bash", "-ec",
                           "cd dependencies/lmdb/libraries/liblmdb; out=$(mktemp -d); trap 'rm -rf $out' EXIT\n"
                           "for part in mdb midl mdb_stat; do clang-19 -w -c $part.c -o $out/$part.o; done\n"
                           "clang-19 -pthread $out/*.o -o $out/stat; rm $out/mdb_stat.o\n"
                           "for n in '' 2 3 4 5; do\n"
                           "  clang-19 -w -pthread mtest$n.c $out/*.o -o $out/mtest$n; rm -rf $out/testdb; mkdir $out/testdb\n"
                           "  (cd $out && ./mtest$n && ./stat testdb); done"}};

// leveldb: the whole library, and five of its programs of tests.
const Library kCpp{.name = "cpp",
                   .language = "cpp",
                   .parts = {"deps/leveldb/leveldb-1.20"},
                   .steps = {{"SkipList", "LeapList", {}},
                             {"DecodeFixed32", "ReadFixed32", {}},
                             {"kMaxSequenceNumber", "kLastSequenceNumber", {}},
                             {"Arena", "Pool", {}},
                             {"Cache", "Keeper", {}},
                             {"TotalCharge", "SumOfCharges", {"--kind", "method", "--in", "Keeper"}},
                             {"Get", "Fetch", {"--kind", "method", "--in", "DB"}},
                             {"alloc_ptr_", "next_free_", {"--kind", "attribute", "--in", "Pool"}},
                             {"BytewiseComparator", "CompareBytes", {}}},
                   .tests = {"bash", "-ec",
                             "cd deps/leveldb/leveldb-1.20; out=$(mktemp -d); trap 'rm -rf $out' EXIT\n"
                             "flags='-std=c++11 -w -I. -Iinclude -DOS_LINUX -DLEVELDB_PLATFORM_POSIX -DLEVELDB_ATOMIC_PRESENT -pthread'\n"
                             "ls util/*.cc table/*.cc db/*.cc port/port_posix*.cc | grep -vE '_test|db_bench|leveldbutil' |\n"
                             "  xargs -P 4 -I{} sh -c \"clang++-19 $flags -c {} -o $out/\\$(echo {} | tr / _).o\"\n"
                             "for test in util/cache util/coding util/arena db/dbformat db/write_batch; do\n"
                             "  clang++-19 $flags ${test}_test.cc $out/*.o -o $out/test; TEST_TMPDIR=$out $out/test; done"}};

INSTANTIATE_TEST_SUITE_P(InSevenLanguages, RealLibrary, ::testing::Values(kPython, kJavascript, kTypescript, kGo, kJava, kC, kCpp),
                         [](const auto& info) { return info.param.name; });

class MovedSymbols : public RealLibrary {};

TEST_P(MovedSymbols, LeaveALibraryThatPassesItsOwnTests) {
  for (const Move& move : GetParam().moves) apply(tasks::MoveSymbol{GetParam().language, move.name, move.from, move.to, {}});
  ASSERT_FALSE(HasFailure());
  expect_tests_pass();
}

INSTANTIATE_TEST_SUITE_P(InTwoLanguages, MovedSymbols, ::testing::Values(kPython, kTypescript),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace argosy::test
