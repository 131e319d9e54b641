// What replace_call promises: structure decides, holes keep their text, and what is unclear is refused with its place.
#include "tests/unit/code/refactor/cases.h"

namespace argosy::code {
namespace {

tasks::ReplaceCall call(std::string language, std::string pattern, std::string replacement, std::string module = "") {
  return {
      .language = std::move(language), .pattern = std::move(pattern), .replacement = std::move(replacement), .module = std::move(module)};
}

tasks::ReplaceCall warn(std::string module = "") {
  return call("python", "log.warn($MSG, $$$REST)", "log.warning($MSG, $$$REST)", std::move(module));
}

RefactorCase py(std::string promise, tasks::ReplaceCall operation, std::string before, std::string after) {
  return {std::move(promise), std::move(operation), {{"a.py", std::move(before)}}, {{"a.py", std::move(after)}}};
}

RefactorCase refuses(std::string promise, std::string code, tasks::ReplaceCall operation, Files files,
                     std::vector<std::string> places = {}) {
  return {std::move(promise), std::move(operation), std::move(files), {}, std::move(code), std::move(places)};
}

tasks::ReplaceCall with_imports(tasks::ReplaceCall operation, std::vector<tasks::ImportSpec> add, std::vector<tasks::ImportSpec> remove) {
  operation.add = std::move(add);
  operation.remove = std::move(remove);
  return operation;
}

std::vector<RefactorCase> structure() {
  return {
      py("KeepsHolesAsTheyAreWritten", warn(), "log.warn('a'  'b', x [1],  k = 2)\n", "log.warning('a'  'b', x [1],  k = 2)\n"),
      py("SeesThroughWhiteSpaceAndLines", warn(), "log . warn (\n    'a',\n)\n", "log.warning('a')\n"),
      py("WritesNothingForNoArguments", warn(), "log.warn('a')\n", "log.warning('a')\n"),
      py("WritesNothingAtTheStartOfAList", call("python", "f($$$REST, $LAST)", "g($$$REST, $LAST)"), "f(1)\nf(1, 2, 3)\n",
         "g(1)\ng(1, 2, 3)\n"),
      py("TurnsArgumentsAround", call("python", "assertEquals($A, $B)", "check($B, expected=$A)"), "assertEquals(f(1), 2)\n",
         "check(2, expected=f(1))\n"),
      py("AsksForTheSameTextTwice", call("python", "f($A, $A)", "g($A)"), "f(x, x)\nf(x, y)\n", "g(x)\nf(x, y)\n"),
      py("CountsArguments", call("python", "f($A)", "g($A)"), "f(1)\nf(1, 2)\nf()\nf(a=1)\n", "g(1)\nf(1, 2)\nf()\nf(a=1)\n"),
      py("ComparesLiterals", call("python", "f('a', level=$L)", "g($L)"), "f('a', level=3)\nf('b', level=3)\n", "g(3)\nf('b', level=3)\n"),
      py("LeavesOtherReceivers", warn(), "log.warn(1)\nself.log.warn(1)\nlog.warn\n", "log.warning(1)\nself.log.warn(1)\nlog.warn\n"),
      py("TakesAnyReceiverForAHole", call("python", "$O.warn($$$ALL)", "$O.warning($$$ALL)"), "a.b().warn(1, *x)\n",
         "a.b().warning(1, *x)\n"),
      py("WorksInsideItsOwnHoles", call("python", "f($A)", "g($A)"), "f(f(f(1)) + 2)\n", "g(g(g(1)) + 2)\n"),
      py("KeepsCommentsInHoles", warn(), "log.warn(g(  # why\n    1))\n", "log.warning(g(  # why\n    1))\n"),
      py("TakesAGeneratorWithoutBracketsOfItsOwn", call("python", "f($X)", "g($X, 1)"),
         "f(x for x in y)\nf((x for x in y))\nh(f(a for a in f(b)))\n",
         "g((x for x in y), 1)\ng((x for x in y), 1)\nh(g((a for a in g(b, 1)), 1))\n"),
      py("TakesAGeneratorAmongAnyNumber", call("python", "f($$$ALL)", "g($$$ALL)"), "f(x for x in y)\n", "g((x for x in y))\n"),
      py("PutsBracketsWhereAnOperatorWouldReachIn", call("python", "double($X)", "$X * 2"), "y = double(a + b) + double(c)\n",
         "y = ((a + b) * 2) + (c * 2)\n"),
      py("PutsNoBracketsAroundAnArgument", call("python", "f($X)", "g(x, $X)"), "f(a if b else c)\n", "g(x, a if b else c)\n"),
      py("KeepsCarriageReturns", call("python", "f($X)", "g(\n    $X,\n)"), "f(1)\r\n", "g(\r\n    1,\r\n)\r\n"),
      {"LooksOnlyWhereItIsTold",
       tasks::ReplaceCall{.language = "python", .pattern = "f()", .replacement = "g()", .paths = {"src/**"}},
       {{"src/a.py", "f()\n"}, {"a.py", "f()\n"}},
       {{"src/a.py", "g()\n"}}},
      {"LeavesOtherLanguages",
       call("typescript", "f($X)", "g($X)"),
       {{"a.ts", "f(1)\n"}, {"b.tsx", "<a>{f(2)}</a>\n"}, {"c.js", "f(1)\n"}, {"d.py", "f(1)\n"}},
       {{"a.ts", "g(1)\n"}, {"b.tsx", "<a>{g(2)}</a>\n"}}},
      {"ReplacesNewAndTemplates",
       call("typescript", "new Old($A)", "New.of($A)"),
       {{"a.ts", "const x = new Old(`a ${b}`), y = new Old<T>(1);\n"}},
       {{"a.ts", "const x = New.of(`a ${b}`), y = new Old<T>(1);\n"}}},
      {"LeavesDollarsOfNames", call("javascript", "$.ajax($URL)", "fetch($URL)"), {{"a.js", "$.ajax(u);\n"}}, {{"a.js", "fetch(u);\n"}}},
      {"ReplacesCallsOfJava",
       call("java", "Util.join($A, $B)", "String.join($B, $A)"),
       {{"A.java", "class A { String x = Util.join(a, \",\") + Util.join(b); }\n"}},
       {{"A.java", "class A { String x = String.join(\",\", a) + Util.join(b); }\n"}}},
  };
}

std::vector<RefactorCase> origins() {
  const auto structlog = call("python", "logging.warn($MSG, $$$REST)", "structlog.get_logger().warning($MSG, $$$REST)", "logging");
  return {
      py("FollowsTheModuleUnderAnyName", warn("log"), "import log as l\nfrom log import warn as w\nl.warn(1)\nw(2)\nlog.warn(3)\n",
         "import log as l\nfrom log import warn as w\nlog.warning(1)\nlog.warning(2)\nlog.warn(3)\n"),
      py("LeavesWhatComesFromElsewhere", warn("log"), "from other import log\nlog.warn(1)\ndef f():\n    import log\n    log.warn(2)\n",
         "from other import log\nlog.warn(1)\ndef f():\n    import log\n    log.warning(2)\n"),
      py("KnowsAModuleByItsPath", warn("pkg.log"), "import pkg.log\npkg.log.warn(1)\npkg.other.warn(2)\n",
         "import pkg.log\nlog.warning(1)\npkg.other.warn(2)\n"),
      py("KnowsAVariableThatIsTheModule", warn("log"), "import log\nl = log\nk = l\nk.warn(1)\nm = other\nm.warn(2)\n",
         "import log\nl = log\nk = l\nlog.warning(1)\nm = other\nm.warn(2)\n"),
      py("EndsWhereVariablesGoInCircles", warn("log"), "a = b\nb = a\na.warn(1)\nimport log\nlog.warn(2)\n",
         "a = b\nb = a\na.warn(1)\nimport log\nlog.warning(2)\n"),
      {"KnowsAClassByItsPackage",
       call("java", "Log.warn($A)", "Slf.warn($A)", "com.old"),
       {{"A.java", "class A { void f(X com) { com.old.Log.warn(2); } void g() { com.old.Log.warn(1); } }\n"}},
       {{"A.java", "class A { void f(X com) { com.old.Log.warn(2); } void g() { Slf.warn(1); } }\n"}}},
      py("KnowsAModuleInAPackage", warn("pkg.log"), "from pkg import log\nlog.warn(1)\n", "from pkg import log\nlog.warning(1)\n"),
      {"KnowsAFileOfTheRepository",
       warn("pkg/log.py"),
       {{"pkg/__init__.py", ""},
        {"pkg/log.py", ""},
        {"pkg/a.py", "from . import log\nlog.warn(1)\n"},
        {"a.py", "import pkg.log as log\nlog.warn(1)\n"}},
       {{"a.py", "import pkg.log as log\nlog.warning(1)\n"}}},
      py("BringsItsImportsAlong", with_imports(structlog, {{"structlog"}}, {{"logging"}}),
         "import logging\nimport os\n\nlogging.warn('a %s', os.sep)\n",
         "import os\n\nimport structlog\n\nstructlog.get_logger().warning('a %s', os.sep)\n"),
      py("KeepsAnImportThatIsStillUsed", with_imports(structlog, {{"structlog"}}, {{"logging"}}),
         "import logging\nimport structlog\nlogging.warn(1)\nlogging.info(2)\n",
         "import logging\nimport structlog\nstructlog.get_logger().warning(1)\nlogging.info(2)\n"),
      {"KnowsImportsOfScripts",
       with_imports(call("typescript", "log.warn($$$A)", "logger.warn($$$A)", "./log"), {{"./logger", "logger"}}, {{"./log", "default"}}),
       {{"a.ts", "import log from \"./log\";\nlog.warn(1);\n"}, {"b.ts", "import { log } from \"x\";\nlog.warn(1);\n"}},
       {{"a.ts", "import { logger } from \"./logger\";\nlogger.warn(1);\n"}}},
      {"KnowsRequire",
       call("javascript", "log.warn($A)", "log.warning($A)", "log"),
       {{"a.js", "const log = require('log');\nconst { warn } = require('log');\nlog.warn(1);\nwarn(2);\n"}},
       {{"a.js", "const log = require('log');\nconst { warn } = require('log');\nlog.warning(1);\nlog.warning(2);\n"}}},
      {"KnowsClassesOfJava",
       with_imports(call("java", "Log.warn($A)", "Slf.warn($A)", "com.old"), {{"com.slf", "Slf"}}, {{"com.old", "Log"}}),
       {{"A.java", "package p;\n\nimport com.old.Log;\n\nclass A { void f() { Log.warn(1); } }\n"},
        {"B.java", "package p;\n\nimport com.other.Log;\n\nclass B { void f() { Log.warn(1); } }\n"}},
       {{"A.java", "package p;\n\nimport com.slf.Slf;\n\nclass A { void f() { Slf.warn(1); } }\n"}}},
  };
}

std::vector<RefactorCase> refusals() {
  return {
      refuses("RefusesAReceiverWithTwoMeanings", "receiver_unresolved", warn("log"),
              {{"a.py", "try:\n    import log\nexcept ImportError:\n    log = Fake()\nlog.warn(1)\n"}}, {"a.py:5:1"}),
      refuses("RefusesAPathWithTwoMeanings", "receiver_unresolved", warn("pkg.log"),
              {{"a.py", "import pkg.log\nif x:\n    pkg = None\npkg.log.warn(1)\n"}}, {"a.py:4:1"}),
      refuses("RefusesAReceiverThatAStarMayBring", "receiver_unresolved", warn("log"), {{"a.py", "from m import *\nlog.warn(1)\n"}},
              {"a.py:2:1"}),
      refuses("RefusesSpreadArguments", "arguments_unclear", warn(), {{"a.py", "log.warn(*args)\nlog.warn(1, *args)\n"}}, {"a.py:1:1"}),
      refuses("RefusesToLoseAComment", "comment_lost", warn(), {{"a.py", "log.warn(\n    # why\n    1)\n"}}, {"a.py:2:5"}),
      refuses("RefusesToLoseACommentOfADroppedHole", "comment_lost", call("python", "f($A, $B)", "f($A)"),
              {{"a.py", "f(1, g(  # why\n2))\n"}}, {"a.py:1:10"}),
      refuses("RefusesCodeThatDoesNotParse", "syntax_broken", warn(), {{"a.py", "def f(:\n    log.warn(1)\n"}}),
      refuses("RefusesWhatIsNoCall", "pattern_invalid", call("python", "log.warn", "x"), {{"a.py", ""}}),
      refuses("RefusesTwoCalls", "pattern_invalid", call("python", "f(); g()", "x"), {{"a.py", ""}}),
      refuses("RefusesTwoRestsInAList", "pattern_invalid", call("python", "f($$$A, $$$B)", "x"), {{"a.py", ""}}),
      refuses("RefusesARestOutsideOfArguments", "pattern_invalid", call("python", "$$$A.f()", "x"), {{"a.py", ""}}),
      refuses("RefusesAModuleForAHole", "pattern_invalid", call("python", "$A.f()", "x", "m"), {{"a.py", ""}}),
      refuses("RefusesAReplacementThatIsNoExpression", "replacement_invalid", call("python", "f($A)", "g($A"), {{"a.py", ""}}),
      refuses("RefusesAStatementAsReplacement", "replacement_invalid", call("java", "f()", "int x = 1"), {{"A.java", "class A {}"}}),
      refuses("RefusesWhatOccursNowhere", "nothing_to_change", warn(), {{"a.py", "log.info(1)\n"}}),
      refuses("RefusesAnImportThatWouldShadow", "name_taken", with_imports(call("python", "f()", "g()"), {{"m", "g"}}, {}),
              {{"a.py", "g = 1\nf()\n"}}, {"a.py:1:1"}),
      refuses("RefusesALanguageThatItDoesNotKnow", "language_unsupported", call("go", "f()", "g()"), {{"a.go", ""}}),
  };
}

class ReplaceCall : public testing::TestWithParam<RefactorCase> {};
TEST_P(ReplaceCall, KeepsItsPromise) { check(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Structure, ReplaceCall, testing::ValuesIn(structure()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(Origins, ReplaceCall, testing::ValuesIn(origins()), promise_of_case);
INSTANTIATE_TEST_SUITE_P(Refusals, ReplaceCall, testing::ValuesIn(refusals()), promise_of_case);

}  // namespace
}  // namespace argosy::code
