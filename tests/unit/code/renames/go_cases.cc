// What a rename promises in Go.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase renames(std::string promise, Files marked, std::string from = "Foo", std::string to = "Bar") {
  return {std::move(promise), renaming("go", std::move(from), std::move(to)), std::move(marked)};
}

RenameCase refuses(std::string promise, std::string code, Files marked, std::string from = "Foo", std::string to = "Bar") {
  return {std::move(promise), renaming("go", std::move(from), std::move(to)), std::move(marked), std::move(code)};
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

const std::string kMod = "module example.com/x\n\ngo 1.19\n";
const std::string kHome = "package m\n\nfunc «Foo»(x int) int { return x }\n";

std::vector<RenameCase> packages() {
  return {
      renames("FollowsThePackagesFiles", {{"go.mod", kMod},
                                          {"m/m.go", kHome},
                                          {"m/n.go", "package m\n\nvar x = «Foo»(1)\n"},
                                          {"m/m_test.go", "package m\n\nfunc TestX() { «Foo»(2) }\n"}}),
      with(renames("FollowsImports",
                   {{"go.mod", kMod},
                    {"m/m.go", kHome},
                    {"a/a.go", "package a\n\nimport (\n\t\"fmt\"\n\t\"example.com/x/m\"\n)\n\nfunc f() { fmt.Foo(m.«Foo»(1)) }\n"},
                    {"b.go", "package b\n\nimport other \"example.com/x/m\"\n\nvar Foo = other.«Foo»\nvar y = Foo\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"m/*"}; }),
      renames("FollowsTheRootPackage", {{"go.mod", kMod},
                                        {"m.go", "package x\n\nfunc «Foo»() {}\n"},
                                        {"m_test.go", "package x_test\n\nimport \"example.com/x\"\n\nfunc f() { x.«Foo»() }\n"}}),
      renames("FollowsAnImportThatIsNamedOtherwise",
              {{"go.mod", kMod}, {"go-m/m.go", kHome}, {"a.go", "package a\n\nimport \"example.com/x/go-m\"\n\nvar y = m.«Foo»(1)\n"}}),
      renames("FollowsADotImport",
              {{"go.mod", kMod}, {"m/m.go", kHome}, {"a/a.go", "package a\n\nimport . \"example.com/x/m\"\n\nvar y = «Foo»(1)\n"}}),
      renames("FollowsANestedModule", {{"go.mod", kMod},
                                       {"sub/go.mod", "module example.com/y // here\n"},
                                       {"sub/m/m.go", kHome},
                                       {"a.go", "package a\n\nimport \"example.com/y/m\"\n\nvar z = m.«Foo»(1)\n"}}),
      renames("LeavesOtherPackagesAlone", {{"go.mod", kMod},
                                           {"m/m.go", kHome},
                                           {"a/a.go", "package a\n\nimport \"example.com/other/m\"\n\nvar y = m.Foo(1)\n"},
                                           {"vendor/example.com/m/m.go", "package m\n\nfunc Foo() {}\n"}}),
      renames("RenamesVariantsOfAPlatformAsOneSymbol", {{"go.mod", kMod}, {"m/a_linux.go", kHome}, {"m/a_windows.go", kHome}}),
      renames("RenamesExamplesThatDocumentTheSymbol",
              {{"go.mod", kMod},
               {"m/m.go", kHome},
               {"m/e_test.go",
                "package m_test\n\nimport \"example.com/x/m\"\n\nfunc «ExampleFoo|ExampleBar»() { m.«Foo|Bar»(1) }\nfunc "
                "«ExampleFoo_two|ExampleBar_two»() {}\nfunc ExampleFooBar() {}\n"}}),
      renames("RenamesInsideItsOwnPackageTheSmallNamesToo",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc «foo»() {}\n\nvar x = «foo»\n"}}, "foo", "bar"),
  };
}

std::vector<RenameCase> scopes() {
  return {
      renames("LeavesShadowingLocalsAlone",
              {{"go.mod", kMod},
               {"m/m.go",
                "package m\n\nvar «foo» = 1\n\nfunc f(foo int) (x int) { return foo }\nfunc g() (foo int) { return foo }\nfunc h() "
                "{\n\tvar foo = 1\n\t_ = foo\n}\nfunc i() {\n\tfor foo, x := range y {\n\t\t_, _ = foo, x\n\t}\n\t_ = «foo»\n}\n"
                "func j() {\n\tif foo := 1; foo > 0 {\n\t} else {\n\t\t_ = foo\n\t}\n\t_ = «foo»\n}\nfunc k(x any) {\n\tswitch foo := "
                "x.(type) {\n\tcase int:\n\t\t_ = foo\n\t}\n\tswitch foo := 1; foo {\n\tcase foo:\n\t}\n\tselect {\n\tcase foo := "
                "<-c:\n\t\t_ = foo\n\t}\n\t_ = func(foo int) int { return foo }\n}\n"}},
              "foo", "bar"),
      renames("KnowsThatALocalBeginsBehindItsDeclaration",
              {{"go.mod", kMod},
               {"m/m.go",
                "package m\n\nvar «foo» = 1\n\nfunc f() {\n\t_ = «foo»\n\tfoo := «foo»\n\tvar x, foo2 = foo, 1\n\t_ = foo\n}\nfunc g() "
                "{\n\tfor foo := range «foo» {\n\t}\n\tvar foo = «foo»\n\tconst c = foo\n}\n"}},
              "foo", "bar"),
      renames(
          "LeavesFieldsMethodsAndLabelsAlone",
          {{"go.mod", kMod},
           {"m/m.go",
            "package m\n\nfunc «foo»() {}\n\ntype T struct{ foo int }\n\nfunc (t T) foo2() { t.foo = 1; t.x.foo() }\n\ntype I interface{ "
            "foo() }\n\nfunc f(t T, i I) {\nfoo:\n\tfor {\n\t\tbreak foo\n\t}\n\ti.foo()\n\tgoto foo\n}\n\nfunc (i *T) foo() {}\n"}},
          "foo", "bar"),
      renames("TellsFieldsFromExpressionsInKeys",
              {{"go.mod", kMod},
               {"m/m.go",
                "package m\n\nconst «foo» = 1\n\nvar a = T{foo: «foo»}\nvar b = map[int]int{«foo»: «foo»}\nvar c = []int{«foo»: 1}\nvar d "
                "= [...]T{«foo»: {foo: 2}}\nvar e = []*T{{foo: 1}}\nvar f = map[int]T{«foo»: {foo: 1}}\nvar g = struct{ foo int }{foo: "
                "1}\nvar h = M{«foo»: 2}\nvar i = &P{foo: 1}\nvar j = [][]T{{{foo: 1}}}\nvar k = G[int]{foo: 1}\n"},
               {"m/t.go", "package m\n\ntype T struct{ foo int }\ntype M map[int]int\ntype P T\ntype G[X any] struct{ foo X }\n"}},
              "foo", "bar"),
      renames(
          "RenamesATypeEverywhere",
          {{"go.mod", kMod},
           {"m/m.go",
            "package m\n\ntype «Foo» struct{ x *«Foo» }\n\nfunc (f *«Foo») Get() «Foo» { return *f }\nfunc New[T «Foo»](x ...«Foo») "
            "map[string]«Foo» { return nil }\n\nvar _ = x.(*«Foo»)\nvar _ = []«Foo»{}\nvar _ = (*«Foo»).Get\nvar _ I = &«Foo»{}\n\ntype "
            "Alias = «Foo»\n"},
           {"a/a.go",
            "package a\n\nimport \"example.com/x/m\"\n\ntype T struct{ f m.«Foo» }\n\nfunc f(x m.«Foo») { x.Foo(); _ = m.«Foo»{} }\n"}}),
      renames("LeavesTypeParametersAlone", {{"go.mod", kMod},
                                            {"m/m.go",
                                             "package m\n\ntype «Foo» int\n\nfunc f[Foo any](x Foo) {}\n\ntype L[Foo any] struct{ x Foo "
                                             "}\n\nfunc (l L[Foo]) Get() Foo { return l.x }\n"}}),
      renames("KnowsThatALocalHidesAnImport",
              {{"go.mod", kMod},
               {"m/m.go", kHome},
               {"a/a.go", "package a\n\nimport \"example.com/x/m\"\n\nfunc f(m T) { m.Foo() }\nfunc g() { m.«Foo»(1) }\n"}}),
      renames("LeavesCommentsStringsAndTagsAlone", {{"go.mod", kMod},
                                                    {"m/m.go",
                                                     "// Foo m.Foo\npackage m\n\nfunc «Foo»() string { return \"Foo\" + `x.Foo` }\n\ntype "
                                                     "T struct {\n\tA int `json:\"m.Foo\"`\n}\n"}}),
      renames("RenamesATypeThatIsEmbeddedButNotSelected",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\ntype «Foo» struct{}\n\ntype T struct{ «Foo» }\n"}}),
  };
}

std::vector<RenameCase> refusals() {
  return {
      refuses("RefusesTwoPackagesThatDefineIt", "symbol_ambiguous",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc ‹Foo›() {}\n"}, {"n/n.go", "package n\n\ntype ‹Foo› int\n"}}),
      refuses("RefusesAMethod", "symbol_not_found", {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc (t T) Foo() {}\n"}}),
      refuses(
          "RefusesAnEmbeddedTypeWhoseFieldIsUsed", "receiver_unresolved",
          {{"go.mod", kMod},
           {"m/m.go", "package m\n\ntype Foo struct{}\n\ntype T struct{ *Foo }\n\nfunc f(t T) { t.‹Foo› = nil; _ = T{‹Foo›: nil} }\n"}}),
      refuses("RefusesAKeyOfAForeignType", "receiver_unresolved",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nimport \"net/http\"\n\nconst Foo = 1\n\nvar x = http.Cookie{‹Foo›: 1}\n"}}),
      refuses("RefusesToHideWhatOthersUse", "name_invalid",
              {{"go.mod", kMod},
               {"m/m.go", "package m\n\nfunc Foo() {}\n"},
               {"a/a.go", "package a\n\nimport \"example.com/x/m\"\n\nvar _ = m.‹Foo›\n"}},
              "Foo", "foo"),
      refuses("RefusesDirectives", "name_in_string", {{"go.mod", kMod}, {"m/m.go", "package m\n\n‹//export Foo›\nfunc Foo() {}\n"}}),
      refuses("RefusesAssemblyThatUsesIt", "language_unsupported",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc Foo()\n"}, {"m/a.s", "TEXT ·‹Foo›(SB), $0\n"}}),
      refuses("RefusesTheDottedNameInAString", "name_in_string",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc Foo() { panic(\"m.‹Foo›: bad\") }\n"}}),
      refuses("RefusesANameThatAnotherFileTakes", "name_taken",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc Foo() {}\n"}, {"m/n.go", "package m\n\ntype ‹Bar› int\n"}}),
      refuses(
          "RefusesTheNameOfAnImport", "name_taken",
          {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc foo() {}\n"}, {"m/n.go", "package m\n\nimport \"‹os›\"\n\nvar _ = os.Args\n"}},
          "foo", "os"),
      refuses("RefusesToCaptureABuiltin", "name_taken", {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc foo() {}\n\nvar x = ‹len›(y)\n"}},
              "foo", "len"),
      refuses("RefusesToBeCapturedByALocal", "name_taken",
              {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc foo() {}\n\nfunc f(bar int) { ‹foo›() }\n"}}, "foo", "bar"),
      refuses("RefusesAPackageThatItCannotFind", "receiver_unresolved",
              {{"m/m.go", "package m\n\nfunc Foo() {}\n"}, {"a/a.go", "package a\n\nimport \"example.com/x/m\"\n\nvar _ = m.‹Foo›\n"}}),
      refuses("RefusesInit", "name_invalid", {{"go.mod", kMod}, {"m/m.go", "package m\n\nfunc init() {}\n"}}, "init", "start"),
  };
}

}  // namespace

std::vector<RenameCase> go_cases() {
  std::vector<RenameCase> all;
  for (auto* list : {packages, scopes, refusals})
    for (RenameCase& c : list()) all.push_back(std::move(c));
  return all;
}

}  // namespace argosy::code
