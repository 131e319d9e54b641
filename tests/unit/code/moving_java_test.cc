// What rename_module and move_symbol promise for Java: whole trees before and after, or the refusal with its places.
#include <gmock/gmock.h>

#include "common/code/moving/moving.h"
#include "common/code/operations.h"
#include "common/core/json.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

std::string outcome(const Result<Edit>& edit) {
  if (edit) return "done";
  std::string out = edit.error().code;
  const auto details = json::parse(edit.error().details).value_or(json::Value());
  for (const json::Value& place : details.array_or_empty("places"))
    out += " " + place.string_or("path", "?") + ":" + std::to_string(place.int_or("line", 0));
  return out;
}

Result<Edit> rename_unit(const Files& files, const std::string& from, const std::string& to, std::vector<std::string> force = {}) {
  return apply(MapTree(files), tasks::RenameModule{"java", from, to, std::move(force)});
}
Result<Edit> move_type(const Files& files, const std::string& name, const std::string& from, const std::string& to,
                       std::vector<std::string> force = {}) {
  return apply(MapTree(files), tasks::MoveSymbol{"java", name, from, to, std::move(force)});
}
// The tree afterwards; what it was when it was refused, which is told as a failure.
Files after(const Files& files, const Result<Edit>& edit) {
  EXPECT_TRUE(edit) << (edit ? "" : to_string(edit.error()) + edit.error().details);
  return edit ? MapTree(files).with(*edit) : files;
}

const std::string kFoo = "src/a/b/Foo.java", kNew = "src/a/c/Foo.java";

void there_and_back(const Files& before, const Files& afterwards) {
  EXPECT_EQ(after(before, rename_unit(before, kFoo, kNew)), afterwards);
  EXPECT_EQ(after(afterwards, rename_unit(afterwards, kNew, kFoo)), before);
}

TEST(JavaUnits, ChangeTheirPackageAndWhoImportsThemFollowsThereAndBack) {
  there_and_back(
      {{kFoo, "package a.b;\n\nimport java.util.List;\n\npublic class Foo {\n  public static class In {}\n  public List<Foo> all;\n}\n"},
       {"src/a/b/Mate.java", "package a.b;\n\npublic class Mate {\n  Foo foo = new Foo();\n}\n"},
       {"src/a/d/User.java",
        "package a.d;\r\n\r\nimport a.b.Foo;\r\nimport a.b.Foo.In;\r\nimport static a.b.Foo.*;\r\n\r\nclass User extends Foo {\r\n  In "
        "in;\r\n}\r\n"},
       {"src/a/d/Whole.java", "package a.d;\n\nclass Whole {\n  a.b.Foo x = new a.b.Foo();\n  Object y = a.b.Foo.class;\n}\n"}},
      {{kNew, "package a.c;\n\nimport java.util.List;\n\npublic class Foo {\n  public static class In {}\n  public List<Foo> all;\n}\n"},
       {"src/a/b/Mate.java", "package a.b;\n\nimport a.c.Foo;\n\npublic class Mate {\n  Foo foo = new Foo();\n}\n"},
       {"src/a/d/User.java",
        "package a.d;\r\n\r\nimport a.c.Foo;\r\nimport a.c.Foo.In;\r\nimport static a.c.Foo.*;\r\n\r\nclass User extends Foo {\r\n  In "
        "in;\r\n}\r\n"},
       {"src/a/d/Whole.java", "package a.d;\n\nclass Whole {\n  a.c.Foo x = new a.c.Foo();\n  Object y = a.c.Foo.class;\n}\n"}});
}

TEST(JavaUnits, ImportWhatTheyLeaveAndNotWhatTheyMeetThereAndBack) {
  there_and_back({{kFoo, "package a.b;\n\nimport a.c.There;\n\npublic class Foo extends Left {\n  There there;\n}\n"},
                  {"src/a/b/Left.java", "package a.b;\n\npublic class Left {}\n"},
                  {"src/a/c/There.java", "package a.c;\n\nimport a.b.Foo;\n\npublic class There {\n  Foo foo;\n}\n"}},
                 {{kNew, "package a.c;\n\nimport a.b.Left;\n\npublic class Foo extends Left {\n  There there;\n}\n"},
                  {"src/a/b/Left.java", "package a.b;\n\npublic class Left {}\n"},
                  {"src/a/c/There.java", "package a.c;\n\npublic class There {\n  Foo foo;\n}\n"}});
}

