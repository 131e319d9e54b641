// What a rename of a method or field of Go promises.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

const std::string kMod = "module example.com/x\n\ngo 1.21\n";

RenameCase member(std::string kind, std::string promise, Files marked, std::string refusal) {
  marked.emplace("go.mod", kMod);
  RenameCase c{std::move(promise), renaming("go", "Foo", "Bar"), std::move(marked), std::move(refusal)};
  c.request.kind = std::move(kind);
  c.request.in = "T";
  return c;
}
RenameCase method(std::string promise, Files marked, std::string refusal = {}) {
  return member("method", std::move(promise), std::move(marked), std::move(refusal));
}
RenameCase field(std::string promise, Files marked, std::string refusal = {}) {
  return member("attribute", std::move(promise), std::move(marked), std::move(refusal));
}
RenameCase small(RenameCase c) {
  c.request.from = "foo";
  c.request.to = "bar";
  return c;
}
RenameCase at(RenameCase c, std::string path) {
  c.request.paths = {std::move(path)};
  return c;
}
RenameCase to(RenameCase c, std::string name) {
  c.request.to = std::move(name);
  return c;
}
// One file beside a type with the method.
RenameCase use(std::string promise, std::string text, std::string refusal = {}) {
  const std::string token = refusal.empty() ? "«Foo»" : "Foo";
  return method(std::move(promise),
                {{"m/t.go", "package m\n\ntype T struct{ n int }\n\nfunc (t *T) " + token +
                                "() *T { return t }\n\nfunc New() (*T, error) { return "
                                "nil, nil }\n"},
                 {"u.go", "package u\n\nimport \"example.com/x/m\"\n\n" + std::move(text)}},
                std::move(refusal));
}

std::string calls(int count, const std::string& name) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "." + name + "()";
  return out;
}

