// What a rename of a parameter or local variable promises.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase local(std::string language, std::string promise, std::string in, Files marked, std::string refusal = {}) {
  RenameCase c{std::move(promise), renaming(std::move(language), "foo", "bar"), std::move(marked), std::move(refusal)};
  c.request.kind = "variable";
  c.request.in = std::move(in);
  return c;
}

RenameCase py(std::string promise, std::string in, Files marked, std::string refusal = {}) {
  return local("python", std::move(promise), std::move(in), std::move(marked), std::move(refusal));
}
RenameCase ts(std::string promise, std::string in, std::string text, std::string refusal = {}) {
  return local("typescript", std::move(promise), std::move(in), {{"m.ts", std::move(text)}}, std::move(refusal));
}
RenameCase go(std::string promise, std::string in, std::string text, std::string refusal = {}) {
  return local("go", std::move(promise), std::move(in), {{"m.go", "package m\n\n" + text}}, std::move(refusal));
}
RenameCase java(std::string promise, std::string in, std::string text, std::string refusal = {}) {
  return local("java", std::move(promise), std::move(in), {{"M.java", "class M {\n" + text + "}\n"}}, std::move(refusal));
}

std::vector<RenameCase> python() {
  return {
      py("RenamesALocalAndLeavesOthersOfThatName", "f",
         {{"m.py",
           "foo = 0\n\ndef f():\n    «foo» = 1\n    «foo» += 2\n    return [«foo» for x in «foo»], x.foo\n\ndef g():\n    foo = 2\n    "
           "return "
           "foo\n"}}),
      py("FollowsALocalIntoInnerFunctions", "f",
         {{"m.py",
           "def f():\n    «foo» = 1\n    def inner():\n        nonlocal «foo»\n        «foo» = 2\n    def other(foo):\n        return "
           "foo\n    "
           "return lambda: «foo», f'{«foo»}'\n"}}),
      py("RenamesAParameterAndTheCallsThatNameIt", "f",
         {{"m.py", "def f(a, «foo»=1):\n    return «foo» and f(a, «foo»=2)\n\ndef g(foo):\n    return f(1, «foo»=foo)\n"},
          {"a.py", "from m import f as h, g\nimport m\nh(1, «foo»=2)\nm.f(1, «foo»=g(foo=1))\ndict(foo=1)\n"}}),
      py("RenamesAParameterOfAConstructor", "Thing.__init__",
         {{"m.py",
           "class Thing:\n    def __init__(self, «foo»):\n        self.foo = «foo»\n\nclass Other:\n    def __init__(self, foo):\n        "
           "pass\n\nThing(«foo»=1)\nOther(foo=1)\n"}}),
      py("RefusesAParameterThatAnUnknownCallNames", "Thing.run",
         {{"m.py", "class Thing:\n    def run(self, foo):\n        return foo\n\ndef f(thing):\n    thing.run(‹foo›=1)\n"}},
         "receiver_unresolved"),
      py("RefusesAParameterThatComesOutOfADictionary", "f",
         {{"m.py", "def f(foo):\n    return foo\n\noptions = {'foo': 1}\nf(‹**options›)\n"}}, "receiver_unresolved"),
      py("RefusesAParameterBoundBeforehand", "f",
         {{"m.py", "from functools import partial\n\ndef f(foo):\n    return foo\n\ng = partial(f, ‹foo›=1)\n"}}, "receiver_unresolved"),
      py("RefusesAParameterThatPytestFillsIn", "test_it", {{"test_m.py", "def ‹test_it›(foo):\n    assert foo\n"}}, "receiver_unresolved"),
      py("RefusesAVariableThatIsReachedByItsText", "f", {{"m.py", "def f():\n    foo = 1\n    return '{foo}'.format(**‹locals()›)\n"}},
         "name_in_string"),
      py("RefusesALocalNameThatIsTaken", "f", {{"m.py", "def f(‹bar›):\n    foo = bar\n    return foo\n"}}, "name_taken"),
      py("RefusesALocalThatWouldHideAnother", "f", {{"m.py", "bar = 1\n\ndef f():\n    foo = 2\n    return foo + ‹bar›\n"}}, "name_taken"),
      py("RefusesAnUnknownFunction", "g", {{"m.py", "def f():\n    ‹foo› = 1\n    return foo\n"}}, "symbol_not_found"),
      py("RefusesAFunctionThatThereAreTwoOf", "run",
         {{"m.py", "class A:\n    def run(self, ‹foo›):\n        pass\n\nclass B:\n    def run(self, ‹foo›):\n        pass\n"}},
         "symbol_ambiguous"),
      py("TellsMethodsApartByTheirClass", "B.run",
         {{"m.py", "class A:\n    def run(self, foo):\n        pass\n\nclass B:\n    def run(self, «foo»):\n        return «foo»\n"}}),
  };
}