TEST(JavaUnits, AreImportedByNameWhereTheirPackageWasImportedAsAWhole) {
  const Files files{{kFoo, "package a.b;\n\npublic class Foo {}\n"},
                    {"src/a/b/Left.java", "package a.b;\n\npublic class Left {}\n"},
                    {"src/a/c/There.java", "package a.c;\n\nimport a.b.*;\n\nclass There {\n  Foo foo;\n  Left left;\n}\n"},
                    {"src/a/d/User.java", "package a.d;\n\nimport a.b.*;\n\nclass User {\n  Foo foo;\n  Left left;\n}\n"}};
  Files wanted = files;
  wanted.erase(kFoo);
  wanted[kNew] = "package a.c;\n\npublic class Foo {}\n";
  wanted["src/a/d/User.java"] = "package a.d;\n\nimport a.b.*;\nimport a.c.Foo;\n\nclass User {\n  Foo foo;\n  Left left;\n}\n";
  EXPECT_EQ(after(files, rename_unit(files, kFoo, kNew)), wanted);
  Files alone = files;
  alone.erase("src/a/b/Left.java");
  EXPECT_EQ(outcome(rename_unit(alone, kFoo, kNew)), "import_unresolved src/a/c/There.java:3 src/a/d/User.java:3");
}

TEST(JavaUnits, KeepTheNameOfTheirPublicClass) {
  const Files files{{kFoo, "package a.b;\n\npublic class Foo {}\n"}, {"src/a/b/Two.java", "package a.b;\n\nclass One {}\n"}};
  const auto renamed = rename_unit(files, kFoo, "src/a/b/Bar.java");
  EXPECT_EQ(outcome(renamed), "name_invalid src/a/b/Foo.java:3");
  ASSERT_FALSE(renamed);
  EXPECT_THAT(renamed.error().hint, ::testing::HasSubstr("rename_symbol"));
  EXPECT_EQ(after(files, rename_unit(files, "src/a/b/Two.java", "src/a/b/One.java")),
            (Files{{kFoo, files.at(kFoo)}, {"src/a/b/One.java", "package a.b;\n\nclass One {}\n"}}));
}

TEST(JavaUnits, AreRefusedWhereNoFileOfTheirsCouldGo) {
  const Files files{{kFoo, "package a.b;\n\npublic class Foo {}\n"},
                    {"src/a/d/Foo.java", "package a.d;\n\npublic class Foo {}\n"},
                    {"src/a/b/package-info.java", "package a.b;\n"},
                    {"src/Bare.java", "public class Bare {}\n"},
                    {"src/a/Lost.java", "package x;\n\nclass Lost {}\n"}};
  EXPECT_EQ(outcome(rename_unit(files, kFoo, "src/a/d/Foo.java")), "file_exists src/a/d/Foo.java:1");
  EXPECT_EQ(outcome(rename_unit(files, "src/None.java", "src/a/None.java")), "file_not_found");
  EXPECT_EQ(outcome(rename_unit(files, "src/a/b", "src/a/e")), "name_invalid");
  EXPECT_EQ(outcome(rename_unit(files, kFoo, "src/a/new/Foo.java")), "name_invalid");
  EXPECT_EQ(outcome(rename_unit(files, kFoo, "src/Foo.java")), "name_invalid");
  EXPECT_EQ(outcome(rename_unit(files, kFoo, "test/a/c/Foo.java")), "name_invalid");
  EXPECT_EQ(outcome(rename_unit(files, "src/Bare.java", "src/a/Bare.java")), "name_invalid");
  EXPECT_EQ(outcome(rename_unit(files, "src/a/Lost.java", "src/a/b/Lost.java")), "name_invalid");
  EXPECT_EQ(outcome(rename_unit(files, "src/a/b/package-info.java", "src/a/c/package-info.java")), "name_invalid");
}

