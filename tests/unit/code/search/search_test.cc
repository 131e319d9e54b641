// Searches by pattern (with the real ripgrep), by symbol, and by meaning.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "common/code/search/semantic.h"
#include "common/code/search/symbols.h"
#include "common/code/search/text_search.h"
#include "common/core/file.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TextSearch : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    ASSERT_TRUE(write_file_atomic(folder_.path() / path, text));
  }
  std::vector<std::string> places(const TextQuery& query) {
    const auto found = search_text(folder_.path(), query);
    std::vector<std::string> out;
    if (!found) return {found.error().code};
    for (const auto& hit : found->hits) out.push_back(hit.path + ":" + std::to_string(hit.line) + ":" + hit.text);
    return out;
  }
  TempDir folder_;
};

TEST_F(TextSearch, FindsLinesByPatternAndByText) {
  write("src/a.py", "one\nfoo(1)  \nfoobar\n");
  write("b.txt", "foo(2)\n");
  EXPECT_THAT(places({.pattern = "foo\\(\\d\\)"}), ElementsAre("b.txt:1:foo(2)", "src/a.py:2:foo(1)"));
  EXPECT_THAT(places({.pattern = "foo(", .literal = true, .glob = "*.py"}), ElementsAre("src/a.py:2:foo(1)"));
  EXPECT_THAT(places({.pattern = "FOOBAR", .ignore_case = true}), ElementsAre("src/a.py:3:foobar"));
  EXPECT_THAT(places({.pattern = "nowhere"}), IsEmpty());
}

TEST_F(TextSearch, TakesAPatternThatLooksLikeAnOptionForAPattern) {
  write("a.txt", "--files\n");
  EXPECT_THAT(places({.pattern = "--files"}), ElementsAre("a.txt:1:--files"));
}

TEST_F(TextSearch, LeavesOutWhatGitIgnoresAndWhatGitKeeps) {
  write(".gitignore", "built/\n");
  write("built/x.txt", "needle\n");
  write(".git/x", "needle\n");
  write(".github/x.yml", "needle\n");
  EXPECT_THAT(places({.pattern = "needle"}), ElementsAre(".github/x.yml:1:needle"));
}

TEST_F(TextSearch, SaysWhenThereAreMoreHits) {
  write("a.txt", "x\nx\nx\n");
  const auto some = search_text(folder_.path(), {.pattern = "x", .most = 2});
  ASSERT_TRUE(some);
  EXPECT_EQ(some->hits.size(), 2u);
  EXPECT_TRUE(some->truncated);
  EXPECT_FALSE(search_text(folder_.path(), {.pattern = "x", .most = 3})->truncated);
}

TEST_F(TextSearch, TellsABadPatternFromNothingFound) {
  write("a.txt", "x\n");
  EXPECT_THAT(places({.pattern = "("}), ElementsAre("search_pattern_malformed"));
  EXPECT_THAT(places({.pattern = ""}), ElementsAre("search_pattern_malformed"));
  EXPECT_THAT(places({.pattern = "x", .glob = "{"}), ElementsAre("search_pattern_malformed"));
}

IndexedFile file_with(std::string path, std::vector<Definition> definitions, std::uint64_t hash = 1) {
  FileTags tags;
  tags.definitions = std::move(definitions);
  return {std::move(path), hash, std::make_shared<const FileTags>(std::move(tags))};
}

std::vector<std::string> symbols(const std::vector<IndexedFile>& files, std::string_view query) {
  std::vector<std::string> out;
  for (const auto& hit : search_symbols(files, query))
    out.push_back(std::string(hit.definition->name) + " " + std::string(to_string(hit.match)));
  return out;
}

TEST(SymbolSearch, SplitsNamesIntoTheirWords) {
  EXPECT_THAT(words_of("parseHTTPRequest_2"), ElementsAre("parse", "http", "request", "2"));
  EXPECT_THAT(words_of("__init__"), ElementsAre("init"));
  EXPECT_THAT(words_of("kebab-case"), ElementsAre("kebab", "case"));
}

TEST(SymbolSearch, OrdersExactThenCaseThenPrefixThenWords) {
  const std::vector<IndexedFile> files{file_with("a.py", {{.name = "parse_request_line"}, {.name = "Request"}, {.name = "request_id"}}),
                                       file_with("b.py", {{.name = "request"}, {.name = "unrelated"}})};
  EXPECT_THAT(symbols(files, "request"), ElementsAre("request exact", "Request case", "request_id prefix", "parse_request_line words"));
  EXPECT_THAT(symbols(files, "reqLine"), ElementsAre("parse_request_line words"));
  EXPECT_THAT(symbols(files, ""), IsEmpty());
}

