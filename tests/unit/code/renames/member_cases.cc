// What a rename of a method or attribute promises.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase member(std::string language, std::string kind, std::string promise, std::string in, Files marked, std::string refusal = {}) {
  RenameCase c{std::move(promise), renaming(std::move(language), "foo", "bar"), std::move(marked), std::move(refusal)};
  c.request.kind = std::move(kind);
  c.request.in = std::move(in);
  return c;
}

RenameCase method(std::string promise, Files marked, std::string refusal = {}) {
  return member("python", "method", std::move(promise), "C", std::move(marked), std::move(refusal));
}
RenameCase attribute(std::string promise, Files marked, std::string refusal = {}) {
  return member("python", "attribute", std::move(promise), "C", std::move(marked), std::move(refusal));
}
RenameCase ts(std::string promise, std::string text, std::string refusal = {}) {
  return member("typescript", "method", std::move(promise), "C", {{"m.ts", std::move(text)}}, std::move(refusal));
}

const std::string kHome = "class C:\n    def «foo»(self):\n        return self.«foo»\n\n";

const std::string kPlain = "class C:\n    def foo(self):\n        return self.foo\n\n";

std::vector<RenameCase> python() {
  return {
      method("FollowsReceiversOfTheClass", {{"m.py", kHome + "C().«foo»()\nC.«foo»(C())\nc = C()\nc.«foo»()\nfoo = 1\nprint(foo)\n"},
                                            {"a.py",
                                             "import m\nfrom m import C as D\n\ndef f(c: D, e: 'x', path: str):\n    c.«foo»()\n    "
                                             "m.C().«foo»()\n    path.foo()\n"}}),
      method("FollowsHeirsAndBases",
             {{"base.py",
               "class Base:\n    def «foo»(self):\n        raise NotImplementedError\n    def run(self):\n        return self.«foo»()\n"},
              {"m.py",
               "from base import Base\n\nclass C(Base):\n    def «foo»(self):\n        return super().«foo»()\n\nclass D(C):\n    def "
               "«foo»(self):\n        return 1\n\nclass Other:\n    def foo(self):\n        return self.foo\n\nOther().foo()\n"},
              {"n.py", "from m import D\nfrom base import Base\n\ndef f(base: Base):\n    return base.«foo»(), D().«foo»()\n"}}),
      method("LeavesWhatComesFromOutside",
             {{"m.py", kHome + "import os, json\nfrom pathlib import Path\nos.foo()\nPath('x').foo()\n'text'.foo()\nloaded = "
                               "json.loads('1')\nloaded.foo()\n[].foo()\n"}}),
      method("RefusesAMethodOfAnUnknownReceiver", {{"m.py", kPlain + "def f(x):\n    return x.‹foo›()\n"}}, "receiver_unresolved"),
      method("RefusesWhatAForeignFunctionHandsBack", {{"m.py", kPlain + "import copy\ncopy.copy(C()).‹foo›()\n"}}, "receiver_unresolved"),
      method("RefusesAMethodOfAForeignBase",
             {{"m.py", "import threading\n\nclass C(‹threading.Thread›):\n    def foo(self):\n        pass\n"}}, "receiver_unresolved"),
      method("RefusesAMethodInAString", {{"m.py", kPlain + "getattr(C(), ‹'foo'›)()\n"}}, "name_in_string"),
      method("RefusesAMethodThatIsThere",
             {{"m.py", "class B:\n    def ‹bar›(self):\n        pass\n\nclass C(B):\n    def foo(self):\n        pass\n"}}, "name_taken"),
      method("RefusesAMethodOfABaseClass", {{"m.py", "class B:\n    def foo(self):\n        pass\n\nclass ‹C›(B):\n    pass\n"}},
             "symbol_not_found"),
      method("FollowsThePartsOfAProperty", {{"m.py",
                                             "class C:\n    @property\n    def «foo»(self):\n        return self._foo\n    @«foo».setter\n "
                                             "   def «foo»(self, foo):\n        "
                                             "self._foo = foo\n\nC().«foo» = 1\n"}}),
      method("JoinsClassesThatOneObjectMayBeOf",
             {{"m.py",
               "class Base:\n    def run(self):\n        self.«foo»()\n\nclass C(Base):\n    def «foo»(self):\n        pass\n\nclass "
               "D(Base):\n    def «foo»(self):\n        pass\n"}}),
      attribute(
          "FollowsAnAttribute",
          {{"m.py",
            "class C:\n    __slots__ = ('«foo»',)\n    def __init__(self, foo):\n        self.«foo» = foo\n    def get(self):\n        "
            "return f'{self.«foo»}'\n\nC(foo=1).«foo»\n"}}),
      attribute("FollowsAnAttributeOfAnAttribute",
                {{"m.py",
                  "class C:\n    «foo» = 1\n\nclass D:\n    def __init__(self):\n        self.c = C()\n    def get(self):\n        return "
                  "self.c.«foo»\n"}}),
      attribute("RefusesAFieldThatAConstructorTakes",
                {{"m.py", "from dataclasses import dataclass\n\n@dataclass\nclass C:\n    ‹foo›: int\n\nC(foo=1)\n"}}, "symbol_ambiguous"),
  };
}

std::vector<RenameCase> ecmascript() {
  return {
      ts("FollowsMethodsOfTypescript",
         "interface I { «foo»(): number }\nclass C implements I {\n  «foo»(): number { return [1].map(() => this.«foo»())[0]; }\n}\nclass "
         "D "
         "extends C {\n  «foo»() { return super.«foo»(); }\n}\nconst c = new C();\nc.«foo»();\nfunction f(i: I, d: D | null, foo: string) "
         "{\n  "
         "i.«foo»();\n  console.foo();\n  foo.length;\n  const { «foo|bar: foo» } = new D();\n  return foo;\n}\nexport const o = { foo: 1 "
         "};\n"),
      ts("RefusesAMethodOfAnUnknownValue", "class C {\n  foo() {}\n}\nfunction f(x: any) {\n  x.‹foo›();\n}\n", "receiver_unresolved"),
      ts("RefusesAMethodOfAnotherThis", "class C {\n  foo() {\n    return function () { this.‹foo›(); };\n  }\n}\n", "receiver_unresolved"),
      ts("RefusesAMethodThatAShapeNames", "interface I { ‹foo›(): void }\nclass C {\n  foo() {}\n}\n", "receiver_unresolved"),
      ts("RefusesAMethodLookedUpByString", "class C {\n  foo() {}\n}\nnew C()[‹\"foo\"›]();\n", "name_in_string"),
      member("javascript", "attribute", "FollowsFieldsOfJavascript", "C",
             {{"m.js", "class C {\n  «foo» = 1\n  get() { return this.«foo» }\n}\nmodule.exports = { C }\n"},
              {"a.js", "const { C } = require('./m')\nconst c = new C()\nc.«foo» = 2\n"}}),
  };
}

}  // namespace

std::vector<RenameCase> member_cases() {
  auto cases = python();
  for (auto& c : ecmascript()) cases.push_back(std::move(c));
  return cases;
}

}  // namespace argosy::code