std::vector<RenameCase> methods() {
  return {
      use("FollowsLongChainsOfGo", "func f(t m.T) { t" + calls(60, "«Foo»") + " }\n"),
      use("FollowsReceiversOfDeclaredTypes",
          "type U struct{ t *m.T; all []m.T; by map[string]*m.T }\n\nvar global = &m.T{}\n\nfunc f(t m.T, ptr *m.T, more ...*m.T) *m.T "
          "{\n\tt.«Foo»()."
          "«Foo»()\n\tptr.«Foo»()\n\tmore[0].«Foo»()\n\tglobal.«Foo»()\n\tu := "
          "U{}\n\tu.t.«Foo»()\n\tu.all[1].«Foo»()\n\tu.by[\"Foo\"].«Foo»()\n\tfor "
          "_, one := range u.all {\n\t\tone.«Foo»()\n\t}\n\tif one, ok := u.by[\"x\"]; ok {\n\t\tone.«Foo»()\n\t}\n\tn, err := "
          "m.New()\n\tn.«Foo»()"
          "\n\t_ = err.Error()\n\tnew(m.T).«Foo»()\n\t(&m.T{}).«Foo»()\n\tfunc() *m.T { return n }().«Foo»()\n\tvar g func() *m.T = "
          "t.«Foo»\n\tg()."
          "«Foo»()\n\t_ = (*m.T).«Foo»\n\treturn ptr\n}\n"),
      use("FollowsAssertionsAndSwitches",
          "type Other struct{}\n\nfunc (Other) Foo() {}\n\nfunc f(x any, ch chan *m.T) {\n\tx.(*m.T).«Foo»()\n\tif t, ok := x.(*m.T); ok "
          "{\n\t\tt.«Foo»()\n\t}"
          "\n\tswitch v := x.(type) {\n\tcase *m.T:\n\t\tv.«Foo»()\n\tcase Other:\n\t\tv.Foo()\n\t}\n\t(<-ch).«Foo»()\n\tselect {\n\tcase "
          "c := "
          "<-ch:\n\t\tc.«Foo»()\n\t}\n}\n"),
      use("LeavesWhatComesFromOutside",
          "import (\n\t\"net/http\"\n\t\"strings\"\n)\n\nvar t *m.T\n\nfunc f(r *http.Request, s string) "
          "{\n\tr.Foo()\n\tr.URL.Foo()\n\tstrings.Foo(s)\n\tstrings."
          "NewReader(s).Foo()\n\tfor _, p := range strings.Split(s, \",\") {\n\t\tp.Foo()\n\t}\n}\n\nfunc Foo() { Foo() }\n"),
      use("FollowsEmbeddedTypes",
          "type A struct{ *m.T }\n\ntype B struct {\n\tA\n\tn int\n}\n\nfunc f(a A, b *B) "
          "{\n\ta.«Foo»()\n\tb.«Foo»()\n\tb.A.T.«Foo»()\n\ta.T."
          "«Foo»()\n}\n"),
      use("FollowsTypeParameters",
          "type Box[V any] struct{ value V }\n\nfunc (b *Box[V]) Get() V { return b.value }\n\ntype Fooer interface{ «Foo»() *m.T "
          "}\n\nfunc g[F Fooer](f F) "
          "{ f.«Foo»() }\n\nfunc f(b Box[*m.T]) {\n\tb.value.«Foo»()\n\tb.Get().«Foo»()\n}\n"),
      method("RenamesInterfacesAndAllThatSatisfyThem", {{"t.go",
                                                         "package x\n\ntype I interface {\n\t«Foo»(t *T) int\n\tmore()\n}\n\ntype T "
                                                         "struct{}\n\nfunc (t *T) «Foo»(o *T) int { return 1 }\nfunc "
                                                         "(t *T) more() {}\n"},
                                                        {"u.go",
                                                         "package x\n\ntype U struct{}\n\nfunc (U) «Foo»(*T) int { return 2 }\nfunc (U) "
                                                         "more() {}\n\ntype W struct{ I }\n\nfunc run(i I, w "
                                                         "W) int { return i.«Foo»(nil) + w.«Foo»(nil) + W{}.I.«Foo»(nil) }\n"},
                                                        {"v.go",
                                                         "package x\n\ntype V struct{}\n\nfunc (V) Foo() int { return 3 }\n\nvar v = "
                                                         "V{}.Foo()\n\ntype J interface {\n\tI\n\tlast()\n}\n\nfunc "
                                                         "j(j J) { j.«Foo»(nil) }\n"}}),
      small(method("LeavesSmallNamesOfOtherPackages",
                   {{"m/t.go", "package m\n\ntype T struct{}\n\nfunc (T) «foo»() {}\n\nfunc f(t T) { t.«foo»() }\n"},
                    {"n/n.go", "package n\n\ntype I interface{ foo() }\n\nfunc f(i I) { i.foo() }\n"}})),
      method("RenamesItsExamples", {{"t.go", "package x\n\ntype T struct{}\n\nfunc (T) «Foo»() *T { return nil }\n"},
                                    {"t_test.go",
                                     "package x_test\n\nimport \"example.com/x\"\n\nfunc ExampleT_«Foo»() { x.T{}.«Foo»() }\n\nfunc "
                                     "ExampleT_«Foo»_twice() {}\n\nfunc "
                                     "ExampleT_Food() {}\n"}}),
      small(method("TellsScopesApart", {{"t.go",
                                         "package x\n\ntype T struct{}\n\nfunc (t T) «foo»() {}\n\nfunc foo() {}\n\nfunc f() "
                                         "{\n\tfoo()\n\tt := T{}\n\tt.«foo»()\n\t{\n\t\tt := "
                                         "V{}\n\t\tt.foo()\n\t}\n\tfoo := t\n\tfoo.«foo»()\n}\n\ntype V struct{ foo func() }\n"}})),
  };
}