TEST(SymbolSearch, LooksIntoTheScopeThatIsNamed) {
  const std::vector<IndexedFile> files{file_with("a.py", {{.name = "run", .scope = "Job"}, {.name = "run", .scope = "Task"}})};
  const auto hits = search_symbols(files, "Task.run");
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].definition->scope, "Task");
}

constexpr const char* kSource = "class Box:\n    size = 1\n\n    def open(self):\n        lift()\n\ndef close():\n    shut()\n";
std::vector<Definition> definitions_of_source() {
  return {{.name = "Box", .kind = TagKind::klass, .line = 1, .end_line = 5},
          {.name = "open", .kind = TagKind::method, .scope = "Box", .line = 4, .end_line = 5},
          {.name = "close", .line = 7, .end_line = 8}};
}

// A vector that counts a few words: enough to tell texts apart.
Embed counting(int& calls) {
  return [&calls](const std::vector<std::string>& texts) -> Result<std::vector<std::vector<float>>> {
    ++calls;
    std::vector<std::vector<float>> out;
    for (const auto& text : texts) out.push_back({text.contains("lift") ? 1.0f : 0.0f, text.contains("shut") ? 1.0f : 0.0f, 0.1f});
    return out;
  };
}

TEST(SemanticSearching, CutsAFileIntoItsDefinitions) {
  const auto chunks = chunks_of(file_with("box.py", definitions_of_source()), kSource);
  ASSERT_EQ(chunks.size(), 3u);
  EXPECT_EQ(chunks[1].name, "Box.open");
  EXPECT_THAT(chunks[0].text, HasSubstr("def open(self):"));
  EXPECT_THAT(chunks[0].text, Not(HasSubstr("lift")));
  EXPECT_THAT(chunks[1].text, HasSubstr("lift"));
}

TEST(SemanticSearching, FindsTheNearestAndReadsOnlyWhatChanged) {
  int calls = 0;
  SemanticSearch search(counting(calls));
  const MapTree tree({{"box.py", kSource}});
  const std::vector<IndexedFile> files{file_with("box.py", definitions_of_source())};
  ASSERT_TRUE(search.read(files, tree));
  ASSERT_TRUE(search.read(files, tree));
  EXPECT_EQ(calls, 1);
  const auto hits = search.find("how to shut it", 1);
  ASSERT_TRUE(hits);
  ASSERT_EQ(hits->size(), 1u);
  EXPECT_EQ(hits->front().name, "close");
  EXPECT_NEAR(hits->front().score, 1.0, 1e-6);
  ASSERT_TRUE(search.read({}, tree));
  EXPECT_EQ(search.chunks(), 0u);
}

TEST(SemanticSearching, SaysThatItIsOffWithoutAnEmbedder) {
  SemanticSearch search(nullptr);
  EXPECT_EQ(search.find("anything", 5).error().code, "semantic_search_off");
}

TEST(SemanticSearching, KeepsTheFilesThatWereWholeBeforeACallFailed) {
  int calls = 0;
  std::size_t embedded = 0;
  SemanticSearch search([&](const std::vector<std::string>& texts) -> Result<std::vector<std::vector<float>>> {
    if (++calls == 2) return fail_transient("busy", "busy");
    embedded += texts.size();
    return std::vector<std::vector<float>>(texts.size(), {1.0f});
  });
  std::map<std::string, std::string> sources;
  std::vector<IndexedFile> files;
  for (std::size_t i = 0; i <= kMostEmbedded / 3; ++i) {  // with three definitions each: one file more than goes into a call
    files.push_back(file_with(fmt::format("box{:02}.py", i), definitions_of_source()));
    sources[files.back().path] = kSource;
  }
  const MapTree tree(sources);
  EXPECT_EQ(search.read(files, tree).error().code, "busy");
  EXPECT_EQ(search.chunks(), kMostEmbedded);
  ASSERT_TRUE(search.read(files, tree));
  EXPECT_EQ(embedded, kMostEmbedded + 3) << "none was paid twice";
}

TEST(SemanticSearching, KeepsNothingOfARunThatFailed) {
  SemanticSearch search(
      [](const std::vector<std::string>&) -> Result<std::vector<std::vector<float>>> { return fail_transient("busy", "busy"); });
  EXPECT_EQ(search.read(std::vector{file_with("box.py", definitions_of_source())}, MapTree({{"box.py", kSource}})).error().code, "busy");
  EXPECT_EQ(search.chunks(), 0u);
}

}  // namespace
}  // namespace argosy::code
