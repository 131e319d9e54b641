// What rename_module and move_symbol promise: whole trees before and after, or the refusal with its places.
#include "common/code/moving/moving.h"

#include <gmock/gmock.h>

#include "common/code/operations.h"
#include "common/core/json.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using ::testing::ElementsAre;

std::string refused(const Result<Edit>& edit) { return edit ? "done" : edit.error().code; }

std::vector<std::string> places_of(const Result<Edit>& edit) {
  std::vector<std::string> out;
  if (edit) return out;
  const auto details = json::parse(edit.error().details).value_or(json::Value());
  for (const json::Value& place : details.array_or_empty("places"))
    out.push_back(place.string_or("path", "?") + ":" + std::to_string(place.int_or("line", 0)));
  return out;
}

class Modules : public ::testing::Test {
 protected:
  // The tree afterwards; what it was when it was refused, which is told as a failure.
  Files renamed(const std::string& language, const Files& files, const std::string& from, const std::string& to) {
    const MapTree tree(files);
    const auto edit = apply(tree, tasks::RenameModule{language, from, to, {}});
    EXPECT_TRUE(edit) << (edit ? "" : to_string(edit.error()) + edit.error().details);
    return edit ? tree.with(*edit) : files;
  }
  Result<Edit> tried(const std::string& language, const Files& files, const std::string& from, const std::string& to,
                     std::vector<std::string> force = {}) {
    return apply(MapTree(files), tasks::RenameModule{language, from, to, std::move(force)});
  }
  void there_and_back(const std::string& language, const Files& before, const std::string& from, const std::string& to,
                      const Files& after) {
    EXPECT_EQ(renamed(language, before, from, to), after);
  }
};

TEST_F(Modules, OfPythonAreImportedUnderTheirNewNames) {
  there_and_back("python",
                 {{"pkg/__init__.py", ""},
                  {"pkg/mod.py", "from .other import y\nx = y\n"},
                  {"pkg/other.py", "y = 1\r\nfrom . import mod\r\nfrom .mod import x as z\r\nmod.x\r\n"},
                  {"main.py",
                   "import pkg.mod\nimport pkg.mod as pm\nfrom pkg import mod as m, other\nfrom pkg.mod import (x,\n  y)\n"
                   "print(pkg.mod.x, mod, 'mod')\n"}},
                 "pkg/mod.py", "pkg/renamed.py",
                 {{"pkg/__init__.py", ""},
                  {"pkg/renamed.py", "from .other import y\nx = y\n"},
                  {"pkg/other.py", "y = 1\r\nfrom . import renamed as mod\r\nfrom .renamed import x as z\r\nmod.x\r\n"},
                  {"main.py",
                   "import pkg.renamed\nimport pkg.renamed as pm\nfrom pkg import renamed as m, other\nfrom pkg.renamed import "
                   "(x,\n  y)\nprint(pkg.renamed.x, mod, 'mod')\n"}});
}

TEST_F(Modules, OfPythonMayGoToAnotherPackage) {
  there_and_back("python",
                 {{"pkg/__init__.py", ""},
                  {"pkg/a.py", "from . import b\nfrom .b import x\nimport pkg.b\npkg.b.x\n"},
                  {"pkg/b.py", "from .a import x\nfrom . import a\n"},
                  {"pkg/deep/__init__.py", ""},
                  {"pkg/deep/c.py", "from ..b import x\n"}},
                 "pkg/b.py", "pkg/deep/b.py",
                 {{"pkg/__init__.py", ""},
                  {"pkg/a.py", "from .deep import b\nfrom .deep.b import x\nimport pkg.deep.b\npkg.deep.b.x\n"},
                  {"pkg/deep/b.py", "from ..a import x\nfrom .. import a\n"},
                  {"pkg/deep/__init__.py", ""},
                  {"pkg/deep/c.py", "from .b import x\n"}});
}

