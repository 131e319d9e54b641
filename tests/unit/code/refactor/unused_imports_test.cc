// What remove_unused_imports promises: only what nothing uses goes, and what is left is written as before.
#include "tests/unit/code/refactor/cases.h"

namespace argosy::code {
namespace {

const tasks::Operation kAll = tasks::RemoveUnusedImports{{"**"}};

RefactorCase turns(std::string promise, const std::string& path, std::string before, std::string after) {
  return {std::move(promise), kAll, {{path, std::move(before)}}, {{path, std::move(after)}}};
}
RefactorCase py(std::string promise, std::string before, std::string after) {
  return turns(std::move(promise), "a.py", std::move(before), std::move(after));
}
RefactorCase keeps(std::string promise, Files files) { return {std::move(promise), kAll, std::move(files), {}, "nothing_to_change"}; }

std::vector<RefactorCase> python_removals() {
  return {
      py("RemovesAStatementWithItsLine", "import os\nimport sys  # gone\nos.sep\n", "import os\nos.sep\n"),
      py("RemovesANameFromAList", "from os import a, b, c\nb()\n", "from os import b\nb()\n"),
      py("RemovesTheLastNames", "from os import a, b as x, c\na()\n", "from os import a\na()\n"),
      py("RemovesLinesOfTheirOwn", "from os import (\n    a,  # for a\n    b,\n    c,\n)\nb()\n", "from os import (\n    b,\n)\nb()\n"),
      py("RemovesAcrossABackslash", "from os import a, \\\n    b\na()\n", "from os import a\na()\n"),
      py("KeepsBracketsOnOneLine", "from os import (a, b)\nb()\n", "from os import (b)\nb()\n"),
      py("RemovesAListAsAWhole", "from os import (\n    a,\n    b,\n)\nx = 1\n", "x = 1\n"),
      py("RemovesOneOfSeveralModules", "import os, sys, re\nsys.exit(re)\n", "import sys, re\nsys.exit(re)\n"),
      py("LeavesNoGapAtTheStart", "import os\n\nimport re\n\n\nx = 1\n", "x = 1\n"),
      py("LeavesTheLargerGap", "'''Doc.'''\n\nimport os\n\nimport re\n\n\ndef f(): pass\n", "'''Doc.'''\n\n\ndef f(): pass\n"),
      py("LeavesAGapBetweenWhatStays", "import abc\n\nimport re\n\nabc.f()\n", "import abc\n\nabc.f()\n"),
      py("LeavesPassInABody", "def f():\n    import os\n\nx = 1\n", "def f():\n    pass\n\nx = 1\n"),
      py("LeavesOnePassForSeveral", "def f():\n    import os\n    import sys\n", "def f():\n    pass\n"),
      py("TakesASemicolonAlong", "import os; import sys\nsys.exit()\n", "import sys\nsys.exit()\n"),
      py("TakesTheSemicolonBeforeIt", "import sys; import os\nsys.exit()\n", "import sys\nsys.exit()\n"),
      py("TellsScopesApart", "import os\nfrom m import x\ndef f(x):\n    return x\ndef g():\n    import os\n    os.sep\n",
         "def f(x):\n    return x\ndef g():\n    import os\n    os.sep\n"),
      py("LeavesAttributesOfThatNameAlone", "import path\nimport os\nos.path\nf(path=1)\n", "import os\nos.path\nf(path=1)\n"),
      py("DoesNotCountProse", "\"\"\"About sys.\"\"\"\nimport sys\nx = 1  # sys\n", "\"\"\"About sys.\"\"\"\nx = 1  # sys\n"),
      {"RemovesWhatAPrivateModuleTakes", kAll, {{"_a.py", "from _b import x\nf()\n"}}, {{"_a.py", "f()\n"}}},
      py("KeepsCarriageReturns", "import os\r\nimport sys\r\nos.sep\r\n", "import os\r\nos.sep\r\n"),
      {"LooksOnlyWhereItIsTold",
       tasks::RemoveUnusedImports{{"src/**"}},
       {{"src/a.py", "import os\nf()\n"}, {"a.py", "import os\nf()\n"}},
       {{"src/a.py", "f()\n"}}},
  };
}

std::vector<RefactorCase> python_keeps() {
  return {
      keeps("KeepsWhatIsUsed", {{"a.py", "import os.path\nimport a.b as c\nfrom m import d\n@d\ndef f(): return os.path, c\n"}}),
      keeps("KeepsTypes", {{"a.py", "from m import A, B, C\ndef f(a: A) -> 'B':\n    x = []  # type: C\n"}}),
      keeps(
          "KeepsTypeCheckingAndTry",
          {{"a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os\ntry:\n    import sys\nexcept ImportError:\n    pass\n"}}),
      keeps("KeepsWhatIsExported", {{"a.py", "from m import a\n__all__ = ['a']\n"}}),
      keeps("KeepsWhatAPackageHandsOn", {{"pkg/__init__.py", "from .m import a\n"}, {"pkg/m.py", "a = 1\n"}}),
      keeps("KeepsWhatIsImportedUnderItsOwnName", {{"a.py", "from m import a as a\nimport b as b\nf()\n"}}),
      keeps("KeepsMarkedLines", {{"a.py", "import os  # noqa: F401\nimport sys  # pylint: disable=unused-import\nf()\n"}}),
      keeps("KeepsStarsAndFuture", {{"a.py", "from __future__ import annotations\nfrom m import *\n"}}),
      keeps("KeepsWhatAnotherFileTakes", {{"a.py", "from m import x\nf()\n"}, {"b.py", "from a import x\nx()\n"}}),
      keeps("KeepsWhatAnotherFileReaches", {{"pkg/a.py", "from m import x\nf()\n"}, {"b.py", "import pkg.a as q\nq.x()\n"}}),
      keeps("KeepsWhatAStarHandsOn", {{"a.py", "from m import x\nf()\n"}, {"b.py", "from a import *\nx()\n"}}),
      keeps("KeepsWhatAStringReaches", {{"a.py", "from m import x\nf()\n"}, {"b.py", "patch('a.x')\n"}}),
      keeps("KeepsWhatIsLookedUp", {{"a.py", "import os\nprint(globals()[x])\n"}}),
      keeps("KeepsWhatIsSetToo", {{"a.py", "import os\nos = None\n"}}),
      keeps("KeepsWhatAPrivateModuleMakes", {{"a.py", "from _a import x\nfrom ._impl.b import y\nf()\n"}}),
      keeps("KeepsNamesOfTheModuleItself", {{"a.py", "from m import __doc__, __all__\nf()\n"}}),
      keeps("KeepsAFileOfNothingButImports", {{"a.py", "'''Moved.'''\nfrom m import x  # here\n__all__ = []\n"}}),
      keeps("KeepsFixtures", {{"test_a.py", "from m import db\ndef test(db): pass\n"}, {"conftest.py", "from m import other\n"}}),
      keeps("KeepsWhatAClassBinds", {{"a.py", "class A:\n    from m import method\n"}}),
      keeps("KeepsWhatADocumentationTestUses", {{"a.py", "import os\ndef f():\n    '''>>> os.sep'''\n"}}),
      {"RefusesWhatDoesNotParse", kAll, {{"a.py", "import os\ndef f(:\n"}}, {}, "syntax_broken", {}},
  };
}

RefactorCase ts(std::string promise, std::string before, std::string after) {
  return turns(std::move(promise), "a.ts", std::move(before), std::move(after));
}

std::vector<RefactorCase> script_removals() {
  return {
      ts("RemovesAnImport", "import a from \"a\";\nimport b from \"b\";\nb();\n", "import b from \"b\";\nb();\n"),
      ts("RemovesNamedOnes", "import { a, b as c, d } from \"m\";\nd();\n", "import { d } from \"m\";\nd();\n"),
      ts("RemovesNamedOnesOnLines", "import {\n  a,\n  b, // b\n} from \"m\";\na();\n", "import {\n  a,\n} from \"m\";\na();\n"),
      ts("RemovesADefault", "import a, { b } from \"m\";\nb();\n", "import { b } from \"m\";\nb();\n"),
      ts("RemovesAllNamedOnes", "import a, { b, c } from \"m\";\na();\n", "import a from \"m\";\na();\n"),
      ts("RemovesAWholeModule", "import a, * as b from \"m\";\na();\n", "import a from \"m\";\na();\n"),
      ts("RemovesTypes", "import type { A, B } from \"m\";\nexport const x: A = 1;\n",
         "import type { A } from \"m\";\nexport const x: A = 1;\n"),
      ts("LeavesKeysOfThatNameAlone", "import { a } from \"m\";\nexport const x = { a: 1 };\nx.a;\n", "export const x = { a: 1 };\nx.a;\n"),
      ts("TellsShadowsApart", "import { a } from \"m\";\nexport function f(a: number) { return a; }\n",
         "export function f(a: number) { return a; }\n"),
  };
}

std::vector<RefactorCase> script_keeps() {
  return {
      keeps("KeepsEffects", {{"a.ts", "import \"m\";\nexport const x = 1;\n"}}),
      keeps("KeepsWhatScriptsUse",
            {{"a.ts",
              "import A, { b, c, type D, e } from \"m\";\nimport * as n from \"n\";\nexport { b };\nexport const x = { c };\n"
              "let y: D | n.T = new A();\n@e class Q {}\n"}}),
      keeps("KeepsReactAndTags", {{"a.tsx",
                                   "import React from \"react\";\nimport { Tag } from \"./t\";\nimport ns from \"./n\";\nexport const x = "
                                   "<Tag><ns.B /></Tag>;\n"}}),
      keeps("KeepsAPragma", {{"a.jsx", "/** @jsx make */\nimport { make } from \"m\";\nexport const x = <a />;\n"}}),
      keeps("KeepsWhatADocumentationTypeNames", {{"a.js", "import { A } from \"m\";\n/** @type {A} */\nexport let x;\n"}}),
      keeps("KeepsMarkedImports",
            {{"a.ts", "// eslint-disable-next-line\nimport a from \"a\";\nimport b from \"b\"; // @ts-ignore\nexport {};\n"}}),
      keeps("KeepsThatAFileIsAModule", {{"a.ts", "import { a, b } from \"a\";\nvar x = 1;\n"}}),
      keeps("KeepsTheLastImportOfAModule", {{"a.ts", "import a from \"a\";\nvar x = 1;\n"}}),
  };
}

std::vector<RefactorCase> java_cases_of_imports() {
  return {
      turns("RemovesAClass", "A.java", "package p;\n\nimport a.B;\nimport a.C;\n\nclass A { C x; }\n",
            "package p;\n\nimport a.C;\n\nclass A { C x; }\n"),
      keeps("KeepsWhatJavaUses",
            {{"A.java",
              "import a.B;\nimport a.C;\nimport a.D;\nimport a.E;\n@B\nclass A { C x; void f() { D.g(); }\n/** {@link E} */ int y; }\n"}}),
      keeps("KeepsStaticsAndWildcards", {{"A.java", "import static a.B.c;\nimport a.*;\nimport static a.C.*;\nclass A {}\n"}}),
  };
}

class RemoveUnusedImports : public testing::TestWithParam<RefactorCase> {};
TEST_P(RemoveUnusedImports, KeepsItsPromise) { check(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Python, RemoveUnusedImports, testing::ValuesIn(python_removals()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(PythonKeeps, RemoveUnusedImports, testing::ValuesIn(python_keeps()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(EcmaScript, RemoveUnusedImports, testing::ValuesIn(script_removals()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(EcmaScriptKeeps, RemoveUnusedImports, testing::ValuesIn(script_keeps()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(Java, RemoveUnusedImports, testing::ValuesIn(java_cases_of_imports()), promise_of_case);

}  // namespace
}  // namespace argosy::code
