// What a rename promises in Java.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase renames(std::string promise, Files marked) { return {std::move(promise), renaming("java", "Foo", "Bar"), std::move(marked)}; }

RenameCase refuses(std::string promise, std::string code, Files marked) {
  return {std::move(promise), renaming("java", "Foo", "Bar"), std::move(marked), std::move(code)};
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

const std::string kHome =
    "package a.b;\n\npublic class «Foo» {\n  public static final int X = 1;\n  public «Foo»() {}\n  public static «Foo» make() { return "
    "new «Foo»(); }\n  public static class Inner {}\n}\n";

std::vector<RenameCase> packages() {
  return {
      renames("MovesTheFileOfTheClass", {{"src/a/b/Foo.java>Bar.java", kHome}}),
      renames("FollowsThePackage", {{"src/a/b/Foo.java>Bar.java", kHome},
                                    {"test/a/b/FooTest.java", "package a.b;\n\nclass FooTest {\n  «Foo» foo = «Foo».make();\n}\n"}}),
      renames("FollowsImports", {{"src/a/b/Foo.java>Bar.java", kHome},
                                 {"src/c/D.java",
                                  "package c;\n\nimport a.b.«Foo»;\nimport a.b.«Foo».Inner;\nimport static a.b.«Foo».X;\nimport static "
                                  "a.b.«Foo».*;\n\nclass D extends «Foo» {\n  Inner i;\n}\n"}}),
      renames("FollowsAnImportOfThePackage",
              {{"src/a/b/Foo.java>Bar.java", kHome}, {"src/c/D.java", "package c;\n\nimport a.b.*;\n\nclass D {\n  «Foo» x;\n}\n"}}),
      with(renames("PrefersItsOwnPackageToAnImportOfAnother", {{"src/a/b/Foo.java>Bar.java", kHome},
                                                               {"src/c/D.java", "package c;\n\nimport a.b.*;\n\nclass D {\n  Foo x;\n}\n"},
                                                               {"src/c/Foo.java", "package c;\n\nclass Foo {}\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"src/a/**"}; }),
      renames("FollowsTheFullName", {{"src/a/b/Foo.java>Bar.java", kHome},
                                     {"src/c/D.java",
                                      "package c;\n\nclass D {\n  a.b.«Foo» x = a.b.«Foo».make();\n  Object y = a.b.«Foo».X + "
                                      "a.b.«Foo».Inner.class;\n  @a.b.«Foo» int z;\n  other.Foo w = other.Foo.make();\n}\n"}}),
      renames("LeavesOtherPackagesAlone", {{"src/a/b/Foo.java>Bar.java", kHome},
                                           {"src/c/D.java", "package c;\n\nimport other.Foo;\n\nclass D {\n  Foo x = Foo.make();\n}\n"},
                                           {"src/c/E.java", "package c;\n\nclass E {\n  Foo x;\n}\n"}}),
      renames("FollowsAModuleDescription",
              {{"src/a/b/Foo.java>Bar.java", kHome},
               {"src/module-info.java", "module a.b.Foo {\n  exports a.b;\n  uses a.b.«Foo»;\n  provides c.S with a.b.«Foo»;\n}\n"}}),
      renames("KeepsTheFileOfASecondClass",
              {{"src/a/b/Main.java", "package a.b;\n\npublic class Main {\n  «Foo» x;\n}\n\nclass «Foo» {}\n"}}),
      renames("RenamesInterfacesEnumsRecordsAndAnnotations",
              {{"Foo.java>Bar.java", "interface «Foo» {}\n"}, {"A.java", "enum A implements «Foo» { ONE }\n"}}),
      renames("RenamesARecord", {{"Foo.java>Bar.java", "record «Foo»(int a, «Foo» b) {\n  «Foo» {\n    a = 1;\n  }\n}\n"}}),
      renames("RenamesAnAnnotation", {{"Foo.java>Bar.java", "@interface «Foo» { int value(); }\n"},
                                      {"A.java", "@«Foo»(1)\nclass A {\n  @«Foo»(2) int Foo;\n}\n"}}),
  };
}

std::vector<RenameCase> forms() {
  return {
      renames(
          "FollowsTypesEverywhere",
          {{"a/b/Foo.java>Bar.java", kHome},
           {"a/b/T.java",
            "package a.b;\n\nclass T<X extends «Foo»> implements I<«Foo», ? super «Foo»> {\n  «Foo»[] y = new «Foo»[] {new «Foo»() {}};\n  "
            "<Y extends «Foo» & I> «Foo» m(«Foo» a, «Foo»... b) throws «Foo» {\n"
            "    if (a instanceof «Foo») return («Foo») a;\n    for («Foo» f : y) {}\n    try («Foo» r = null) {} catch («Foo» | X e) {}\n "
            "   Object o = «Foo»::new;\n    o = «Foo»::make;\n    o = «Foo».class;\n    o = new «Foo».Inner();\n    o = («Foo» z) -> z;\n"
            "    «Foo».super.x();\n    this.<«Foo»>m(null);\n    return «Foo».make();\n  }\n}\n"}}),
      renames("LeavesMembersLabelsAndVariablesAlone",
              {{"a/b/Foo.java>Bar.java", kHome},
               {"a/b/T.java",
                "package a.b;\n\nclass T {\n  int Foo() { return Foo(); }\n  void m(T Foo) {\n    Foo: for (;;) { break Foo; }\n    "
                "Foo.Foo();\n    this.Foo();\n    int x = Foo.Foo;\n    Foo = null;\n  }\n  enum E { Foo }\n  void n() { «Foo» y = "
                "«Foo».make(); }\n  Object o = Foo -> Foo.x();\n  @A(Foo = 1) int z;\n}\n"}}),
      renames(
          "KnowsThatALocalHidesTheTypeFromItsDeclarationOn",
          {{"a/b/Foo.java>Bar.java", kHome},
           {"a/b/T.java", "package a.b;\n\nclass T {\n  void m() {\n    «Foo».make();\n    «Foo» Foo = null;\n    Foo.make();\n  }\n}\n"}}),
      renames("LeavesNestedTypesAndTypeParametersAlone",
              {{"a/b/Foo.java>Bar.java", kHome},
               {"a/b/T.java",
                "package a.b;\n\nclass T {\n  static class Foo {\n    Foo() {}\n  }\n  Foo x = new Foo();\n  T.Foo y;\n}\n\nclass U<Foo> "
                "{\n  Foo x;\n  <Foo> Foo m(Foo y) { return y; }\n}\n\nclass V {\n  «Foo» x;\n  T.Foo y;\n  void m() { class Foo {} new "
                "Foo(); }\n}\n"}}),
      renames("LeavesCommentsAndOtherStringsAlone",
              {{"a/b/Foo.java>Bar.java",
                "package a.b;\n\n/** {@link Foo} a.b.Foo */\nclass «Foo» {\n  String s = \"Foo is x.Foo\"; // Foo\n}\n"}}),
      with(renames("RewritesStringsOnTheUsersWord",
                   {{"a/b/Foo.java>Bar.java", "package a.b;\n\nclass «Foo» {\n  Object o = Class.forName(\"a.b.«Foo»\");\n}\n"},
                    {"app.xml", "<bean class=\"a.b.«Foo»\"/>\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"strings"}; }),
      with(renames("RewritesCommentsOnTheUsersWord", {{"a/b/Foo.java>Bar.java", "package a.b;\n\n/** {@link «Foo»} */\nclass «Foo» {}\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"comments"}; }),
  };
}

std::vector<RenameCase> refusals() {
  return {
      refuses("RefusesTwoDefinitions", "symbol_ambiguous",
              {{"a/Foo.java", "package a;\n\nclass ‹Foo› {}\n"}, {"b/Foo.java", "package b;\n\nclass ‹Foo› {}\n"}}),
      refuses("RefusesTheSameClassTwice", "symbol_ambiguous",
              {{"x/a/Foo.java", "package a;\n\nclass ‹Foo› {}\n"}, {"y/a/Foo.java", "package a;\n\nclass ‹Foo› {}\n"}}),
      refuses("RefusesANestedClass", "symbol_not_found", {{"A.java", "class A {\n  class ‹Foo› {}\n}\n"}}),
      refuses("RefusesTheDottedNameInAString", "name_in_string",
              {{"a/b/Foo.java", "package a.b;\n\nclass Foo {\n  Object o = Class.forName(\"a.b.‹Foo›\");\n}\n"}}),
      refuses("RefusesConfigurationThatNamesIt", "name_in_string",
              {{"a/b/Foo.java", "package a.b;\n\nclass Foo {}\n"},
               {"pom.xml", "<mainClass>a.b.‹Foo›</mainClass>\n"},
               {"r/META-INF/services/c.S", "a.b.‹Foo›\n"}}),
      refuses("RefusesAServiceWhoseFileItNames", "name_in_string",
              {{"a/b/Foo.java", "package a.b;\n\ninterface Foo {}\n"}, {"r/META-INF/services/a.b.Foo", "‹c›.Impl\n"}}),
      refuses("RefusesKotlinThatUsesIt", "language_unsupported",
              {{"a/b/Foo.java", "package a.b;\n\nclass Foo {}\n"}, {"K.kt", "val x = ‹Foo›()\n"}}),
      refuses("RefusesANameThatThePackageHas", "name_taken",
              {{"a/b/Foo.java", "package a.b;\n\nclass Foo {}\n"}, {"a/b/X.java", "package a.b;\n\nclass ‹Bar› {}\n"}}),
      refuses("RefusesANameThatAnImporterHas", "name_taken",
              {{"a/b/Foo.java", "package a.b;\n\npublic class Foo {}\n"},
               {"c/D.java", "package c;\n\nimport a.b.Foo;\n\nclass ‹Bar› extends Foo {}\n"}}),
      refuses("RefusesANestedClassThatWouldHideIt", "name_taken",
              {{"a/b/Foo.java", "package a.b;\n\nclass Foo {}\n"},
               {"a/b/T.java", "package a.b;\n\nclass T {\n  class Bar {}\n  ‹Foo› x;\n}\n"}}),
      refuses("RefusesToHideAJavaClass", "name_taken", {{"a/b/Foo.java", "package a.b;\n\nclass Foo {\n  ‹Bar› s;\n}\n"}}),
      refuses("RefusesATypeThatMayBeInherited", "receiver_unresolved",
              {{"a/b/Foo.java", "package a.b;\n\nclass Foo {}\n"},
               {"a/b/B.java", "package a.b;\n\nclass B {\n  class Foo {}\n}\n"},
               {"a/b/C.java", "package a.b;\n\nclass C extends B {\n  ‹Foo› x;\n}\n"}}),
      with(refuses("RefusesAKeyword", "name_invalid", {{"a/b/Foo.java", "package a.b;\n\nclass Foo {}\n"}}),
           [](tasks::RenameSymbol& r) { r.to = "enum"; }),
  };
}

}  // namespace

std::vector<RenameCase> java_cases() {
  std::vector<RenameCase> all;
  for (auto* list : {packages, forms, refusals})
    for (RenameCase& c : list()) all.push_back(std::move(c));
  return all;
}

}  // namespace argosy::code
