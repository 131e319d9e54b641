// Sources made to be walked for ever, too deep or too often: every walk is bounded, and past its bound the rename is refused.
#include <gtest/gtest.h>

#include "common/code/rename.h"
#include "common/code/renaming/linked/macros.h"
#include "tests/unit/code/hostile.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

TEST(HostileSources, ALongChainOfReceiversEnds) {
  std::string chain = "import m\nx = m\n";
  for (int i = 0; i < 300; ++i) chain += "x = x.a if x else x.b\n";
  const MapTree tree({{"m.py", "def foo(): pass\n"}, {"a.py", chain + "x.foo()\n"}});
  EXPECT_EQ(code_of(rename_symbol(tree, renaming("python", "foo", "bar"))), "receiver_unresolved");
}

TEST(HostileSources, ManyFilesThatImportEachOtherEnd) {
  Files files{{"m0.py", "def foo(): pass\nfrom m1 import *\n"}};
  for (int i = 1; i < 120; ++i)
    files["m" + std::to_string(i) + ".py"] =
        "from m" + std::to_string((i + 1) % 120) + " import *\nfrom m" + std::to_string(i - 1) + " import *\nfoo()\n";
  const auto edit = rename_symbol(MapTree(files), renaming("python", "foo", "bar"));
  ASSERT_TRUE(edit.has_value()) << to_string(edit.error());
  EXPECT_EQ(edit->files.size(), 120u);
}

TEST(HostileSources, ChainsOfMacrosEndHoweverLong) {
  constexpr int kMacros = 30'000;
  std::string calls = "void target(void) {}\n", names = "void f(void) {\n  int target = 0;\n  M0;\n}\n";
  for (int i = 0; i < kMacros; ++i) {
    const std::string here = "M" + std::to_string(i), next = "M" + std::to_string(i + 1);
    calls += "#define " + here + "(a) " + next + "(a)\n";
    names.insert(0, "#define " + here + " " + next + "\n");
  }
  const std::string last = "M" + std::to_string(kMacros);
  const std::string use = "void f(void) { M0(target); }\n";
  const auto kept = rename_symbol(MapTree({{"m.c", calls + use}}), renaming("c", "target", "other"));
  EXPECT_EQ(code_of(kept), "");
  const auto glued = rename_symbol(MapTree({{"m.c", calls + "#define " + last + "(a) x##a\n" + use}}), renaming("c", "target", "other"));
  EXPECT_EQ(code_of(glued), "symbol_ambiguous");
  auto local = renaming("c", "target", "other");
  local.kind = "variable";
  local.in = "f";
  EXPECT_EQ(code_of(rename_symbol(MapTree({{"m.c", names}}), local)), "");
  EXPECT_EQ(code_of(rename_symbol(MapTree({{"m.c", "#define " + last + " target\n" + names}}), local)), "symbol_ambiguous");
}

