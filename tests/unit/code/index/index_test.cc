// Promises of the index: all sources of a tree found by name, and built again only where something changed.
#include "common/code/index/index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <random>

#include "common/code/overlay.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const Index> index_of(const Files& files, const Index* before = nullptr, unsigned threads = 2) {
  auto index = Index::build(MapTree(files), before, threads);
  EXPECT_TRUE(index.has_value());
  return *index;
}

std::vector<std::string> shown(const std::vector<TagAt>& places) {
  std::vector<std::string> out;
  for (const auto& one : places)
    out.push_back(
        fmt::format("{}:{}{}", one.file->path, one.line, one.reference != nullptr ? fmt::format(" x{}", one.reference->count) : ""));
  return out;
}
std::vector<std::string> paths(const Index& index) {
  std::vector<std::string> out;
  for (const auto& file : index.files()) out.push_back(file.path);
  return out;
}

const Files kFiles{{"a.py", "def f(): pass\n\ndef g():\n    f()\n    return f\n"},
                   {"b/c.go", "package c\n\nfunc f() { g() }\n"},
                   {"b/d.java", "class F { void h() { f(); } }\n"},
                   {"node_modules/x/y.js", "function f() {}\n"},
                   {"notes.txt", "def f()"},
                   {"broken.js", std::string("f\0g", 3)}};

TEST(CodeIndex, FindsDefinitionsAndReferencesOfAllLanguagesByName) {
  const auto index = index_of(kFiles);
  EXPECT_THAT(shown(index->definitions("f")), ElementsAre("a.py:1", "b/c.go:3"));
  EXPECT_THAT(shown(index->references("f")), ElementsAre("a.py:4 x2", "b/d.java:1 x1"));
  EXPECT_EQ(index->definitions("h").at(0).definition->scope, "F");
  EXPECT_THAT(index->definitions("nobody"), IsEmpty());
  EXPECT_EQ(index->symbols(), 5);
}

TEST(CodeIndex, LeavesOutWhatIsNotTheRepositorysOwnOrCannotBeRead) {
  const auto index = index_of(kFiles);
  EXPECT_THAT(paths(*index), ElementsAre("a.py", "b/c.go", "b/d.java"));
  EXPECT_EQ(index->file("b/c.go")->tags->package, "c");
  EXPECT_EQ(index->file("notes.txt"), nullptr);
}

TEST(CodeIndex, TakesWhatDidNotChangeFromTheOlderOne) {
  const auto old = index_of(kFiles);
  Files changed = kFiles;
  changed["b/c.go"] = "package c\n\nfunc fresh() { f() }\n";
  changed.erase("b/d.java");
  changed["e.rs"] = "fn f() {}\n";
  const auto now = index_of(changed, old.get());
  EXPECT_EQ(now->file("a.py")->tags, old->file("a.py")->tags);
  EXPECT_NE(now->file("b/c.go")->tags, old->file("b/c.go")->tags);
  EXPECT_THAT(shown(now->definitions("f")), ElementsAre("a.py:1", "e.rs:1"));
  EXPECT_THAT(shown(now->references("f")), ElementsAre("a.py:4 x2", "b/c.go:3 x1"));
  EXPECT_THAT(shown(old->definitions("f")), ElementsAre("a.py:1", "b/c.go:3")) << "the older one stays as it was";
  EXPECT_THAT(old->definitions("fresh"), IsEmpty());
}

TEST(CodeIndex, OutlivesTheOlderOne) {
  auto old = index_of(kFiles);
  const auto now = index_of(kFiles, old.get());
  old.reset();
  EXPECT_THAT(shown(now->definitions("f")), ElementsAre("a.py:1", "b/c.go:3"));
  EXPECT_EQ(now->definitions("g").at(0).definition->signature, "def g():");
}

TEST(CodeIndex, IsTheSameOnAnyNumberOfThreads) {
  Files files;
  for (int i = 0; i < 300; ++i)
    files[fmt::format("m{}.py", i)] =
        fmt::format("class C{}:\n    def shared(self):\n        return own_{}(shared, C{})\n", i, i, (i * 7) % 300);
  const auto one = index_of(files, nullptr, 1), many = index_of(files, nullptr, 4);
  EXPECT_EQ(shown(one->definitions("shared")).size(), 300);
  for (const std::string name : {"shared", "C7", "own_9"}) {
    EXPECT_EQ(shown(one->definitions(name)), shown(many->definitions(name)));
    EXPECT_EQ(shown(one->references(name)), shown(many->references(name)));
  }
}