TEST(JavaUnits, AreRefusedWhereANameIsTakenOrCaptured) {
  const Files home{{kFoo, "package a.b;\n\nimport java.util.*;\n\npublic class Foo {\n  List<Foo> all;\n}\n"}};
  Files taken = home, captured = home, shadowed = home;
  taken["src/a/c/More.java"] = "package a.c;\n\nclass More {}\n\nclass Foo {}\n";
  EXPECT_EQ(outcome(rename_unit(taken, kFoo, kNew)), "name_taken src/a/c/More.java:5");
  captured["src/a/c/List.java"] = "package a.c;\n\npublic class List {}\n";
  EXPECT_EQ(outcome(rename_unit(captured, kFoo, kNew)), "name_taken src/a/c/List.java:3");
  shadowed["src/a/c/User.java"] = "package a.c;\n\nimport z.*;\n\nclass User {\n  Foo foo;\n}\n";
  EXPECT_EQ(outcome(rename_unit(shadowed, kFoo, kNew)), "import_unresolved src/a/c/User.java:1");
}

TEST(JavaUnits, AreRefusedWhereAccessWouldBeLost) {
  const std::string mate = "src/a/b/Mate.java";
  const auto with = [&](const std::string& foo, const std::string& other) {
    return outcome(rename_unit({{kFoo, "package a.b;\n\n" + foo}, {mate, "package a.b;\n\n" + other}}, kFoo, kNew));
  };
  const std::string lost_there = "access_lost src/a/b/Mate.java:4", lost_here = "access_lost src/a/b/Foo.java:4";
  EXPECT_EQ(with("class Foo {}\n", "class Mate {\n  Foo foo;\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  Mate mate;\n}\n", "class Mate {}\n"), lost_here);
  EXPECT_EQ(with("public class Foo {\n  int n;\n}\n", "class Mate {\n  int get(Foo foo) { return foo.n; }\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  void go() {}\n}\n", "class Mate extends Foo {\n  void run() { go(); }\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  void go() {}\n}\n", "class Mate extends Foo {\n  void go() {}\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  Foo() {}\n}\n", "class Mate {\n  Object foo = new Foo();\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  static class In {}\n}\n", "class Mate {\n  Foo.In in;\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  protected int n;\n}\n", "class Mate {\n  int get() { return make().n; }\n}\n"), lost_there);
  EXPECT_EQ(with("public class Foo {\n  int n(Mate mate) { return mate.n; }\n}\n", "public class Mate {\n  int n;\n}\n"), lost_here);
  EXPECT_EQ(with("public class Foo {}\n", "public sealed class Mate\n    permits Foo {}\n"), lost_there);
  // What is inherited, public, or surely somebody else's is no access.
  EXPECT_EQ(with("public class Foo {\n  protected Foo() {}\n  protected void go() {}\n  void size() {}\n}\n",
                 "class Mate extends Foo {\n  void run(java.util.List<Foo> all) { go(); this.go(); all.size(); }\n}\n"),
            "done");
}

TEST(JavaUnits, AreRefusedWhereAStringNamesThemUnlessItIsForced) {
  const Files files{{kFoo, "package a.b;\n\npublic class Foo {\n  String s = \"a.b.Foo\";\n}\n"},
                    {"app.xml", "<bean class=\"a.b.Foo\"/>\n"}};
  EXPECT_EQ(outcome(rename_unit(files, kFoo, kNew)), "name_in_string src/a/b/Foo.java:4 app.xml:1");
  EXPECT_EQ(
      after(files, rename_unit(files, kFoo, kNew, {"strings"})),
      (Files{{kNew, "package a.c;\n\npublic class Foo {\n  String s = \"a.c.Foo\";\n}\n"}, {"app.xml", "<bean class=\"a.c.Foo\"/>\n"}}));
}