TEST(HostileSources, MoreMacrosThatMayGlueTheNameThanAreLookedThroughAreRefused) {
  const auto with = [](int macros) {
    Files files{{"m.c", "void target(void) {}\n"}};
    for (int i = 0; i < macros; ++i) files["p.h"] += "#define P" + std::to_string(i) + "(n) tar##n\n";
    for (int i = 0; i < 60; ++i) files["g" + std::to_string(i) + ".c"] = "int get;\n";
    return code_of(rename_symbol(MapTree(files), renaming("c", "target", "other")));
  };
  EXPECT_EQ(with(static_cast<int>(linked::kMaxMakersLooked)), "");
  EXPECT_EQ(with(20'000), "symbol_ambiguous");
}

TEST(HostileSources, BracketsOfMacrosThatNeverCloseAreNotReadOverAndOver) {
  const auto with = [](std::size_t calls) {
    const Files files{{"m.c", "#define P(n) tar##n\nvoid target(void) {}\n"}, {"g.c", "int get;\n" + repeated("P(\n", calls)}};
    return code_of(rename_symbol(MapTree(files), renaming("c", "target", "other")));
  };
  EXPECT_EQ(with(100), "");
  EXPECT_EQ(with(20'000), "symbol_ambiguous");
}

TEST(HostileSources, ModulesThatLeadDeeperThanTheStackAreUnknown) {
  const auto chain = [](int modules) {
    Files files{{"Cargo.toml", "[package]\nname = \"m\"\n"}, {"src/lib.rs", "pub use crate::m0::*;\npub fn call() { target(); }\n"}};
    for (int i = 0; i < modules; ++i) {
      files["src/lib.rs"] += "pub mod m" + std::to_string(i) + ";\n";
      files["src/m" + std::to_string(i) + ".rs"] =
          i + 1 < modules ? "pub use crate::m" + std::to_string(i + 1) + "::*;\n" : "pub fn target() {}\n";
    }
    return code_of(rename_symbol(MapTree(files), renaming("rust", "target", "other")));
  };
  EXPECT_EQ(chain(60), "");
  EXPECT_EQ(chain(12'000), "receiver_unresolved");
}

TEST(HostileSources, ModulesThatAllLeadToEachOtherEnd) {
  constexpr int kModules = 300, kStars = 19;
  Files files{{"Cargo.toml", "[package]\nname = \"m\"\n"}, {"src/lib.rs", "pub fn target() {}\n"}};
  for (int i = 0; i < kModules; ++i) {
    files["src/lib.rs"] += "pub mod m" + std::to_string(i) + ";\n";
    std::string& text = files["src/m" + std::to_string(i) + ".rs"];
    for (int j = 1; j <= kStars; ++j) text += "pub use crate::m" + std::to_string((i * kStars + j * j) % kModules) + "::*;\n";
    text += "pub fn call() { target(); }\n";
  }
  EXPECT_EQ(code_of(rename_symbol(MapTree(files), renaming("rust", "target", "other"))), "receiver_unresolved");
}

TEST(HostileSources, PathsInMacrosAreFollowedSoFarAndNoFurther) {
  const auto with = [](std::string_view segment, std::size_t segments) {
    const Files files{
        {"Cargo.toml", "[package]\nname = \"m\"\n"},
        {"src/lib.rs", "pub fn target() {}\npub fn call() {\n    println!(\"{}\", " + repeated(segment, segments) + "target());\n}\n"}};
    return code_of(rename_symbol(MapTree(files), renaming("rust", "target", "other")));
  };
  EXPECT_EQ(with("crate::", 1), "");
  EXPECT_EQ(with("elsewhere::", 60), "") << "of another crate";
  EXPECT_EQ(with("elsewhere::", 70), "receiver_unresolved");
  EXPECT_EQ(with("target::", 5'000), "receiver_unresolved");
}

TEST(HostileSources, HeadersThatIncludeEachOtherAreWalkedOnce) {
  constexpr int kFiles = 6'000;
  Files files{{"m.c", "#include \"h0.h\"\nvoid target(void) {}\n"}, {"h0.h", "void target(void);\n#include \"h1.h\"\n"}};
  for (int i = 1; i < kFiles / 2; ++i)
    files["h" + std::to_string(i) + ".h"] = "#include \"h" + std::to_string((i + 1) % (kFiles / 2)) + ".h\"\n";
  for (int i = 0; i < kFiles / 2; ++i)
    files["s" + std::to_string(i) + ".c"] =
        "#include \"h" + std::to_string(i) + ".h\"\nvoid f" + std::to_string(i) + "(void) { target(); }\n";
  const auto edit = rename_symbol(MapTree(files), renaming("c", "target", "other"));
  ASSERT_TRUE(edit.has_value()) << to_string(edit.error());
  EXPECT_EQ(edit->files.size(), 2u + kFiles / 2);
}

TEST(HostileSources, ClassesOfMoreBasesThanTheStackHoldsMayHaveAnyMember) {
  const auto chain = [](int classes) {
    std::string text = "void target() {}\n";
    for (int i = 0; i < classes; ++i)
      text += "struct C" + std::to_string(i) + (i + 1 < classes ? " : C" + std::to_string(i + 1) : "") + " { void f" + std::to_string(i) +
              "(); };\n";
    return code_of(rename_symbol(MapTree({{"m.cc", text + "void C0::f0() { target(); }\n"}}), renaming("cpp", "target", "other")));
  };
  EXPECT_EQ(chain(60), "");
  EXPECT_EQ(chain(12'000), "receiver_unresolved");
}

}  // namespace
}  // namespace argosy::code