TEST_F(Modules, OfPythonMoveAsPackages) {
  there_and_back("python",
                 {{"src/old/__init__.py", "from .m import f\n"},
                  {"src/old/m.py", "def f(): pass\n"},
                  {"src/old/data.txt", "old"},
                  {"tests/test_m.py", "import old\nfrom old import f\nfrom old.m import f as g\nold.m.f()\n"}},
                 "src/old", "src/fresh",
                 {{"src/fresh/__init__.py", "from .m import f\n"},
                  {"src/fresh/m.py", "def f(): pass\n"},
                  {"src/fresh/data.txt", "old"},
                  {"tests/test_m.py", "import fresh as old\nfrom fresh import f\nfrom fresh.m import f as g\nold.m.f()\n"}});
}

TEST_F(Modules, OfPythonAreRefusedWhereAStringNamesThem) {
  const Files files{{"pkg/__init__.py", ""},
                    {"pkg/m.py", "\"\"\"pkg.m is documented\"\"\"\n"},
                    {"a.py", "import importlib\nimportlib.import_module('pkg.m')\n"},
                    {"setup.cfg", "[entry]\nrun = pkg.m:main\n"}};
  const auto edit = tried("python", files, "pkg/m.py", "pkg/n.py");
  EXPECT_EQ(refused(edit), "name_in_string");
  EXPECT_THAT(places_of(edit), ElementsAre("a.py:2", "setup.cfg:2"));
  const auto forced = tried("python", files, "pkg/m.py", "pkg/n.py", {"strings"});
  ASSERT_TRUE(forced) << to_string(forced.error());
  EXPECT_EQ(forced->files.at("setup.cfg"), "[entry]\nrun = pkg.n:main\n");
  EXPECT_EQ(forced->files.at("a.py"), "import importlib\nimportlib.import_module('pkg.n')\n");
}

TEST_F(Modules, OfTypescriptAreImportedFromTheirNewPlaces) {
  there_and_back("typescript",
                 {{"src/a.ts", "import { b } from './b';\nexport * from \"./b.js\";\nconst c = require('./deep/c');\njest.mock('./b');\n"},
                  {"src/b.ts", "import { c } from './deep/c';\nimport data from './data.json';\r\nexport const b = c;\n"},
                  {"src/data.json", "{}"},
                  {"src/deep/c.ts", "import type { b } from '../b';\nexport const c = 1;\n"},
                  {"src/deep/index.ts", "export * from './c';\n"},
                  {"src/d.ts", "import { c } from './deep';\nc === '.' || c === '..';\n"}},
                 "src/b.ts", "src/deep/renamed.ts",
                 {{"src/a.ts",
                   "import { b } from './deep/renamed';\nexport * from \"./deep/renamed.js\";\nconst c = "
                   "require('./deep/c');\njest.mock('./deep/renamed');\n"},
                  {"src/deep/renamed.ts", "import { c } from './c';\nimport data from '../data.json';\r\nexport const b = c;\n"},
                  {"src/data.json", "{}"},
                  {"src/deep/c.ts", "import type { b } from './renamed';\nexport const c = 1;\n"},
                  {"src/deep/index.ts", "export * from './c';\n"},
                  {"src/d.ts", "import { c } from './deep';\nc === '.' || c === '..';\n"}});
}

TEST_F(Modules, OfTypescriptMoveAsFolders) {
  there_and_back("typescript",
                 {{"src/old/index.ts", "import { x } from '../x';\nexport * from './in';\n"},
                  {"src/old/in.ts", "export const y = 1;\n"},
                  {"src/x.ts", "import { y } from './old';\nexport const x = 1;\n"}},
                 "src/old", "lib/fresh",
                 {{"lib/fresh/index.ts", "import { x } from '../../src/x';\nexport * from './in';\n"},
                  {"lib/fresh/in.ts", "export const y = 1;\n"},
                  {"src/x.ts", "import { y } from '../lib/fresh';\nexport const x = 1;\n"}});
}

