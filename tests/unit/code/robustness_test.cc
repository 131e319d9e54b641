// Whatever a file holds, a rename ends soon, without a crash, and changes nothing but the name.
#include <gtest/gtest.h>

#include <random>

#include "common/code/encoding.h"
#include "common/code/places.h"
#include "common/code/rename.h"
#include "common/code/syntax/tree.h"
#include "tests/unit/code/hostile.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

constexpr int kMutantsPerCase = 12;

std::vector<RenameCase> all_cases() {
  std::vector<RenameCase> all;
  for (auto* list :
       {python_cases, ecmascript_cases, go_cases, java_cases, c_cases, cpp_cases, rust_cases, linked_member_cases, rust_member_cases})
    for (RenameCase& c : list()) all.push_back(std::move(c));
  return all;
}

// A piece of the text gone, doubled, moved or replaced by noise.
std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (auto rounds = 1 + below(3); rounds > 0; --rounds) {
    const std::size_t at = below(text.size() + 1), size = below(std::min<std::size_t>(text.size() - at, 20) + 1);
    const std::string piece = text.substr(at, size);
    switch (below(5)) {
      case 0:
        text.erase(at, size);
        break;
      case 1:
        text.insert(at, piece);
        break;
      case 2:
        text.insert(below(text.size() + 1), piece);
        break;
      case 3:
        text.insert(at, 1, static_cast<char>(below(256)));
        break;
      default:
        text.insert(at, std::string(1, "(){}[]\"'`\n\\/*#:;,.=<>"[below(22)]));
        break;
    }
  }
  return text;
}

// The text with every `to` written `from`: the text before had none.
std::string renamed_back(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(to); at != std::string::npos; at = text.find(to, at + from.size())) text.replace(at, to.size(), from);
  return text;
}

TEST(Robustness, ABrokenSourceNeverCrashesAndLosesNothingButTheName) {
  std::mt19937 random(20261121);
  int succeeded = 0;
  for (const RenameCase& c : all_cases()) {
    const Files files = before(c.marked);
    bool has_new_name = false;
    for (const auto& [path, text] : files) has_new_name = has_new_name || text.find(c.request.to) != std::string::npos;
    for (int i = 0; i < kMutantsPerCase; ++i) {
      Files mutant = files;
      for (auto& [path, text] : mutant) text = mutated(text, random);
      const MapTree tree(mutant);
      const auto edit = rename_symbol(tree, c.request);
      if (!edit || has_new_name || !edit->renamed_from.empty()) continue;
      ++succeeded;
      for (const auto& [path, bytes] : edit->files) {
        // An alias or a key that was added names the old symbol once more: what is left then is longer, never other.
        const auto old_text = decode(mutant.at(path)), new_text = decode(*bytes);
        ASSERT_TRUE(old_text && new_text) << c.promise;
        const std::string back = renamed_back(new_text->text, c.request.from, c.request.to);
        if (back.size() == old_text->text.size())
          EXPECT_EQ(back, old_text->text) << c.promise;
        else
          EXPECT_GT(back.size(), old_text->text.size()) << c.promise;
      }
    }
  }
  EXPECT_GT(succeeded, 100);
}

TEST(Robustness, ACaptureOutsideOfALambdaIsNoCrash) {
  const MapTree tree({{"m.cc", "int g() {\n  int foo = 2;\n  return [foo = foo(] { return foo; }();\n}\n"},
                      {"n.cc", "auto f = [a, foo = 1 { return foo; };\n"},
                      {"o.cc", "x = [foo = 1]\n"}});
  EXPECT_NE(code_of(rename_symbol(tree, renaming("cpp", "foo", "bar"))), "");
}

