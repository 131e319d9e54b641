// Which tests import what changed.
#include "common/project/imports/affected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/project/files.h"

namespace argosy::project {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AffectedTests, OfPythonFollowEveryFormOfImport) {
  const Files files{{"src/pkg/__init__.py", "from .api import run\n"},
                    {"src/pkg/api.py", "from . import core\n"},
                    {"src/pkg/core.py", ""},
                    {"src/pkg/other.py", ""},
                    {"tests/conftest.py", "import pkg.other"},
                    {"tests/test_api.py", "from pkg import run\n"},
                    {"tests/test_core.py", "from pkg import (\n    core,  # why\n)\n"},
                    {"tests/test_late.py", "def test_a():\n    import pkg.core as c\n"},
                    {"tests/test_dynamic.py", "importlib.import_module('pkg.core')"},
                    {"tests/test_none.py", "import os\n"}};
  EXPECT_THAT(affected_tests(tree(files), {"src/pkg/core.py"}),
              ElementsAre("tests/test_core.py", "tests/test_dynamic.py", "tests/test_late.py", "tests/test_api.py"));
  EXPECT_EQ(affected_tests(tree(files), {"src/pkg/other.py"}).size(), 5u) << "through conftest.py";
  EXPECT_THAT(affected_tests(tree(files), {"tests/test_none.py"}), ElementsAre("tests/test_none.py"));
  EXPECT_THAT(affected_tests(tree(files), {"README.md"}), IsEmpty());
}

TEST(AffectedTests, AFileThatIsGoneCountsForThoseThatStillImportIt) {
  EXPECT_THAT(affected_tests(tree({{"test_a.py", "import gone"}}), {"gone.py"}), ElementsAre("test_a.py"));
}

TEST(AffectedTests, OfJavaScriptAndTypeScriptFollowPathsPackagesAndAliases) {
  const Files files{
      {"package.json", R"({"name":"root"})"},
      {"tsconfig.json", R"({"compilerOptions":{"baseUrl":".","paths":{"#lib/*":["src/lib/*"]}}})"},
      {"src/lib/add.ts", ""},
      {"src/index.ts", "export * from './lib/add.js'\n"},
      {"packages/a/package.json", R"({"name":"@x/a","main":"dist/index.js"})"},
      {"packages/a/src/index.ts", "import { add } from '../../../src'\n"},
      {"packages/b/b.test.ts", "import a from \"@x/a\"\n"},
      {"test/alias.test.ts", "const { add } = await import('#lib/add')\n"},
      {"test/at.spec.js", "jest.mock('@/lib/add')\n"},
      {"test/cjs.test.js", "const add = require( '../src/lib/add' )\n"},
      {"test/quiet.test.js", "// import '../src/lib/add'\nconst s = 'from'; f('../src/lib/add'); /* require('../src/lib/add') */\n"}};
  EXPECT_THAT(affected_tests(tree(files), {"src/lib/add.ts"}),
              ElementsAre("test/alias.test.ts", "test/at.spec.js", "test/cjs.test.js", "packages/b/b.test.ts"));
}

TEST(AffectedTests, OfGoGoByPackage) {
  const Files files{{"go.mod", "module example.com/m // x\n"},
                    {"core/core.go", "package core\n"},
                    {"core/core_test.go", "package core\n"},
                    {"api/api.go", "package api\n\nimport (\n\t\"fmt\"\n\tc \"example.com/m/core\"\n)\n"},
                    {"api/api_test.go", "package api\n"},
                    {"tool/tool.go", "package tool\n"},
                    {"tool/tool_test.go", "package tool\n\nimport \"example.com/m/core\"\n"},
                    {"far/far_test.go", "package far\n\nimport _ \"example.com/m/tool\"\n"}};
  EXPECT_THAT(affected_tests(tree(files), {"core/core.go"}), ElementsAre("core/core_test.go", "tool/tool_test.go", "api/api_test.go"));
}

TEST(AffectedTests, OfJavaGoByClass) {
  const std::string main = "src/main/java/p/", test = "src/test/java/";
  const Files files{{main + "Core.java", "package p;\nclass Core {}\n"},
                    {main + "Api.java", "package p;\nclass Api { Core core; }\n"},
                    {main + "Lone.java", "package p;\nclass Lone { CoreLike c; }\n"},
                    {test + "p/ApiTest.java", "package p;\nclass ApiTest { Api api; }\n"},
                    {test + "p/LoneTest.java", "package p;\nclass LoneTest { Lone l; }\n"},
                    {test + "q/CoreTest.java", "package q;\nimport static p.Core.Inner.make;\n"},
                    {test + "q/AllTests.java", "package q;\nimport p.*;\n"}};
  EXPECT_THAT(affected_tests(tree(files), {main + "Core.java"}),
              ElementsAre(test + "q/AllTests.java", test + "q/CoreTest.java", test + "p/ApiTest.java"));
}

TEST(AffectedTests, CyclesAndOddTextsEnd) {
  const Files files{{"a.py", "import b"},
                    {"b.py", "import a\nfrom (((("},
                    {"test_a.py", "from .. import a, ,\nimport\nfrom  import x\nimport a"},
                    {"x.test.js", "import './x.test.js'; require('../../../../y'); `"},
                    {"y.js", "'\\"}};
  EXPECT_THAT(affected_tests(tree(files), {"b.py"}), ElementsAre("test_a.py"));
}

}  // namespace
}  // namespace argosy::project