TEST(JavaUnits, AreRefusedWhereAModuleWouldNoLongerExportThem) {
  const Files files{{kFoo, "package a.b;\n\npublic class Foo {}\n"},
                    {"src/a/b/Left.java", "package a.b;\n\npublic class Left {}\n"},
                    {"src/module-info.java", "module m {\n  exports a.b;\n}\n"}};
  EXPECT_EQ(outcome(rename_unit(files, kFoo, kNew)), "access_lost src/module-info.java:2");
  Files both = files;
  both["src/module-info.java"] = "module m {\n  exports a.b;\n  exports a.c;\n  provides x.S with a.b.Foo;\n}\n";
  const auto moved = after(both, rename_unit(both, kFoo, kNew));
  EXPECT_EQ(moved.at("src/module-info.java"), "module m {\n  exports a.b;\n  exports a.c;\n  provides x.S with a.c.Foo;\n}\n");
}

const std::string kMany = "src/a/b/Many.java";

TEST(JavaTypes, MoveToANewFileWithTheirCommentsImportsAndLicence) {
  const Files files{
      {kMany,
       "// Licence.\npackage a.b;\n\nimport java.io.File;\nimport java.util.List;\nimport java.util.Map;\n\npublic class Many {\n  "
       "public Two two;\n}\n\n/** Two. */\n@Deprecated\nclass Two {\n  public List<Many> many; // all\n}\n\nclass Three {\n  Map m;\n}\n"},
      {"src/a/b/User.java", "package a.b;\n\nclass User {\n  Two two;\n}\n"}};
  const auto edit = move_type(files, "Two", kMany, "src/a/b/Two.java");
  EXPECT_EQ(after(files, edit),
            (Files{{kMany,
                    "// Licence.\npackage a.b;\n\nimport java.io.File;\nimport java.util.List;\nimport java.util.Map;\n\npublic class "
                    "Many {\n  public Two two;\n}\n\nclass Three {\n  Map m;\n}\n"},
                   {"src/a/b/Two.java",
                    "// Licence.\npackage a.b;\n\nimport java.util.List;\n\n/** Two. */\n@Deprecated\nclass Two {\n  public List<Many> "
                    "many; // all\n}\n"},
                   {"src/a/b/User.java", files.at("src/a/b/User.java")}}));
}

TEST(JavaTypes, MoveToAnotherFileAndBack) {
  const Files before{{"src/a/b/One.java", "package a.b;\n\nimport java.util.List;\n\nclass One {}\n"},
                     {kMany, "package a.b;\n\nimport java.util.List;\n\nclass Many {}\n\nclass Two {\n  List<One> ones;\n}\n"}};
  const Files moved{{"src/a/b/One.java", "package a.b;\n\nimport java.util.List;\n\nclass One {}\n\nclass Two {\n  List<One> ones;\n}\n"},
                    {kMany, "package a.b;\n\nimport java.util.List;\n\nclass Many {}\n"}};
  EXPECT_EQ(after(before, move_type(before, "Two", kMany, "src/a/b/One.java")), moved);
  EXPECT_EQ(after(moved, move_type(moved, "Two", "src/a/b/One.java", kMany)), before);
}

TEST(JavaTypes, MoveToAnotherPackageWhoseFilesAndWhoseOldMatesFollow) {
  const Files files{{"src/a/b/Two.java", "package a.b;\n\npublic class Two {\n  public Helper helper;\n}\n\nclass Rest {\n  Two two;\n}\n"},
                    {"src/a/b/Helper.java", "package a.b;\n\npublic class Helper {}\n"},
                    {"src/a/d/User.java", "package a.d;\n\nimport a.b.Two;\n\nclass User {\n  Two two;\n}\n"}};
  EXPECT_EQ(after(files, move_type(files, "Two", "src/a/b/Two.java", "src/a/c/Two.java")),
            (Files{{"src/a/b/Two.java", "package a.b;\n\nimport a.c.Two;\n\nclass Rest {\n  Two two;\n}\n"},
                   {"src/a/c/Two.java", "package a.c;\n\nimport a.b.Helper;\n\npublic class Two {\n  public Helper helper;\n}\n"},
                   {"src/a/b/Helper.java", files.at("src/a/b/Helper.java")},
                   {"src/a/d/User.java", "package a.d;\n\nimport a.c.Two;\n\nclass User {\n  Two two;\n}\n"}}));
}