std::vector<RenameCase> refused_methods() {
  return {
      use("RefusesAReceiverThatIsInferred", "import \"slices\"\n\nfunc f(all []*m.T) { slices.Max(all).‹Foo›() }\n", "receiver_unresolved"),
      use("RefusesAValueOfAGenericFunction", "func id[V any](v V) V { return v }\n\nfunc f(t *m.T) { id(t).‹Foo›() }\n",
          "receiver_unresolved"),
      small(method("RefusesWhatAForeignTypeMayStandBefore",
                   {{"t.go",
                     "package x\n\nimport \"example.org/lib\"\n\ntype T struct{}\n\nfunc (T) foo() {}\n\ntype A struct{ T }\n\ntype B "
                     "struct {\n\tA\n\tlib.X"
                     "\n}\n\nfunc f(b B) { b.‹foo›() }\n"}},
                   "receiver_unresolved")),
      to(method("RefusesWhatTheLibrarysInterfacesAskFor",
                {{"t.go", "package x\n\ntype T struct{}\n\nfunc (T) ‹Foo›() string { return \"\" }\n"}}, "name_bound_outside"),
         "String"),
      method("RefusesAnInterfaceThatOthersMaySatisfy", {{"t.go", "package x\n\ntype T interface{ ‹Foo›() string }\n"}},
             "name_bound_outside"),
      method("RefusesWhatAModuleMayAskFor",
             {{"t.go", "package x\n\nimport ‹\"example.org/lib\"›\n\ntype T struct{}\n\nfunc (T) Foo() string { return lib.S }\n"}},
             "name_bound_outside"),
      to(method("RefusesASmallNameThatOthersUse",
                {{"m/t.go", "package m\n\ntype T struct{}\n\nfunc (T) Foo() *T { return nil }\n"},
                 {"u.go", "package u\n\nimport \"example.com/x/m\"\n\nfunc f(t m.T) { t.‹Foo›() }\n"}},
                "name_invalid"),
         "small"),
      method("RefusesAFieldOfTheNewName", {{"t.go", "package x\n\ntype T struct{ ‹Bar› int }\n\nfunc (T) Foo() *T { return nil }\n"}},
             "name_taken"),
      method("RefusesAMethodThatHidesItAfterwards",
             {{"t.go", "package x\n\ntype T struct{}\n\nfunc (T) Foo() *T { return nil }\n\ntype A struct{ T }\n\nfunc (A) ‹Bar›() {}\n"}},
             "name_taken"),
      method("RefusesATemplateThatCallsIt",
             {{"t.go", "package x\n\ntype T struct{}\n\nfunc (T) Foo() *T { return nil }\n\nconst page = ‹`{{.Foo}}`›\n"}},
             "name_in_string"),
      method("RefusesReflection",
             {{"t.go",
               "package x\n\nimport \"reflect\"\n\ntype T struct{}\n\nfunc (T) Foo() *T { return nil }\n\nvar r = "
               "reflect.ValueOf(T{}).MethodByName(‹\"Foo\"›)\n"}},
             "name_in_string"),
      at(small(method("RefusesATypeOfSeveralSystems",
                      {{"a_linux.go", "package x\n\ntype ‹T› struct{}\n\nfunc (T) foo() {}\n"},
                       {"a_windows.go", "package x\n\ntype T struct{}\n\nfunc (T) foo() {}\n"}},
                      "symbol_ambiguous")),
         "a_linux.go"),
      method("FollowsAMethodOfSeveralSystems", {{"t.go", "package x\n\ntype T struct{}\n\nfunc f(t T) { t.«Foo»(t) }\n"},
                                                {"a_linux.go", "package x\n\nfunc (T) «Foo»(T) {}\n"},
                                                {"a_windows.go", "package x\n\nfunc (T) «Foo»(T) {}\n"}}),
      method("RefusesAMethodThatIsPromoted", {{"t.go", "package x\n\ntype A struct{}\n\nfunc (A) Foo() {}\n\ntype ‹T› struct{ A }\n"}},
             "symbol_not_found"),
  };
}

std::vector<RenameCase> what_is_not_certain() {
  return {
      use("RefusesWhatAFunctionFromOutsideIsToldToHandBack",
          "import \"example.org/do\"\n\nfunc f(i int) {\n\tdo.MustInvoke[*m.T](i).‹Foo›()\n\tg := "
          "do.MustInvoke[*m.T]\n\tg(i).‹Foo›()\n\t(do.Both[int, *m.T])(i).‹Foo›()\n}\n",
          "receiver_unresolved"),
      use("RefusesTheArgumentsOfATypeFromOutside", "import \"example.org/box\"\n\nfunc f(b box.Box[*m.T]) { b.‹Foo›() }\n",
          "receiver_unresolved"),
      method("RefusesAFunctionOfSeveralSystems",
             {{"t.go",
               "package x\n\ntype T struct{}\n\nfunc (T) Foo(T) {}\n\ntype U struct{}\n\nfunc (U) Foo() U { return U{} "
               "}\n\nfunc f() { make1().‹Foo›(T{}) }\n"},
              {"a_linux.go", "package x\n\nfunc make1() T { return T{} }\n"},
              {"a_windows.go", "package x\n\nfunc make1() U { return U{} }\n"}},
             "receiver_unresolved"),
      method("RefusesAReceiverWhoseTypeIsOfSeveralSystems",
             {{"t.go",
               "package x\n\ntype T struct{}\n\nfunc (T) Foo(T) {}\n\ntype U struct{}\n\nfunc (U) Foo() {}\n\nfunc f(c Conn) { "
               "c.in.‹Foo›(T{}) }\n"},
              {"a_linux.go", "package x\n\ntype Conn struct{ in T }\n"},
              {"a_windows.go", "package x\n\ntype Conn struct{ in U }\n"}},
             "receiver_unresolved"),
      method("RefusesWhatIsCalledOverTheNetwork",
             {{"t.go",
               "package x\n\nimport \"net/rpc\"\n\ntype Args struct{}\n\ntype T struct{}\n\nfunc (t *T) ‹Foo›(a *Args, r "
               "*int) error { return nil }\n\nfunc f() { rpc.Register(new(T)) }\n"}},
             "name_bound_outside"),
      method("RefusesWhatAGenericTypeFromOutsideMayAskFor",
             {{"t.go",
               "package x\n\nimport \"example.org/tree\"\n\ntype T struct{}\n\nfunc (t T) ‹Foo›(o T) int { return 0 "
               "}\n\nvar all tree.Tree[T]\n"}},
             "name_bound_outside"),
  };
}

