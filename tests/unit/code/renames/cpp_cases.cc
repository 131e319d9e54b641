// What a rename promises in C++, beside what it promises in C.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase renames(std::string promise, Files marked, std::string from = "Foo", std::string to = "Bar") {
  return {std::move(promise), renaming("cpp", std::move(from), std::move(to)), std::move(marked)};
}

RenameCase refuses(std::string promise, std::string code, Files marked, std::string from = "Foo", std::string to = "Bar") {
  return {std::move(promise), renaming("cpp", std::move(from), std::move(to)), std::move(marked), std::move(code)};
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

std::vector<RenameCase> namespaces() {
  return {
      renames("FollowsANamespace",
              {{"m.h", "#pragma once\nnamespace a::b {\nint «foo»(int x);\n}\n"},
               {"m.cc", "#include \"m.h\"\nint a::b::«foo»(int x) { return x; }\nnamespace a {\nint g() { return b::«foo»(1); }\n}\n"},
               {"n.cc", "#include \"m.h\"\nnamespace a::b {\nint h() { return «foo»(1) + ::a::b::«foo»(2); }\n}\n"}},
              "foo", "bar"),
      renames("FollowsUsingAndAliases",
              {{"m.h", "namespace a {\nint «foo»(int x) { return x; }\n}\n"},
               {"u.cc", "#include \"m.h\"\nusing namespace a;\nint u = «foo»(1);\n"},
               {"v.cc", "#include \"m.h\"\nint v() { using a::«foo»; return «foo»(1); }\n"},
               {"w.cc", "#include \"m.h\"\nnamespace x = a;\nint w = x::«foo»(1);\n"}},
              "foo", "bar"),
      renames("LooksThroughInlineAndNamelessNamespaces",
              {{"m.cc",
                "namespace a {\ninline namespace v1 {\nint «foo»() { return 1; }\n}\n}\nint x = a::«foo»();\nnamespace {\nint y = "
                "a::«foo»();\n}\n"}},
              "foo", "bar"),
      renames(
          "LeavesForeignNamespacesAlone",
          {{"m.cc", "#include <algorithm>\nint «max»(int a, int b) { return a > b ? a : b; }\nint x = std::max(1, 2) + ::«max»(1, 2);\n"}},
          "max", "largest"),
      renames("RenamesAllOverloadsTogether",
              {{"m.cc",
                "int «foo»(int x) { return x; }\ndouble «foo»(double x) { return x; }\ntemplate <class T> T «foo»(T* x) { return *x; "
                "}\ntemplate <> int «foo»<int>(int* x) { return *x; }\nint y = «foo»<int>(nullptr) + «foo»(1);\n"}},
              "foo", "bar"),
      refuses("RefusesOneNameInTwoNamespaces", "symbol_ambiguous",
              {{"m.cc", "namespace a {\nint ‹foo›() { return 1; }\n}\nnamespace b {\nint ‹foo›() { return 2; }\n}\n"}}, "foo", "bar"),
      refuses("RefusesACallThatItsArgumentsMayLeadTo", "receiver_unresolved",
              {{"m.cc", "namespace a {\nstruct T {};\nint foo(T) { return 1; }\n}\nint x = ‹foo›(a::T());\n"}}, "foo", "bar"),
  };
}

std::vector<RenameCase> classes() {
  return {
      renames("RenamesAClassWithAllThatBearsItsName",
              {{"m.h",
                "class «Foo»;\ntemplate <class T> class Other { T t; };\nclass «Foo» {\n public:\n  explicit «Foo»(int x) : x_(x) {}\n  "
                "~«Foo»();\n  «Foo»& operator=(const «Foo»&) = delete;\n  static «Foo» make() { return «Foo»{1}; }\n  int x_;\n};\n"},
               {"m.cc",
                "#include \"m.h\"\n«Foo»::~«Foo»() {}\nOther<«Foo»> other;\nusing Alias = «Foo»;\nauto f() { auto* p = new «Foo»(1); "
                "p->~«Foo»(); return «Foo»::make().x_; }\n"}}),
      renames("RenamesABaseWhereItIsConstructed",
              {{"m.cc",
                "struct «Foo» {\n  «Foo»(int x) {}\n};\nstruct D : public «Foo» {\n  D() : «Foo»(1) {}\n  friend struct «Foo»;\n};\n"}}),
      renames("RenamesATemplateAndItsSpecializations",
              {{"m.cc",
                "template <class T> struct «Foo» {\n  T x;\n};\ntemplate <> struct «Foo»<int> {};\ntemplate <class T> void f(«Foo»<T> "
                "x, const «Foo»<«Foo»<T>>& y) {}\n"}}),
      renames("LeavesMembersOfThatNameAlone",
              {{"m.cc",
                "int «foo»() { return 1; }\nstruct A {\n  int foo() { return 2; }\n  int g() { return foo() + this->foo() + ::«foo»(); "
                "}\n  int h();\n};\nint A::h() { return foo(); }\nstruct B : A {\n  int k() { return foo(); }\n};\nint x = A().foo() + "
                "«foo»();\nenum class E { foo };\nE e = E::foo;\n"}},
              "foo", "bar"),
      renames(
          "LeavesParametersOfTemplatesAlone",
          {{"m.cc", "struct «Foo» {};\ntemplate <class Foo> struct X {\n  Foo y;\n};\n«Foo» z;\nauto l = [](int Foo) { return Foo; };\n"}}),
      refuses("RefusesWhatAForeignBaseMayHave", "receiver_unresolved",
              {{"m.cc", "#include <other.h>\nint foo() { return 1; }\nstruct A : other::Base {\n  int g() { return ‹foo›(); }\n};\n"}},
              "foo", "bar"),
      with(renames(
               "TakesTheUsersWordForABase",
               {{"m.cc", "#include <other.h>\nint «foo»() { return 1; }\nstruct A : other::Base {\n  int g() { return «foo»(); }\n};\n"}},
               "foo", "bar"),
           [](tasks::RenameSymbol& r) { r.force = {"attributes"}; }),
      refuses("RefusesAMethod", "symbol_not_found", {{"m.cc", "struct A {\n  int ‹foo›() { return 1; }\n};\n"}}, "foo", "bar"),
      refuses("RefusesToBeHiddenByAMember", "name_taken",
              {{"m.cc", "int foo() { return 1; }\nstruct A {\n  int bar;\n  int g() { return ‹foo›(); }\n};\n"}}, "foo", "bar"),
      renames("FollowsANameOfCIntoCpp",
              {{"m.h", "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint «foo»(void);\n#ifdef __cplusplus\n}\n#endif\n"},
               {"m.c", "#include \"m.h\"\nint «foo»(void) { return 1; }\n"},
               {"n.cc", "#include \"m.h\"\nint x = «foo»();\n"}},
              "foo", "bar"),
  };
}

std::vector<RenameCase> locals() {
  const auto local = [](RenameCase c) {
    c.request.kind = "variable";
    c.request.in = "f";
    return c;
  };
  return {
      local(
          renames("RenamesALocalWithLambdasThatTakeIt",
                  {{"m.cc",
                    "struct A { int foo; void f(int x); };\nvoid A::f(int x) {\n  int «foo» = x;\n  auto l = [&«foo», y = «foo»](int z) { "
                    "return «foo» + this->foo + y; };\n  auto m = [](int foo2) { return foo2; };\n}\n"}},
                  "foo", "bar")),
      local(renames("RenamesAVariableThatALambdaMakes",
                    {{"m.cc", "int foo = 1;\nvoid f() {\n  auto l = [«foo» = foo + 1, y = foo] { return «foo» + y; };\n  h(foo);\n}\n"}},
                    "foo", "bar")),
      local(renames("RenamesTheVariableOfALoop",
                    {{"m.cc", "int foo = 1;\nvoid f() {\n  for (auto «foo» : {foo, 2}) g(«foo»);\n  h(foo);\n}\n"}}, "foo", "bar")),
      renames("KnowsThatAnInitializerMeansTheOuterName",
              {{"m.cc",
                "int «foo»(int x) { return x; }\nvoid f() {\n  auto l = [foo = «foo»(1)] { return foo; };\n  for (auto foo : {«foo»(1)}) "
                "l(foo);\n}\n"}},
              "foo", "bar"),
      local(renames("RenamesStructuredBindings", {{"m.cc", "void f(std::pair<int, int> p) {\n  auto [«foo», b] = p;\n  «foo» += b;\n}\n"}},
                    "foo", "bar")),
  };
}

}  // namespace

std::vector<RenameCase> cpp_cases() {
  auto cases = namespaces();
  for (auto more : {classes(), locals()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace argosy::code