TEST(JavaTypes, TakeTheirFileAlongWhereTheyAreAloneInIt) {
  const Files files{{kFoo, "package a.b;\n\n// About all.\nimport java.util.List;\n\npublic class Foo {}\n"}};
  const auto edit = move_type(files, "Foo", kFoo, kNew);
  EXPECT_EQ(after(files, edit), (Files{{kNew, "package a.c;\n\n// About all.\nimport java.util.List;\n\npublic class Foo {}\n"}}));
  ASSERT_TRUE(edit);
  EXPECT_EQ(edit->renamed_from.at(kNew), kFoo);
  const Files pair{{"src/a/b/A.java", "package a.b;\n\nclass A {}\n"}, {"src/a/b/B.java", "package a.b;\n\nclass B {}\n"}};
  EXPECT_EQ(after(pair, move_type(pair, "A", "src/a/b/A.java", "src/a/b/B.java")),
            (Files{{"src/a/b/B.java", "package a.b;\n\nclass B {}\n\nclass A {}\n"}}));
}

TEST(JavaTypes, AreRefusedWhereTheyCannotLeave) {
  const auto refused = [](const std::string& text, const std::string& to) {
    return outcome(move_type({{kMany, "package a.b;\n\n" + text}}, "Two", kMany, to));
  };
  EXPECT_EQ(refused("class Many {}\n\npublic class Two {}\n", "src/a/b/Other.java"), "name_invalid src/a/b/Many.java:5");
  EXPECT_EQ(refused("class Many {}\nclass Two {\n  Many many;\n}\n", "src/a/c/Two.java"), "access_lost src/a/b/Many.java:5");
  EXPECT_EQ(refused("class Many {\n  Two two;\n}\nclass Two {}\n", "src/a/c/Two.java"), "access_lost src/a/b/Many.java:4");
  EXPECT_EQ(refused("class Many {} class Two {}\n", "src/a/b/Two.java"), "symbol_ambiguous src/a/b/Many.java:3");
  EXPECT_EQ(refused("sealed class Many {}\nfinal class Two extends Many {}\n", "src/a/b/Two.java"), "access_lost src/a/b/Many.java:3");
  EXPECT_EQ(refused("class Many {\n  class Two {}\n}\n", "src/a/b/Two.java"), "symbol_not_found");
  EXPECT_EQ(refused("class Many {}\nclass Two {\n", "src/a/b/Two.java"), "syntax_broken src/a/b/Many.java:4");
}

TEST(JavaTypes, AreRefusedWhereTheyCannotArrive) {
  const auto refused = [](const std::string& imports, const std::string& there) {
    return outcome(move_type({{kMany, "package a.b;\n\n" + imports + "class Many {}\n\nclass Two {\n  List all;\n}\n"},
                              {"src/a/b/One.java", "package a.b;\n\n" + there}},
                             "Two", kMany, "src/a/b/One.java"));
  };
  EXPECT_EQ(refused("import java.util.List;\n", "import java.awt.List;\n\nclass One {}\n"), "name_taken src/a/b/One.java:3");
  EXPECT_EQ(refused("import java.util.List;\n", "import java.awt.*;\n\nclass One {\n  List x;\n}\n"), "name_taken src/a/b/One.java:6");
  EXPECT_EQ(refused("import java.util.*;\n", "import java.awt.*;\n\nclass One {}\n"), "import_unresolved src/a/b/Many.java:6");
  EXPECT_EQ(refused("import java.util.*;\n", "import java.util.*;\n\nclass One {}\n"), "done");
  EXPECT_EQ(refused("", "class One {}\n\nclass Two {}\n").substr(0, 16), "symbol_ambiguous");
}

TEST(JavaTypes, AreRefusedWhereAStringNamesThemUnlessItMayStay) {
  const Files files{{kFoo, "package a.b;\n\npublic class Foo {}\n"}, {"app.xml", "<bean class=\"a.b.Foo\"/>\n"}};
  EXPECT_EQ(outcome(move_type(files, "Foo", kFoo, kNew)), "name_in_string app.xml:1");
  EXPECT_EQ(after(files, move_type(files, "Foo", kFoo, kNew, {"strings"})),
            (Files{{kNew, "package a.c;\n\npublic class Foo {}\n"}, {"app.xml", "<bean class=\"a.b.Foo\"/>\n"}}));
}

}  // namespace
}  // namespace argosy::code