std::vector<RenameCase> others() {
  return {
      ts("RenamesALocalOfAnArrowFunction", "f",
         "const foo = 1;\nconst f = («foo»: number) => {\n  const g = () => «foo» + 1;\n  return { «foo|foo: bar», x: this.foo };\n};\n"),
      ts("KeepsTheKeyOfAPattern", "f", "function f({ «foo|foo: bar» }: { foo: number }) {\n  return `${«foo»}`;\n}\nf({ foo: 1 });\n"),
      ts("RenamesAVariableOfAMethod", "C.f",
         "class C {\n  foo = 1;\n  f(): number {\n    let «foo» = this.foo;\n    «foo»++;\n    return «foo»;\n  }\n}\n"),
      ts("RefusesAParameterThatIsAField", "C.constructor", "class C {\n  constructor(private ‹foo›: number) {}\n}\n", "symbol_ambiguous"),
      ts("RefusesVariablesOfTwoBlocks", "f", "function f() {\n  { let ‹foo› = 1; }\n  { let ‹foo› = 2; }\n}\n", "symbol_ambiguous"),
      ts("RefusesALocalThatIsEvaluated", "f", "function f(foo: string) {\n  return ‹eval(\"foo\")›;\n}\n", "name_in_string"),
      go("RenamesALocalOfGo", "f",
         "type T struct{ foo int }\n\nfunc f(t T) int {\n\t«foo», err := t.foo, error(nil)\n\t«foo», ok := 1, err\n\tgo func() { _ = «foo» "
         "}()\n\t_ = T{foo: «foo»}\n\t_ = ok\n\treturn «foo»\n}\n"),
      go("RenamesAParameterOfAMethodOfGo", "T.run",
         "type T struct{}\n\nfunc (t *T) run(«foo» int) int { return «foo» }\nfunc (t *U) run(foo int) int { return foo }\n\ntype U "
         "struct{}\n"),
      go("RefusesALocalOfGoThatWouldHideAFunction", "f",
         "func bar() int { return 1 }\n\nfunc f() int {\n\tfoo := 1\n\treturn foo + ‹bar›()\n}\n", "name_taken"),
      java("RenamesALocalOfJava", "M.f",
           "  int foo;\n  int f(int «foo») {\n    this.foo = «foo»;\n    Runnable r = () -> System.out.println(«foo»);\n    return "
           "foo(«foo») + "
           "this.foo;\n  }\n  int foo(int x) { return foo; }\n"),
      java("RefusesALocalInsideAnotherClass", "f",
           "  void f(int foo) {\n    new Base() { int g() { return ‹foo›; } };\n  }\n  static class Base {}\n", "symbol_ambiguous"),
      java("RefusesALocalOfJavaThatWouldHideAField", "f", "  int bar;\n  int f(int foo) { return foo + ‹bar›; }\n", "name_taken"),
  };
}

}  // namespace

std::vector<RenameCase> local_cases() {
  auto cases = python();
  for (auto& c : others()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace argosy::code