TEST_F(Modules, AreRefusedWhereNobodyKnowsHowTheyAreWritten) {
  const auto alias =
      tried("typescript", {{"src/a.ts", "import { b } from '@/b';\n"}, {"src/b.ts", "export const b = 1;\n"}}, "src/b.ts", "src/c.ts");
  EXPECT_EQ(refused(alias), "import_unresolved");
  EXPECT_THAT(places_of(alias), ElementsAre("src/a.ts:1"));
  const Files files{{"m.py", ""}, {"n.py", ""}, {"p/__init__.py", ""}};
  EXPECT_EQ(refused(tried("python", files, "m.py", "n.py")), "file_exists");
  EXPECT_EQ(refused(tried("python", files, "q.py", "r.py")), "file_not_found");
  EXPECT_EQ(refused(tried("python", files, "m.py", "m-1.py")), "name_invalid");
  EXPECT_EQ(refused(tried("python", files, "p/__init__.py", "p/q.py")), "name_invalid");
  EXPECT_EQ(refused(tried("go", {{"m.go", "package m\n"}}, "m.go", "n.go")), "language_unsupported");
}

class Symbols : public ::testing::Test {
 protected:
  Result<Edit> tried(const Files& files, const std::string& name, const std::string& from, const std::string& to) {
    return apply(MapTree(files), tasks::MoveSymbol{"python", name, from, to, {}});
  }
  Files moved(const Files& files, const std::string& name, const std::string& from, const std::string& to) {
    const auto edit = tried(files, name, from, to);
    EXPECT_TRUE(edit) << (edit ? "" : to_string(edit.error()) + edit.error().details);
    return edit ? MapTree(files).with(*edit) : files;
  }
};

TEST_F(Symbols, MoveWithTheirCommentsDecoratorsAndImports) {
  EXPECT_EQ(
      moved({{"pkg/__init__.py", "from .a import load\n"},
             {"pkg/a.py",
              "import os\nfrom functools import lru_cache as cache\nfrom . import c\n\n\ndef first():\n    return 1\n\n\n# Loads.\n"
              "@cache\ndef load(path):\n    return c.f(os.path.join(path))  # here\n\n\ndef last():\n    return 2\n"},
             {"pkg/b.py", "\"\"\"B.\"\"\"\nimport os\n\n\ndef other():\n    return 3\n"},
             {"pkg/c.py", "def f(x): return x\n"},
             {"main.py", "import pkg.a\nfrom pkg.a import first, load as loaded\nfrom pkg import load\npkg.a.first()\nloaded(load)\n"}},
            "load", "pkg/a.py", "pkg/b.py"),
      (Files{{"pkg/__init__.py", "from .b import load\n"},
             {"pkg/a.py",
              "import os\nfrom functools import lru_cache as cache\nfrom . import c\n\n\ndef first():\n    return 1\n\n\ndef "
              "last():\n    return 2\n"},
             {"pkg/b.py",
              "\"\"\"B.\"\"\"\nimport os\nfrom functools import lru_cache as cache\nfrom . import c\n\n\ndef other():\n    return "
              "3\n\n\n# Loads.\n@cache\ndef load(path):\n    return c.f(os.path.join(path))  # here\n"},
             {"pkg/c.py", "def f(x): return x\n"},
             {"main.py",
              "import pkg.a\nfrom pkg.a import first\nfrom pkg.b import load as loaded\nfrom pkg import "
              "load\npkg.a.first()\nloaded(load)\n"}}));
}

TEST_F(Symbols, StayKnownWhereTheyWereUsed) {
  EXPECT_EQ(
      moved({{"a.py", "__all__ = ['LIMIT']\nLIMIT = 3\n\n\ndef f():\n    return LIMIT\n"}, {"b.py", "import a\nprint(a.LIMIT, a.f())\n"}},
            "LIMIT", "a.py", "c.py"),
      (Files{{"a.py", "from c import LIMIT\n__all__ = ['LIMIT']\n\n\ndef f():\n    return LIMIT\n"},
             {"b.py", "import a\nfrom c import LIMIT\nprint(LIMIT, a.f())\n"},
             {"c.py", "LIMIT = 3\n"}}));
}

