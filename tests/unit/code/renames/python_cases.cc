// What a rename promises in Python.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase renames(std::string promise, Files marked) { return {std::move(promise), renaming("python", "foo", "bar"), std::move(marked)}; }

RenameCase refuses(std::string promise, std::string code, Files marked) {
  return {std::move(promise), renaming("python", "foo", "bar"), std::move(marked), std::move(code)};
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

const std::string kHome = "def «foo»(x):\n    return x\n";

std::vector<RenameCase> imports() {
  return {
      renames("FollowsAbsoluteAndRelativeImports",
              {{"pkg/__init__.py", ""},
               {"pkg/m.py", kHome},
               {"pkg/a.py", "from .m import «foo»\nprint(«foo»(1))\n"},
               {"pkg/sub/__init__.py", ""},
               {"pkg/sub/b.py", "from ..m import «foo»\nfrom pkg.m import («foo», )\n«foo»(«foo»)\n"}}),
      renames("KeepsAnAlias", {{"m.py", kHome}, {"a.py", "from m import «foo» as f, «foo» as foo2\nf(1)\nfoo2(1)\n"}}),
      renames("FollowsAttributesOfTheModule", {{"pkg/__init__.py", ""},
                                               {"pkg/m.py", kHome},
                                               {"a.py",
                                                "import pkg.m\nimport pkg.m as pm\nfrom pkg import m\nfrom pkg import m as mm\n"
                                                "pkg.m.«foo»(1)\npm.«foo»(1)\nm.«foo»(1)\nmm.«foo»(1)\n"}}),
      renames("FollowsAReexportThroughAPackage", {{"pkg/__init__.py", "from .m import «foo»\nfrom . import m\n"},
                                                  {"pkg/m.py", kHome},
                                                  {"a.py", "import pkg\nfrom pkg import «foo»\npkg.«foo»(«foo»(1))\npkg.m.«foo»(2)\n"}}),
      renames("FollowsAReexportOfEverything", {{"pkg/__init__.py", "from .m import *\n"},
                                               {"pkg/m.py", "__all__ = ['«foo»']\n" + kHome},
                                               {"a.py", "import pkg\nfrom pkg import *\n«foo»(pkg.«foo»(1))\n"}}),
      renames("LeavesAReexportUnderAnotherName", {{"pkg/__init__.py", "from .m import «foo» as other\n"},
                                                  {"pkg/m.py", kHome},
                                                  {"a.py", "import pkg\nfrom pkg import other\nother(pkg.other(1))\n"}}),
      renames("LeavesAnotherModulesNameAlone", {{"m.py", kHome},
                                                {"n.py", "from json import foo\nfoo(1)\n"},
                                                {"o.py", "import json\njson.foo(1)\n"},
                                                {"q.py", "import n\nn.foo(2)\nfrom n import foo as x\n"}}),
      renames("FollowsAnImportInsideAFunction",
              {{"m.py", kHome}, {"a.py", "def f():\n    from m import «foo»\n    return «foo»(1)\n\ndef g(foo):\n    return foo\n"}}),
      renames("FollowsAModuleGivenAnotherName", {{"m.py", kHome}, {"a.py", "import m\nalias = m\nalias.«foo»(1)\n"}}),
      renames("FollowsAModuleThatMayBeMissing",
              {{"m.py", kHome}, {"a.py", "try:\n    import m\nexcept ImportError:\n    m = None\nm.«foo»(1)\n"}}),
      renames(
          "FollowsAnImportThatMayFail",
          {{"m.py", kHome}, {"a.py", "try:\n    from m import «foo»\nexcept ImportError:\n    «foo» = None\nif «foo»:\n    «foo»(1)\n"}}),
      renames("FollowsAPatchOfTheModule", {{"m.py", kHome}, {"a.py", "import m\nm.«foo» = lambda x: x\ndel m.«foo»\n"}}),
      renames("FindsSourcesBelowAFolderThatIsNoPackage",
              {{"src/pkg/__init__.py", ""}, {"src/pkg/m.py", kHome}, {"tests/test_m.py", "from pkg.m import «foo»\n«foo»(1)\n"}}),
      renames("FindsAModuleBesideAScript", {{"tools/m.py", kHome}, {"tools/run.py", "import m\nm.«foo»(1)\n"}}),
      renames("FollowsANamespacePackage", {{"ns/m.py", kHome}, {"a.py", "import ns.m\nfrom ns import m\nns.m.«foo»(m.«foo»(1))\n"}}),
      renames("TellsAFunctionFromItsModuleOfTheSameName", {{"pkg/__init__.py", ""},
                                                           {"pkg/foo.py", kHome},
                                                           {"a.py", "from pkg.foo import «foo»\nimport pkg.foo\npkg.foo.«foo»(«foo»(1))\n"},
                                                           {"b.py", "from pkg import foo\nfoo.«foo»(1)\n"}}),
      renames("EndsOnACycleOfImports", {{"m.py", "from a import x\n" + kHome},
                                        {"a.py", "from m import *\nfrom b import *\nx = «foo»\n"},
                                        {"b.py", "from a import *\n«foo»(x)\n"}}),
      renames("ChangesAStubWithItsSource",
              {{"m.py", kHome}, {"m.pyi", "def «foo»(x: int) -> int: ...\n"}, {"a.pyi", "from m import «foo»\n"}}),
      renames(
          "RenamesTheFallbackButNotWhatItImports",
          {{"m.py", "try:\n    from fast import «foo|foo as bar»\nexcept ImportError:\n    def «foo»(x):\n        return x\n«foo»(1)\n"},
           {"a.py", "from m import «foo»\n"}}),
  };
}

std::vector<RenameCase> scopes() {
  return {
      renames("LeavesShadowingLocalsAlone", {{"m.py", kHome + "def f(foo):\n    return foo\n\ndef g():\n    foo = 1\n    return foo\n\ndef "
                                                              "h():\n    for foo in baz():\n        print(foo)\n"
                                                              "\ndef i():\n    with open('x') as foo:\n        return foo\n\ndef j():\n    "
                                                              "try:\n        pass\n    except E as foo:\n        raise foo\n"}}),
      renames("RenamesInsideNestedFunctions",
              {{"m.py", kHome + "def f(x):\n    def g(y):\n        return «foo»(x)\n    return lambda z: «foo»(z)\n"}}),
      renames("KnowsThatAnInnerFunctionSeesTheOuterLocal",
              {{"m.py", kHome + "def f():\n    foo = 1\n    def g():\n        return foo\n    return g\n"}}),
      renames("FollowsGlobal", {{"m.py", "«foo» = 1\n\ndef f():\n    global «foo»\n    «foo» = 2\n    del «foo»\n"}}),
      renames("LeavesNonlocalAlone",
              {{"m.py",
                kHome + "def f():\n    foo = 1\n    def g():\n        nonlocal foo\n        foo = 2\n        return foo\n    return g\n"}}),
      renames("KnowsThatMethodsDoNotSeeTheirClass",
              {{"m.py", kHome + "class A:\n    def foo(self):\n        return «foo»(self.foo)\n    def g(self):\n        return A.foo\n"}}),
      renames("KnowsTheOrderInAClassBody", {{"m.py", kHome + "class A:\n    foo = «foo»(1)\n    baz = foo\n\nclass B:\n    x = «foo»\n    "
                                                             "@«foo»\n    def foo(self, y=«foo»): pass\n    z = foo\n"}}),
      renames("LeavesComprehensionVariablesAlone", {{"m.py", kHome + "a = [foo for foo in range(3)]\nb = [x for x in «foo»(1)]\nc = {foo: "
                                                                     "1 for foo in [«foo»]}\nd = [«foo»(x) for x in y if «foo»]\n"}}),
      renames("LeavesLambdaParametersAlone", {{"m.py", kHome + "f = lambda foo: foo\ng = lambda x=«foo»: x\n"}}),
      renames("LeavesKeywordArgumentsAlone", {{"m.py", kHome + "f(foo=1)\nf(foo=«foo»)\ndict(foo=2)\nclass A(B, foo=3): pass\n"}}),
      renames("LeavesParametersButNotTheirDefaults", {{"m.py", kHome + "def f(foo=«foo», *, x: «foo» = 1) -> «foo»:\n    return foo\n"}}),
      renames("LeavesACaptureInAPatternAlone",
              {{"m.py",
                "class «foo»:\n    pass\n\ndef f(x):\n    match x:\n        case «foo»(foo=1):\n            return 1\n\ndef g(x):\n    "
                "match x:\n        case [foo, *_]:\n            return foo\n"}}),
      renames("LeavesAWalrusInAFunctionAlone",
              {{"m.py", kHome + "def f(x):\n    if (foo := x):\n        return foo\n    return [foo := 1 for y in x]\n"}}),
      renames("KnowsTypeParameters", {{"m.py", kHome + "def f[foo](x: foo) -> foo:\n    return x\n"}}),
      renames(
          "RenamesTwoAlternativesAsOneSymbol",
          {{"m.py", "if True:\n    def «foo»(): pass\nelse:\n    def «foo»(): pass\ntry:\n    «foo» = 1\nexcept E:\n    «foo» = None\n"}}),
      renames("RenamesOverloadsAsOneSymbol", {{"m.py",
                                               "from typing import overload\n@overload\ndef «foo»(x: int) -> int: ...\n@overload\ndef "
                                               "«foo»(x: str) -> str: ...\ndef «foo»(x):\n    return x\n"}}),
      renames("RenamesDispatchedFunctionsAsOneSymbol",
              {{"m.py", "@singledispatch\ndef «foo»(x): pass\n\n@«foo».register(int)\ndef _(x): pass\n"}}),
  };
}

std::vector<RenameCase> forms() {
  return {
      renames("RenamesAClassWithItsUses", {{"m.py",
                                            "class «foo»(Base):\n    def make(cls) -> «foo»:\n        return «foo»()\n\nclass B(«foo», "
                                            "metaclass=«foo»):\n    x: «foo» = «foo».make()\n"}}),
      renames("RenamesAConstant", {{"m.py", "«foo» = 3\n«foo» += 1\n«foo»: int = 2\nx = («foo», «foo»[1:«foo»])\n"}}),
      renames("RenamesInsideInterpolations", {{"m.py", kHome + "x = f'foo {«foo»(1)!r:>{«foo»}} {{foo}}'\n"}}),
      renames("RenamesDecorators",
              {{"m.py", kHome + "@«foo»\ndef f(): pass\n@«foo»(1)\nclass A: pass\n"}, {"a.py", "import m\n@m.«foo»\ndef f(): pass\n"}}),
      renames("RenamesEntriesOfExportLists",
              {{"m.py", "__all__ = [\"«foo»\", 'other']\n__all__ += ('«foo»',)\n__all__.extend(['«foo»'])\n" + kHome}}),
      with(renames("NarrowsByPath", {{"m.py", kHome},
                                     {"n.py", "__all__ = ['foo']\ndef foo(): pass\n"},
                                     {"p.py", "__all__ = ['«foo»']\nfrom m import «foo»\n"},
                                     {"q.py", "from n import foo\nimport n, m\nn.foo(m.«foo»)\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"m.py"}; }),
      renames("LeavesCommentsAndDocumentationAlone",
              {{"m.py", "\"\"\"foo: see m.foo\"\"\"\n# m.foo\n" + kHome + "def g():\n    '''>>> m.foo(1)'''\n"}}),
      renames(
          "LeavesOtherStringsAlone",
          {{"m.py", kHome + "print('foo is nice')\nx = {'foo': «foo»}\nlog('xm.foo')\nlog('other.foo()')\nx['foo']\nraise E('foo')\n"}}),
      renames("LeavesAttributesOfThingsAlone",
              {{"m.py",
                kHome + "class A:\n    def foo(self): pass\n    def g(self):\n        self.foo()\n        super().foo()\n        "
                        "A.foo(self)\n    @classmethod\n    def h(cls):\n        return cls.foo\n"
                        "a = A()\na.foo()\n''.foo()\n{}.foo\n[1].foo\nimport re\nre.compile('x').foo()\nwith open('x') as fh:\n    fh.foo\n"
                        "def f(x: A, y: 'A', *args, **kw) -> A:\n    x.foo\n    y.foo\n    args.foo\n    f(1).foo\n    try: pass\n    "
                        "except E as e:\n        e.foo\n"}}),
      renames("KnowsAttributesThatAClassSets",
              {{"m.py", kHome + "class A:\n    c = {}\n    def __init__(self):\n        self.x = open('f')\n        self.x.foo\n        "
                                "self.c.foo()\n        self.foo = «foo»\n"}}),
      renames("KnowsWhatTextsGive", {{"m.py", kHome + "def f(x):\n    return x.split(',').foo + ','.join(x).foo\n"}}),
      renames("KeepsLineEndingsAndMarks", {{"m.py",
                                            "\xEF\xBB\xBF"
                                            "def «foo»():\r\n    pass\r\n«foo»()"}}),
      renames("KeepsLatin1", {{"m.py", "# -*- coding: latin-1 -*-\n# caf\xE9\ndef «foo»():\n    return 'caf\xE9'\n«foo»()\n"}}),
      renames("RenamesAroundTextOfOtherScripts", {{"m.py", "«foo» = 'žluťoučký'; x = «foo» + '日本'; y = «foo»\n"}}),
      with(renames("RenamesAClassOnlyIfAsked", {{"m.py", "class «foo»: pass\n"}, {"n.py", "def foo(): pass\n"}}),
           [](tasks::RenameSymbol& r) { r.kind = "class"; }),
      with(renames("RewritesStringsOnTheUsersWord", {{"pkg/__init__.py", ""},
                                                     {"pkg/m.py", kHome + "def g() -> '«foo»': return getattr(sys.modules[x], '«foo»')\n"},
                                                     {"t.py", "patch('pkg.m.«foo»')\nlog('foo')\n"},
                                                     {"pyproject.toml", "[project.scripts]\nfoo = \"pkg.m:«foo»\"\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"strings"}; }),
      with(renames("RewritesCommentsOnTheUsersWord",
                   {{"m.py", "# «foo»\n" + kHome + "def g():\n    '''«foo» foos'''\n"}, {"n.py", "# foo\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"comments"}; }),
      with(renames("RewritesAttributesOnTheUsersWord", {{"m.py", kHome}, {"a.py", "def f(x):\n    return x.«foo»()\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"attributes"}; }),
  };
}

std::vector<RenameCase> refusals() {
  return {
      refuses("RefusesANameThatIsNotDefined", "symbol_not_found", {{"m.py", "from x import foo\nfoo()\n"}}),
      refuses("RefusesAMethodAndSaysWhereItStands", "symbol_not_found", {{"m.py", "class A:\n    def ‹foo›(self): pass\n"}}),
      refuses("RefusesTwoDefinitions", "symbol_ambiguous", {{"m.py", "def ‹foo›(): pass\n"}, {"n.py", "‹foo› = 1\n"}}),
      refuses("RefusesTwoDefinitionsInOneFile", "symbol_ambiguous", {{"m.py", "def ‹foo›(): pass\ndef ‹foo›(): pass\n"}}),
      refuses("RefusesAFixtureThatTestsAskForByName", "receiver_unresolved",
              {{"conftest.py", "import pytest\n\n@pytest.fixture(scope='session')\ndef ‹foo›():\n    return 1\n"},
               {"test_a.py", "def test_x(foo):\n    assert foo\n"}}),
      refuses("RefusesAnUnknownReceiver", "receiver_unresolved",
              {{"m.py", "def foo(): pass\n"}, {"a.py", "def f(x):\n    return x.‹foo›()\n"}}),
      refuses("RefusesAReceiverThatMayBeAnything", "receiver_unresolved",
              {{"m.py", "def foo(): pass\n"},
               {"a.py",
                "import importlib, sys\nimportlib.import_module('m').‹foo›()\nsys.modules['m'].‹foo›()\nfor m in ms:\n    "
                "m.x[0].‹foo›()\ny = getattr(z, 'm')\ny.‹foo›\nms = []\n"}}),
      refuses("RefusesAReceiverSetTwice", "receiver_unresolved",
              {{"m.py", "def foo(): pass\n"}, {"a.py", "import m\nif x:\n    m = A()\nm.‹foo›()\nclass A: pass\n"}}),
      refuses("RefusesWhatFollowsFromItself", "receiver_unresolved",
              {{"m.py", "def foo(): pass\n"}, {"a.py", "class H: pass\nx = H()\nwhile x:\n    x = x.module\nx.‹foo›\n"}}),
      refuses("RefusesAVariableWithTwoMeanings", "symbol_ambiguous",
              {{"m.py", "def foo(): pass\n"}, {"a.py", "try:\n    from m import ‹foo›\nexcept E:\n    ‹foo› = 1\n‹foo›()\n"}}),
      refuses("RefusesAClassBodyThatDependsOnARun", "symbol_ambiguous",
              {{"m.py", "def foo(): pass\nclass A:\n    if x:\n        foo = 1\n    y = ‹foo›\n"}}),
      refuses("RefusesTheDottedNameInAString", "name_in_string",
              {{"pkg/__init__.py", ""}, {"pkg/m.py", "def foo(): pass\n"}, {"t.py", "patch('pkg.m.‹foo›')\npatch('m.‹foo›.x')\n"}}),
      refuses("RefusesALookUpByString", "name_in_string",
              {{"m.py", "def foo(): pass\nglobals()['‹foo›']\n"},
               {"t.py",
                "import m\ngetattr(m, '‹foo›')\nmonkeypatch.setattr(m, '‹foo›', 1)\nmock.patch.object(m, "
                "\"‹foo›\")\nvars(m)['‹foo›']\nm.__dict__['‹foo›']\nspy(m, '‹foo›')\n"}}),
      refuses("RefusesNamesInAFileThatComputesThem", "name_in_string",
              {{"m.py", "def foo(): pass\n"}, {"t.py", "import m\nfor n in ['‹foo›', 'x']:\n    getattr(m, n)()\n"}}),
      refuses("RefusesATypeWrittenAsAString", "name_in_string",
              {{"m.py", "class foo:\n    def f(self, x: '‹foo›') -> 'List[‹foo›]': pass\n    y: Literal['foo']\nz = cast('‹foo›', 1)\n"}}),
      refuses("RefusesItsOwnNameAsAString", "name_in_string", {{"m.py", "foo = namedtuple('‹foo›', 'a b')\n"}}),
      refuses("RefusesAnEntryPoint", "name_in_string",
              {{"pkg/__init__.py", ""}, {"pkg/m.py", "def foo(): pass\n"}, {"setup.cfg", "[options.entry_points]\nx = pkg.m:‹foo›\n"}}),
      refuses("RefusesFilesItCannotRead", "language_unsupported", {{"m.py", "def foo(): pass\n"}, {"n.pyx", "from m import ‹foo›\n"}}),
      refuses("RefusesANameThatIsTaken", "name_taken", {{"m.py", "def foo(): pass\ndef ‹bar›(): pass\n"}}),
      refuses("RefusesANameThatAnImporterHas", "name_taken", {{"m.py", "def foo(): pass\n"}, {"a.py", "from m import foo\n‹bar› = 1\n"}}),
      refuses("RefusesANameThatAStarImporterHas", "name_taken", {{"m.py", "def foo(): pass\n"}, {"a.py", "from m import *\n‹bar› = 1\n"}}),
      refuses("RefusesToBeCapturedByALocal", "name_taken", {{"m.py", "def foo(): pass\ndef f(bar):\n    return ‹foo›(bar)\n"}}),
      refuses("RefusesToCaptureAFreeName", "name_taken", {{"m.py", "def foo(): pass\nprint(‹bar›)\n"}}),
      refuses("RefusesASubmodulesName", "name_taken",
              {{"pkg/__init__.py", "from .m import foo\n"}, {"pkg/m.py", "def foo(): pass\n"}, {"pkg/bar.py", ""}}),
      refuses("RefusesBrokenSourcesThatUseTheName", "syntax_broken", {{"m.py", "def foo(): pass\n"}, {"a.py", "def f(:\n    ‹foo›(\n"}}),
      with(refuses("RefusesAKeyword", "name_invalid", {{"m.py", "def foo(): pass\n"}}), [](tasks::RenameSymbol& r) { r.to = "class"; }),
      with(refuses("RefusesWhatIsNoIdentifier", "name_invalid", {{"m.py", "def foo(): pass\n"}}),
           [](tasks::RenameSymbol& r) { r.to = "a b"; }),
      with(refuses("RefusesAnEmptyName", "name_invalid", {{"m.py", "def foo(): pass\n"}}), [](tasks::RenameSymbol& r) { r.to = ""; }),
      with(refuses("RefusesTheSameName", "name_invalid", {{"m.py", "def foo(): pass\n"}}), [](tasks::RenameSymbol& r) { r.to = "foo"; }),
      with(refuses("RefusesAnUnknownLanguage", "language_unsupported", {{"m.py", "def foo(): pass\n"}}),
           [](tasks::RenameSymbol& r) { r.language = "cobol"; }),
      with(refuses("RefusesAnotherKind", "symbol_not_found", {{"m.py", "def ‹foo›(): pass\n"}}),
           [](tasks::RenameSymbol& r) { r.kind = "class"; }),
  };
}

}  // namespace

std::vector<RenameCase> python_cases() {
  std::vector<RenameCase> all;
  for (auto* list : {imports, scopes, forms, refusals})
    for (RenameCase& c : list()) all.push_back(std::move(c));
  return all;
}

}  // namespace argosy::code
