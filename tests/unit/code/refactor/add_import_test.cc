// What add_import promises, language by language.
#include "tests/unit/code/refactor/cases.h"

namespace argosy::code {
namespace {

tasks::Operation add(std::string path, std::string module, std::string name = "", std::string alias = "") {
  return tasks::AddImport{std::move(path), {std::move(module), std::move(name), std::move(alias)}};
}

RefactorCase turns(std::string promise, tasks::Operation operation, const std::string& path, std::string before, std::string after) {
  return {std::move(promise), std::move(operation), {{path, std::move(before)}}, {{path, std::move(after)}}};
}

RefactorCase py(std::string promise, tasks::Operation operation, std::string before, std::string after) {
  return turns(std::move(promise), std::move(operation), "a.py", std::move(before), std::move(after));
}

RefactorCase refuses(std::string promise, std::string code, tasks::Operation operation, Files files, std::vector<std::string> places = {}) {
  return {std::move(promise), std::move(operation), std::move(files), {}, std::move(code), std::move(places)};
}

std::vector<RefactorCase> python() {
  return {
      py("FillsAnEmptyFile", add("a.py", "os"), "", "import os\n"),
      py("GoesBehindADocstring", add("a.py", "os"), "\"\"\"Doc.\"\"\"\n\nx = os.sep\n", "\"\"\"Doc.\"\"\"\n\nimport os\n\nx = os.sep\n"),
      py("LeavesTwoLinesBeforeADefinition", add("a.py", "os"), "def f():\n    os.sep\n", "import os\n\n\ndef f():\n    os.sep\n"),
      py("GoesBehindHashBangAndLicence", add("a.py", "os"), "#!/usr/bin/env python\n# Licence\n\n# about x\nx = 1\n",
         "#!/usr/bin/env python\n# Licence\n\nimport os\n\n# about x\nx = 1\n"),
      py("GoesBehindFuture", add("a.py", "os"), "from __future__ import annotations\n\nx = 1\n",
         "from __future__ import annotations\n\nimport os\n\nx = 1\n"),
      py("GoesBeforeTheFirstOfALaterKind", add("a.py", "os"), "import requests\n", "import os\n\nimport requests\n"),
      py("IsSortedIn", add("a.py", "json"), "import abc\nimport os\n", "import abc\nimport json\nimport os\n"),
      py("GoesLastWhereNothingIsSorted", add("a.py", "json"), "import sys\nimport abc\n\nx = 1\n",
         "import sys\nimport abc\nimport json\n\nx = 1\n"),
      py("JoinsItsKind", add("a.py", "attrs"), "import os\n\nimport requests\n\nfrom . import m\n",
         "import os\n\nimport attrs\nimport requests\n\nfrom . import m\n"),
      py("PutsImportBeforeFrom", add("a.py", "sys"), "from os import path\n", "import sys\nfrom os import path\n"),
      py("JoinsAStatementOfItsModule", add("a.py", "os", "path"), "from os import getcwd, sep\n", "from os import getcwd, path, sep\n"),
      py("JoinsAListWithLinesOfTheirOwn", add("a.py", "os", "sep", "s"), "from os import (\n    getcwd,  # here\n    path,  # there\n)\n",
         "from os import (\n    getcwd,  # here\n    path,  # there\n    sep as s,\n)\n"),
      py("AddsTheCommaThatAListLacks", add("a.py", "os", "sep"), "from os import (\n    getcwd,\n    path  # p\n)\n",
         "from os import (\n    getcwd,\n    path,  # p\n    sep\n)\n"),
      py("KeepsNamesOnLinesOfTheirOwn", add("a.py", "os", "sep"), "from os import getcwd\nfrom os import path\n",
         "from os import getcwd\nfrom os import path\nfrom os import sep\n"),
      py("WritesAnAlias", add("a.py", "numpy", "", "np"), "", "import numpy as np\n"),
      py("KeepsCarriageReturns", add("a.py", "json"), "import abc\r\nx = 1\r\n", "import abc\r\nimport json\r\nx = 1\r\n"),
      py("KeepsAMissingLastLineEnd", add("a.py", "json"), "import abc", "import abc\nimport json"),
      py("MayImportTwoModulesOfOnePackage", add("a.py", "os.path"), "import os\n", "import os\nimport os.path\n"),
      py("MayBringANameThatIsUsed", add("a.py", "json"), "print(json.dumps(1))\n", "import json\n\nprint(json.dumps(1))\n"),
      py("LeavesCommentsWithTheirImport", add("a.py", "json"), "import abc\n# for paths\nimport os\n",
         "import abc\nimport json\n# for paths\nimport os\n"),
      {"KnowsTheRepositorysOwn",
       add("pkg/a.py", "pkg.m", "f"),
       {{"pkg/__init__.py", ""}, {"pkg/m.py", "def f(): pass\n"}, {"pkg/a.py", "import os\n\nfrom requests import get\n"}},
       {{"pkg/a.py", "import os\n\nfrom requests import get\n\nfrom pkg.m import f\n"}}},
      refuses("RefusesWhatIsThere", "nothing_to_change", add("a.py", "os", "path"), {{"a.py", "from os import path\n"}}, {"a.py:1:16"}),
      refuses("RefusesADottedModuleThatIsThere", "nothing_to_change", add("a.py", "os.path"), {{"a.py", "import sys, os.path\n"}}),
      refuses("RefusesAFutureThatIsThere", "nothing_to_change", add("a.py", "__future__", "annotations"),
              {{"a.py", "from __future__ import annotations\n"}}),
      refuses("RefusesANameThatIsBound", "name_taken", add("a.py", "os", "path"), {{"a.py", "def path(): pass\n"}}, {"a.py:1:5"}),
      refuses("RefusesAnImportThatMayNotHappen", "name_taken", add("a.py", "os", "path"), {{"a.py", "if x:\n    from os import path\n"}},
              {"a.py:2:20"}),
      refuses("RefusesToShadowABuiltinThatIsUsed", "name_taken", add("a.py", "codecs", "open"), {{"a.py", "open('x')\n"}}, {"a.py:1:1"}),
      refuses("RefusesANameThatAStarMayBring", "name_taken", add("a.py", "m", "f"), {{"a.py", "from n import *\nf()\n"}}, {"a.py:2:1"}),
      refuses("RefusesAKeyword", "import_invalid", add("a.py", "m", "x", "class"), {{"a.py", ""}}),
      refuses("RefusesAModuleOfAnotherLanguage", "import_invalid", add("a.py", "./m"), {{"a.py", ""}}),
      refuses("RefusesAMissingFile", "file_not_found", add("b.py", "os"), {{"a.py", ""}}),
      refuses("RefusesAFileThatNobodyReads", "language_unsupported", add("a.txt", "os"), {{"a.txt", ""}}),
  };
}

RefactorCase ts(std::string promise, tasks::Operation operation, std::string before, std::string after) {
  return turns(std::move(promise), std::move(operation), "a.ts", std::move(before), std::move(after));
}

std::vector<RefactorCase> scripts() {
  return {
      ts("FillsAnEmptyScript", add("a.ts", "m", "f"), "", "import { f } from \"m\";\n"),
      ts("GoesBehindUseStrict", add("a.ts", "m", "f"), "'use strict'\nf('x')\n", "'use strict'\n\nimport { f } from 'm'\n\nf('x')\n"),
      ts("TakesQuotesAndSemicolonsOfTheFile", add("a.ts", "m", "f"), "import a from 'a'\nimport b from 'b'\n",
         "import a from 'a'\nimport b from 'b'\nimport { f } from 'm'\n"),
      ts("JoinsNamedImports", add("a.ts", "m", "f", "g"), "import { a, z } from \"m\";\n", "import { a, f as g, z } from \"m\";\n"),
      ts("JoinsNamedImportsOnLinesOfTheirOwn", add("a.ts", "m", "f"), "import {\n  a,\n  z,\n} from \"m\";\n",
         "import {\n  a,\n  f,\n  z,\n} from \"m\";\n"),
      ts("JoinsADefault", add("a.ts", "m", "f"), "import d from \"m\";\n", "import d, { f } from \"m\";\n"),
      ts("AddsADefault", add("a.ts", "m", "default", "d"), "import { f } from \"m\";\n", "import d, { f } from \"m\";\n"),
      ts("LeavesTypesAlone", add("a.ts", "m", "f"), "import type { T } from \"m\";\n",
         "import type { T } from \"m\";\nimport { f } from \"m\";\n"),
      ts("ImportsAWholeModule", add("a.ts", "m", "", "all"), "import d from \"m\";\n",
         "import d from \"m\";\nimport * as all from \"m\";\n"),
      ts("ImportsForEffects", add("a.ts", "./styles"), "import d from \"m\";\n", "import d from \"m\";\nimport \"./styles\";\n"),
      ts("PutsPackagesBeforeRelatives", add("a.ts", "m", "f"), "import a from \"a\";\n\nimport b from \"./b\";\n",
         "import a from \"a\";\nimport { f } from \"m\";\n\nimport b from \"./b\";\n"),
      turns("ReadsTsx", add("a.tsx", "react", "useState"), "a.tsx", "import React from \"react\";\nconst x = <a />;\n",
            "import React, { useState } from \"react\";\nconst x = <a />;\n"),
      turns("WritesRequireInCommonJs", add("a.js", "m", "f", "g"), "a.js", "const a = require('a');\na('x');\n",
            "const a = require('a');\nconst { f: g } = require('m');\na('x');\n"),
      {"AsksThePackageWhatAScriptIs",
       add("src/a.js", "m", "", "m"),
       {{"package.json", "{\"type\":\"module\"}"}, {"src/package.json", "{}"}, {"src/a.js", "f();\n"}},
       {{"src/a.js", "const m = require(\"m\");\n\nf();\n"}}},
      refuses("RefusesAScriptOfUnknownKind", "import_style_unknown", add("a.js", "m", "f"), {{"a.js", "g();\n"}}),
      refuses("RefusesANamedImportThatIsThere", "nothing_to_change", add("a.ts", "m", "f"), {{"a.ts", "import { f } from 'm'\n"}},
              {"a.ts:1:10"}),
      refuses("RefusesEffectsThatAreThere", "nothing_to_change", add("a.ts", "m"), {{"a.ts", "import 'm'\n"}}),
      refuses("RefusesANameOfAClass", "name_taken", add("a.ts", "m", "f"), {{"a.ts", "class f {}\n"}}, {"a.ts:1:7"}),
      refuses("RefusesAnInterfacesName", "name_taken", add("a.ts", "m", "f"), {{"a.ts", "interface f {}\n"}}),
      refuses("RefusesToShadowAGlobalThatIsUsed", "name_taken", add("a.ts", "m", "fetch"), {{"a.ts", "fetch('x')\n"}}, {"a.ts:1:1"}),
      refuses("RefusesADefaultWithoutAName", "import_invalid", add("a.ts", "m", "default"), {{"a.ts", ""}}),
  };
}

RefactorCase java(std::string promise, tasks::Operation operation, std::string before, std::string after) {
  return turns(std::move(promise), std::move(operation), "A.java", std::move(before), std::move(after));
}

std::vector<RefactorCase> java_files() {
  return {
      java("GoesBehindThePackage", add("A.java", "java.util", "List"), "package p;\n\nclass A {}\n",
           "package p;\n\nimport java.util.List;\n\nclass A {}\n"),
      java("IsSortedInByItsWholeName", add("A.java", "java.util", "Map"), "import java.util.List;\nimport java.util.Set;\nclass A {}\n",
           "import java.util.List;\nimport java.util.Map;\nimport java.util.Set;\nclass A {}\n"),
      java("JoinsTheBlockThatIsNearest", add("A.java", "org.x.Y"),
           "import java.util.List;\n\nimport org.x.Z;\n\nimport static org.x.Z.f;\n\nclass A {}\n",
           "import java.util.List;\n\nimport org.x.Y;\nimport org.x.Z;\n\nimport static org.x.Z.f;\n\nclass A {}\n"),
      refuses("RefusesAnAliasInJava", "import_invalid", add("A.java", "java.util", "List", "L"), {{"A.java", "class A {}\n"}}),
      refuses("RefusesAnImportOfJavaThatIsThere", "nothing_to_change", add("A.java", "java.util.List"),
              {{"A.java", "import java.util.List;\nclass A {}\n"}}),
      refuses("RefusesItsOwnPackage", "nothing_to_change", add("A.java", "p", "B"), {{"A.java", "package p;\nclass A {}\n"}}),
      refuses("RefusesAClassOfAnotherPackage", "name_taken", add("A.java", "java.util", "List"),
              {{"A.java", "import java.awt.List;\nclass A {}\n"}}, {"A.java:1:17"}),
      refuses("RefusesToShadowItsPackage", "name_taken", add("p/A.java", "java.util", "List"),
              {{"p/A.java", "package p;\nclass A { List x; }\n"}, {"p/List.java", "package p;\nclass List {}\n"}}, {"p/A.java:2:11"}),
      refuses("RefusesToShadowJavaLang", "name_taken", add("A.java", "p", "String"), {{"A.java", "class A { String x; }\n"}},
              {"A.java:1:11"}),
  };
}

class AddImport : public testing::TestWithParam<RefactorCase> {};
TEST_P(AddImport, KeepsItsPromise) { check(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Python, AddImport, testing::ValuesIn(python()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(EcmaScript, AddImport, testing::ValuesIn(scripts()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(Java, AddImport, testing::ValuesIn(java_files()), promise_of_case);

}  // namespace
}  // namespace argosy::code