std::string all_of(const Index& index) {
  std::string out = fmt::format("{} symbols\n", index.symbols());
  for (const auto& file : index.files()) {
    out += fmt::format("{} {}\n", file.path, file.hash);
    for (const auto& one : file.tags->definitions)
      out += fmt::format("  {} {} -> {}\n", one.name, one.line, fmt::join(shown(index.definitions(one.name)), " "));
    for (const auto& one : file.tags->references)
      out += fmt::format("  {} x{} -> {}\n", one.name, +one.count, fmt::join(shown(index.references(one.name)), " "));
  }
  return out;
}

TEST(AnEditedIndex, IsThatOfTheEditedTree) {
  const auto base = index_of(kFiles);
  std::mt19937 random(3);
  Edit edit;
  std::shared_ptr<const Index> earlier;
  const std::vector<std::string> paths{"a.py", "aa.go", "b/c.go", "b/d.java", "z.rs", "notes.txt", "node_modules/new.js", "broken.js"};
  const std::vector<std::optional<std::string>> texts{
      std::nullopt,        "def f(): g()\n",    "fn f() { h() }\nstruct F;\n", "class F { void g() { f(); } }\n",
      kFiles.at("b/c.go"), std::string("\0", 1)};
  for (int i = 0; i < 200; ++i) {
    edit.files[paths[random() % paths.size()]] = texts[random() % texts.size()];
    if (i % 20 == 19) edit.files.clear();
    const auto now = Index::edited(base, edit, earlier.get());
    const auto whole = Index::build(Overlay(MapTree(kFiles), edit)).value();
    ASSERT_EQ(all_of(*now), all_of(*whole));
    if (i % 3 != 0) earlier = now;
  }
}

TEST(AnEditedIndex, ParsesWhatWasEditedSinceAlone) {
  const auto base = index_of(kFiles);
  Edit edit{.files = {{"a.py", "def fresh(): pass\n"}, {"b/d.java", "class G {}\n"}}};
  const auto first = Index::edited(base, edit);
  EXPECT_EQ(first->parsed(), 2u);
  EXPECT_EQ(Index::edited(base, edit, first.get())->parsed(), 0u);
  edit.files["a.py"] = "def fresher(): pass\n";
  edit.files["b/c.go"] = kFiles.at("b/c.go");
  const auto second = Index::edited(base, edit, first.get());
  EXPECT_EQ(second->parsed(), 1u) << "one is as before, one as it was in the beginning";
  EXPECT_EQ(second->file("b/d.java")->tags, first->file("b/d.java")->tags);
  EXPECT_THAT(shown(second->definitions("fresher")), ElementsAre("a.py:1"));
  EXPECT_THAT(second->definitions("fresh"), IsEmpty());
  EXPECT_EQ(Index::edited(index_of(kFiles), edit, second.get())->parsed(), 2u) << "another base has other names";
}

TEST(AnEditedIndex, OutlivesItsBase) {
  auto base = index_of(kFiles);
  const auto now = Index::edited(base, {.files = {{"a.py", "def fresh(): pass\n"}}});
  base.reset();
  EXPECT_THAT(shown(now->definitions("f")), ElementsAre("b/c.go:3"));
}

class UnreadableTree final : public SourceTree {
 public:
  explicit UnreadableTree(std::unexpected<Error> why) : why_(std::move(why)) {}
  Result<std::vector<std::string>> list() const override { return std::vector<std::string>{"a.py", "b.py"}; }
  Result<std::optional<std::string>> read(const std::string& path) const override {
    if (path == "b.py") return why_;
    return std::optional<std::string>("x = 1\n");
  }

 private:
  const std::unexpected<Error> why_;
};

TEST(CodeIndex, LeavesOutAFileThatCannotBeRead) {
  const auto index = Index::build(UnreadableTree(fail_user("path_conflict", "it is a folder")));
  ASSERT_TRUE(index) << to_string(index.error());
  ASSERT_EQ((*index)->files().size(), 1u);
  EXPECT_EQ((*index)->files().front().path, "a.py");
}

TEST(CodeIndex, FailsWithATreeThatIsAway) {
  const auto index = Index::build(UnreadableTree(fail_transient("git_failed", "it is away")));
  ASSERT_FALSE(index.has_value());
  EXPECT_EQ(index.error().code, "git_failed");
}

}  // namespace
}  // namespace argosy::code