TEST(Robustness, NoiseIsNoSource) {
  std::mt19937 random(7);
  for (const char* path : {"a.py", "a.js", "a.ts", "a.tsx", "a.go", "A.java"}) {
    std::string noise(20'000, '\0');
    for (char& c : noise) c = static_cast<char>(random() % 255 + 1);
    const std::string language = std::string_view(path).ends_with(".py")   ? "python"
                                 : std::string_view(path).ends_with(".go") ? "go"
                                 : path[0] == 'A'                          ? "java"
                                                                           : "typescript";
    EXPECT_EQ(code_of(rename_symbol(MapTree({{path, noise}}), renaming(language, "foo", "bar"))), "symbol_not_found") << path;
  }
}

TEST(Robustness, BinariesAreNotSources) {
  const MapTree tree({{"m.py", "def foo(): pass\n"}, {"n.py", std::string("foo\0foo", 7)}, {"o.png", "\x89PNG foo"}});
  const auto edit = rename_symbol(tree, renaming("python", "foo", "bar"));
  ASSERT_TRUE(edit.has_value()) << to_string(edit.error());
  EXPECT_EQ(edit->files.size(), 1u);
}

TEST(Robustness, AFileTooLargeToParseIsRefusedOnlyWhereItUsesTheName) {
  const std::string line = "x = [" + repeated("1, ", 1u << 20) + "]\n";
  ASSERT_GT(line.size(), kMaxSourceBytes);
  const Files files{{"m.py", "def foo(): pass\n"}, {"data.py", line}};
  EXPECT_EQ(code_of(rename_symbol(MapTree(files), renaming("python", "foo", "bar"))), "");
  Files using_it = files;
  using_it["data.py"] += "foo()\n";
  EXPECT_EQ(code_of(rename_symbol(MapTree(using_it), renaming("python", "foo", "bar"))), "source_too_large");
}

TEST(Robustness, OneLineOfTwoMegabytesIsBounded) {
  const std::string line = "var x=[" + repeated("foo('" + std::string(500, 'x') + "'),", (kMaxSourceBytes - 600) / 508) + "0];";
  const Files files{{"m.js", "export function foo() {}\n"}, {"min.js", "import { foo } from './m';" + line}};
  const auto edit = rename_symbol(MapTree(files), renaming("javascript", "foo", "bar"));
  ASSERT_TRUE(edit.has_value()) << to_string(edit.error());
  EXPECT_EQ(edit->files.at("min.js")->size(), files.at("min.js").size());
}

TEST(Robustness, DeepNestingIsRefusedOnlyWhereItUsesTheName) {
  for (const auto& [language, path, home, open, close] :
       {std::tuple{"python", "d.py", "foo = 1\n", "(", ")"}, std::tuple{"javascript", "d.js", "export const foo = 1\n", "[", "]"},
        std::tuple{"go", "d.go", "package m\n\nvar foo = 1\n", "(", ")"}, std::tuple{"java", "D.java", "class foo {}\n", "(", ")"},
        std::tuple{"c", "d.c", "int foo;\n", "(", ")"}, std::tuple{"rust", "d.rs", "fn foo() {}\n", "(", ")"}}) {
    const std::string deep = repeated(open, 100'000) + "foo" + repeated(close, 100'000);
    const std::string ending = std::string(path).substr(std::string(path).find('.'));
    const auto edit = rename_symbol(MapTree({{"m" + ending, home}, {path, "x = " + deep}}), renaming(language, "foo", "bar"));
    EXPECT_TRUE(code_of(edit) == "source_too_deep" || code_of(edit) == "syntax_broken") << language << " " << code_of(edit);
    EXPECT_TRUE(rename_symbol(MapTree({{"m" + ending, home}, {path, "x = " + repeated(open, 100'000)}}), renaming(language, "foo", "bar"))
                    .has_value())
        << language;
  }
}

TEST(Robustness, PlacesInATreeAreThoseInItsText) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "naïve = " + std::string(static_cast<std::size_t>(i % 40), 'x') + "1\n";
  text += "y = \"" + std::string(9000, 'z') + "\"\n";
  const auto tree = Tree::parse(Language::python, text);
  ASSERT_TRUE(tree);
  for (std::size_t at = 0; at <= text.size(); at += 37) {
    const Place wanted = place_at("a.py", text, at), found = place_at("a.py", *tree, at);
    ASSERT_EQ(std::tie(found.path, found.line, found.column, found.text), std::tie(wanted.path, wanted.line, wanted.column, wanted.text))
        << at;
  }
}

TEST(Robustness, AFailingTreeFailsTheRename) {
  class Failing final : public SourceTree {
   public:
    Result<std::vector<std::string>> list() const override { return std::vector<std::string>{"a.py", "m.py"}; }
    Result<std::optional<std::string>> read(const std::string& path) const override {
      if (path == "a.py") return fail_transient("disk_gone", "no disk");
      return std::optional<std::string>("def foo(): pass\n");
    }
  };
  EXPECT_EQ(code_of(rename_symbol(Failing(), renaming("python", "foo", "bar"))), "disk_gone");
}

TEST(Encoding, GivesBackTheSameBytes) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 4 == 0 ? random() % 256 : "aé\xFF\xFE\n"[random() % 6]);
    if (i % 3 == 0) bytes = (i % 2 == 0 ? "\xFF\xFE" : "\xFE\xFF") + bytes;
    const auto decoded = decode(bytes);
    if (decoded) EXPECT_EQ(encode(decoded->text, decoded->encoding), bytes);
  }
}

}  // namespace
}  // namespace argosy::code