std::vector<RenameCase> fields() {
  return {
      field("RenamesAField",
            {{"t.go",
              "package x\n\ntype T struct {\n\t«Foo», Other int\n\tnext *T\n}\n\nfunc (t *T) get(Foo int) int { return t.«Foo» + "
              "t.next.next.«Foo» + Foo "
              "}\n\nvar all = []T{{«Foo»: 1}, {2, 3, nil}}\nvar by = map[string]*T{\"Foo\": {«Foo»: 1, next: &T{«Foo»: 2}}}\n\nconst Foo = "
              "1\n\nvar m = map[int]int{Foo: 1}\n"},
             {"u/u.go",
              "package u\n\nimport \"example.com/x\"\n\ntype U struct{ x.T }\n\ntype V struct{ Foo int }\n\nfunc f(u U) int { v := V{Foo: "
              "1}; u.«Foo»++; "
              "return u.T.«Foo» + v.Foo }\n\nvar t = x.T{«Foo»: 1}\n"}}),
      small(
          field("FollowsTypesDefinedAsTheStruct",
                {{"t.go",
                  "package x\n\ntype T struct{ «foo» int }\n\ntype D T\n\ntype A = T\n\nfunc f(d D, a A) int { return d.«foo» + a.«foo» + "
                  "struct{ foo int }{foo: 1}.foo }\n"}})),
      small(field("RenamesAFieldThatIsAFunction",
                  {{"t.go", "package x\n\ntype T struct{ «foo» func() T }\n\nfunc f(t T) { t.«foo»().«foo»() }\n"}})),
      small(field("LeavesSmallFieldsToEncodings",
                  {{"t.go", "package x\n\nimport \"encoding/json\"\n\ntype T struct{ «foo» int }\n\nfunc f(t T) { json.Marshal(t) }\n"}})),
      field("LeavesTheNameInATag", {{"t.go",
                                     "package x\n\nimport \"encoding/json\"\n\ntype T struct {\n\t«Foo» int `json:\"Foo\"`\n}\n\nfunc f(t "
                                     "T) { json.Marshal(t) }\n"}}),
      field("RefusesAFieldThatIsEncodedByItsName",
            {{"t.go", "package x\n\ntype T struct {\n\t‹Foo› int `json:\",omitempty\"`\n}\n\ntype Page struct{ all []T }\n"},
             {"j.go", "package x\n\nimport \"encoding/json\"\n\nfunc f(p Page) { json.Marshal(p) }\n"}},
            "name_bound_outside"),
      field("RefusesAFieldOfAStructThatIsConvertedIntoAnother",
            {{"t.go",
              "package x\n\ntype T struct{ Foo int }\n\ntype U struct{ Foo int }\n\ntype V struct{ Foo, Other int }\n\nfunc f(t T, v V) U "
              "{ _ = "
              "V(v); _ = T(t); return ‹U›(t) }\n"}},
            "symbol_ambiguous"),
      field("RefusesAKeyOfAnUnknownType",
            {{"t.go", "package x\n\ntype T struct{ Foo int }\n"},
             {"u.go", "package x\n\nimport . \"example.com/x/gone\"\n\nvar v = X{‹Foo›: 1}\n"}},
            "receiver_unresolved"),
      small(field(
          "RefusesAFieldThatAnotherHides",
          {{"t.go", "package x\n\ntype T struct{ foo int }\n\ntype U struct {\n\tT\n\tbar int\n}\n\nfunc f(u U) int { return u.‹foo› }\n"}},
          "name_taken")),
  };
}

}  // namespace

std::vector<RenameCase> go_member_cases() {
  std::vector<RenameCase> out;
  for (auto&& list : {methods(), refused_methods(), what_is_not_certain(), fields()}) out.insert(out.end(), list.begin(), list.end());
  return out;
}

}  // namespace argosy::code