TEST_F(Symbols, ArriveWhereTheyWereImported) {
  EXPECT_EQ(
      moved({{"a.py", "class C:\r\n    pass\r\n"}, {"b.py", "import os\nfrom a import C\n\nclass D(C):\n    pass\n"}}, "C", "a.py", "b.py"),
      (Files{{"a.py", ""}, {"b.py", "import os\n\n\nclass C:\n    pass\n\nclass D(C):\n    pass\n"}}));
}

TEST_F(Symbols, AreRefusedWhereTheyCannotLeave) {
  const auto cycle = tried({{"a.py", "def helper(): pass\ndef f(): return helper()\ndef g(): return f()\n"}}, "f", "a.py", "b.py");
  EXPECT_EQ(refused(cycle), "import_cycle");
  EXPECT_THAT(places_of(cycle), ElementsAre("a.py:1"));
  const auto hidden = tried({{"a.py", "_x = 1\ndef f(): return _x\n"}}, "f", "a.py", "b.py");
  EXPECT_EQ(refused(hidden), "private_needed");
  EXPECT_THAT(places_of(hidden), ElementsAre("a.py:2"));
  EXPECT_EQ(refused(tried({{"a.py", "def f(): return __file__\n"}}, "f", "a.py", "b.py")), "private_needed");
  EXPECT_EQ(refused(tried({{"a.py", "n = 0\ndef f():\n    global n\n    n = 1\n"}}, "f", "a.py", "b.py")), "private_needed");
  EXPECT_EQ(refused(tried({{"a.py", "if True:\n    def f(): pass\n"}}, "f", "a.py", "b.py")), "symbol_ambiguous");
  EXPECT_EQ(refused(tried({{"a.py", "def g(): pass\n"}}, "f", "a.py", "b.py")), "symbol_not_found");
  EXPECT_EQ(refused(tried({{"b.py", "def g(): pass\n"}}, "f", "a.py", "b.py")), "file_not_found");
}

TEST_F(Symbols, AreRefusedWhereTheyCannotArrive) {
  EXPECT_EQ(refused(tried({{"a.py", "def f(): pass\n"}, {"b.py", "f = 1\n"}}, "f", "a.py", "b.py")), "name_taken");
  EXPECT_EQ(refused(tried({{"a.py", "import os\ndef f(): return os\n"}, {"b.py", "os = 1\n"}}, "f", "a.py", "b.py")), "name_taken");
  EXPECT_EQ(refused(tried({{"a.py", "def f(): return len(1)\n"}, {"b.py", "def len(x): pass\n"}}, "f", "a.py", "b.py")), "name_taken");
  EXPECT_EQ(refused(tried({{"a.py", "def f(): pass\n"}}, "f", "a.py", "b.txt")), "name_invalid");
}

TEST_F(Symbols, AreRefusedWhereSomebodyElseMayMeanThem) {
  const auto text = tried({{"p/__init__.py", ""}, {"p/a.py", "def f(): pass\n"}, {"c.py", "x = 'p.a.f'\n"}}, "f", "p/a.py", "p/b.py");
  EXPECT_EQ(refused(text), "name_in_string");
  EXPECT_THAT(places_of(text), ElementsAre("c.py:1"));
  EXPECT_EQ(refused(tried({{"a.py", "def f(): pass\n"}, {"c.py", "from a import *\nf()\n"}}, "f", "a.py", "b.py")), "import_unresolved");
  EXPECT_EQ(refused(tried({{"a.py", "def f(): pass\n"}, {"c.py", "import a\na.f = 1\n"}}, "f", "a.py", "b.py")), "import_unresolved");
}

}  // namespace
}  // namespace argosy::code
