// What a rename promises in C.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase renames(std::string promise, Files marked, std::string from = "foo", std::string to = "bar") {
  return {std::move(promise), renaming("c", std::move(from), std::move(to)), std::move(marked)};
}

RenameCase refuses(std::string promise, std::string code, Files marked, std::string from = "foo", std::string to = "bar") {
  return {std::move(promise), renaming("c", std::move(from), std::move(to)), std::move(marked), std::move(code)};
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

std::vector<RenameCase> files() {
  return {
      renames("FollowsHeadersToAllThatIncludeThem",
              {{"include/m.h", "#ifndef M_H\n#define M_H\n/* foo */\nint «foo»(int x);\n#endif\n"},
               {"src/m.c", "#include <m.h>\nint «foo»(int x) { return x ? «foo»(x - 1) : 0; }\n"},
               {"src/a.c", "#include \"../include/m.h\"\nint (*p)(int) = &«foo»;\n"},
               {"src/b.c", "static int f(int foo) { return foo; }\nstatic const char* s = \"foo\";\n"}}),
      renames("FollowsAnExternWithoutAHeader", {{"m.c", "int «foo»;\n"}, {"a.c", "extern int «foo»;\nint f(void) { return «foo»; }\n"}}),
      renames("FollowsAnExternInsideOfAFunction", {{"m.c", "int «foo»;\nint f(void) { extern int «foo»; return «foo»; }\n"}}),
      with(renames("KeepsStaticNamesOfOtherFiles", {{"a.c", "static int «foo»(void) { return 1; }\nint a(void) { return «foo»(); }\n"},
                                                    {"b.c", "static int foo(void) { return 2; }\nint b(void) { return foo(); }\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"a.c"}; }),
      with(renames("DoesNotJoinProgramsByAHeaderThatDoesNotKnowTheName",
                   {{"include/log.h", "#include <level.h>\nvoid say(void);\n"},
                    {"include/level.h", "int level;\n"},
                    {"one/m.c", "#include <log.h>\nstatic void «foo|bar»(void) {}\nvoid f(void) { «foo|bar»(); }\n"},
                    {"two/m.c", "#include <log.h>\nstatic void foo(void) {}\nvoid g(void) { foo(); }\n"}}),
           [](auto& r) { r.paths = {"one/**"}; }),
      renames("JoinsWhatOneFileReadsThroughHeadersOfOneName", {{"a/m.h", "#include <deep.h>\n"},
                                                               {"b/m.h", "int x;\n"},
                                                               {"b/deep.h", "static inline int «foo»(void) { return 1; }\n"},
                                                               {"a.c", "#include <m.h>\nint f(void) { return «foo»(); }\n"},
                                                               {"b.c", "#include <m.h>\nint g(void) { return «foo»(); }\n"}}),
      with(renames("KeepsTwoProgramsApart", {{"one/m.c", "#include \"m.h\"\nvoid «foo|bar»(void) {}\n"},
                                             {"one/m.h", "void «foo»(void);\n"},
                                             {"one/main.c", "#include \"m.h\"\nint main(void) { «foo»(); }\n"},
                                             {"two/m.c", "#include \"m.h\"\nvoid foo(void) {}\n"},
                                             {"two/m.h", "void foo(void);\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"one/**"}; }),
      renames("RenamesBothBranchesOfACondition",
              {{"m.c", "#ifdef WINDOWS\nint «foo»(void) { return 1; }\n#else\nint «foo»(void) { return 2; }\n#endif\nint x = «foo»();\n"}}),
      renames("ReadsFunctionsBehindWordsOfMacros",
              {{"m.c", "#define API\n#define CALL\nAPI int CALL «foo»(int x) { return x; }\nAPI(int) a(void) { return «foo»(1); }\n"}}),
  };
}

std::vector<RenameCase> worlds() {
  return {
      with(renames("KeepsMembersLabelsAndTagsApart",
                   {{"m.c",
                     "struct foo { int foo; };\nint «foo»(struct foo *p) {\n  p->foo = 1;\n  struct foo q = { .foo = «foo»(p) };\n  goto "
                     "foo;\nfoo:\n  return q.foo + sizeof(struct foo);\n}\n"}}),
           [](tasks::RenameSymbol& r) { r.kind = "function"; }),
      with(renames(
               "RenamesTheTagAloneWhenAClassIsMeant",
               {{"m.c", "struct «foo» { struct «foo» *foo; };\nint foo(struct «foo» *p) { return p == 0; }\nstruct «foo» all[foo(0)];\n"}}),
           [](tasks::RenameSymbol& r) { r.kind = "class"; }),
      renames("RenamesATypeAndItsTagTogether",
              {{"m.h", "typedef struct «foo» «foo»;\nstruct «foo» { «foo» *next; };\n"},
               {"m.c", "#include \"m.h\"\n«foo» *f(«foo» *x) { «foo» y = *x; return («foo» *)x + sizeof(«foo») + (y.next == x); }\n"}}),
      renames("RenamesEnumeratorsAndConstants",
              {{"m.c",
                "enum color { «RED», GREEN = «RED» };\nint a[] = { [«RED»] = 1 };\nint f(int x) { switch (x) { case «RED»: return 0; } "
                "return 1; }\n"}},
              "RED", "CRIMSON"),
      renames("LeavesLocalsAlone",
              {{"m.c",
                "int «foo» = 1;\nint f(int foo) { return foo; }\nint g(void) { int x = «foo»; int foo = 2; { x += foo; } return x; }\nint "
                "h(void) { for (int foo = 0; foo < 1; ++foo) {} return «foo»; }\nint k(foo) int foo; { return foo; }\nvoid p(int "
                "foo);\nint (*cb)(int foo);\n"}}),
  };
}

std::vector<RenameCase> macros() {
  return {
      renames("RenamesAMacroAndItsConditions",
              {{"m.h", "#ifndef M_H\n#define M_H\n#define «FOO» 1\n#endif\n#if defined(«FOO») && «FOO» > 0\n#endif\n#undef «FOO»\n"},
               {"m.c", "#include \"m.h\"\nint x = «FOO»;\n#ifdef «FOO»\n#endif\n"}},
              "FOO", "BAR"),
      renames("RenamesAMacroThatStandsInForAFunction", {{"m.h", "#ifdef FAST\n#define «foo»(x) (x)\n#else\nint «foo»(int x);\n#endif\n"},
                                                        {"m.c", "#include \"m.h\"\n#undef «foo»\nint «foo»(int x) { return x; }\n"}}),
      renames("FollowsANameIntoTheBodiesOfMacros", {{"m.c",
                                                     "int «foo»(int x);\n#define CALL(x) do { «foo»(x); } while (0)  // foo\n#define "
                                                     "OWN(foo) (foo + 1)\n#define TEXT \"foo\"\n#define "
                                                     "MEMBER(p) ((p)->foo)\nint «foo»(int x) { CALL(x); return OWN(x); }\n"}}),
      renames("KnowsThatACommaGluesNothing",
              {{"m.c", "int «foo»;\n#define LOG(f, ...) printf(f, ##__VA_ARGS__)\nvoid f(void) { LOG(\"x\", «foo»); }\n"}}),
      refuses("RefusesWhatASystemMayDeclareInstead", "receiver_unresolved",
              {{"m.c", "#ifdef _WIN32\n#define foo(x) own(x)\n#endif\nint f(void) { return ‹foo›(1); }\n"}}),
      refuses("RefusesADefaultThatOthersMaySet", "receiver_unresolved", {{"m.c", "#ifndef FOO\n#define FOO 1\n#endif\nint x = ‹FOO›;\n"}},
              "FOO", "BAR"),
      renames("KnowsWhatAllBranchesDeclare",
              {{"m.c",
                "#if A\n#define «FOO» 1\n#elif B\n#define «FOO» 2\n#else\n#define «FOO» 3\n#endif\n#ifdef C\nint z;\n#endif\nint x = "
                "«FOO»;\n"}},
              "FOO", "BAR"),
      renames("KnowsWhatStandsUnderTheSameCondition",
              {{"m.h", "#ifdef UNIX\nint «foo»(void);\n#endif\n"},
               {"m.c", "#include \"m.h\"\n#if defined(UNIX)\nint «foo»(void) { return 1; }\nint y = «foo»();\n#endif\n"}}),
      refuses("RefusesWhatIsQuoted", "name_in_string",
              {{"m.c",
                "#define TEXT(x) #x\n#define OUTER(y) TEXT(y)\nint foo;\nconst char *s = TEXT(‹foo›);\nconst char *t = OUTER(‹foo›);\n"}}),
      with(
          renames("TakesTheUsersWordForWhatIsQuoted",
                  {{"m.c", "#define CHECK(x) ((x) || fail(#x))\nint «foo»(void) { return 1; }\nint f(void) { return CHECK(«foo»()); }\n"}}),
          [](tasks::RenameSymbol& r) { r.force = {"strings"}; }),
      refuses("RefusesWhatIsGlued", "symbol_ambiguous",
              {{"m.c", "#define MAKE(x) x##_init\nint foo;\nvoid f(void) { MAKE(‹foo›)(); }\n#define BODY foo_##‹foo›\n"}}),
      refuses("RefusesANameThatAMacroPutsTogether", "symbol_ambiguous",
              {{"m.c", "#define ‹GET›(x) get_##x()\nint get_size(void) { return 1; }\nint y = GET(size);\n"}}, "get_size", "fetch_size"),
      refuses("RefusesWhatAnUnknownMacroMakesOfIt", "symbol_ambiguous",
              {{"m.c", "#include <fmgr.h>\nint foo(void) { return 1; }\nPG_FUNCTION_INFO_V1(‹foo›);\n"}}),
      refuses("RefusesAMacroThatAlsoReplacesAMember", "symbol_ambiguous",
              {{"m.c", "#define FOO x\nstruct s { int ‹FOO›; };\nint f(struct s *p) { return p->‹FOO›; }\n"}}, "FOO", "BAR"),
      refuses("RefusesABodyThatIsUsedBesideALocalOfThatName", "symbol_ambiguous",
              {{"m.c", "int foo;\n#define GET ‹foo›\nint f(void) { int foo = 1; return GET; }\n"}}),
  };
}

std::vector<RenameCase> refusals() {
  return {
      refuses("RefusesTwoDefinitions", "symbol_ambiguous",
              {{"a.c", "static int ‹foo›(void) { return 1; }\n"}, {"b.c", "static int ‹foo›(void) { return 2; }\n"}}),
      refuses("RefusesAFunctionAndATagOfOneName", "symbol_ambiguous",
              {{"m.c", "struct ‹foo› { int x; };\nint ‹foo›(void) { return 1; }\n"}}),
      refuses("RefusesWhatIsDefinedElsewhere", "symbol_not_found", {{"m.h", "int ‹foo›(void);\n"}, {"m.c", "#include \"m.h\"\nint x;\n"}}),
      refuses("RefusesAMember", "symbol_not_found", {{"m.c", "struct s { int foo; };\n"}}),
      refuses("RefusesAUseWhoseHeaderNobodyFinds", "receiver_unresolved",
              {{"m.c", "int foo(void) { return 1; }\n"}, {"a.c", "#include \"made.h\"\nint x(void) { return ‹foo›(); }\n"}}),
      refuses("RefusesGrammarsAndLinkerScriptsThatUseIt", "language_unsupported",
              {{"m.c", "int foo(void) { return 1; }\n"}, {"p.y", "%% x : y { ‹foo›(); }\n"}, {"lib.map", "{ global: ‹foo›; };\n"}}),
      refuses("RefusesANameThatTextsLookUp", "name_in_string",
              {{"m.c",
                "int foo(void) { return 1; }\nint a(void) __attribute__((alias(\"‹foo›\")));\n__asm__(\".symver ‹foo›, "
                "‹foo›@V1\");\n[[gnu::alias(\"‹foo›\")]] int b(void);\nvoid c(void) { __asm__ volatile(\"call ‹foo›\" : : \"r\"(1)); "
                "puts(\"call "
                "foo\"); }\nint d(void) __asm__(\"‹foo›\");\n"},
               {"n.c", "void* f(void* h) { return load(h, \"‹foo›\"); }\nvoid* load(void* h, const char* s) { return dlsym(h, s); }\n"}}),
      with(renames("TakesTheUsersWordForANameInAText",
                   {{"m.c",
                     "static int «foo»(void) { return 1; }\nint a(void) __attribute__((alias(\"«foo»\")));\nconst char* s = "
                     "\"foo\";\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"strings"}; }),
      refuses("RefusesAMacroThatTheBuildSets", "name_in_string",
              {{"m.c", "#ifndef FOO\n#define FOO 1\n#endif\n"}, {"Makefile", "CFLAGS += -D‹FOO›=2\n"}}, "FOO", "BAR"),
      renames("ReadsPastCodeElsewhereThatDoesNotParse",
              {{"m.c", "int «foo»(void) { return 1; }\nvoid f(void) {\n  print(\"%\"Z\"u\" 1 2);\n  «foo»();\n}\n"}}),
      refuses("RefusesCodeThatDoesNotParse", "syntax_broken",
              {{"m.c", "int foo(void) { return 1; }\nint g(void) { return ‹foo›( + ; }\n"}}),
      refuses("RefusesANameThatIsThere", "name_taken", {{"m.c", "int foo(void) { return 1; }\nint bar;\n"}}),
      refuses("RefusesANameThatALinkerWouldTakeForIt", "name_taken",
              {{"m.c", "int foo(void) { return 1; }\n"}, {"n.c", "int ‹bar›(void) { return 2; }\n"}}),
      refuses("RefusesToBeCapturedByALocal", "name_taken", {{"m.c", "int foo;\nint f(int bar) { return ‹foo› + bar; }\n"}}),
      refuses("RefusesToCaptureWhatComesFromOutside", "name_taken", {{"m.c", "int foo(void) { return puts(\"x\"); }\n"}}, "foo", "puts"),
      refuses("RefusesWordsOfTheLanguage", "name_invalid", {{"m.c", "int foo;\n"}}, "foo", "switch"),
  };
}

RenameCase local(RenameCase c) {
  c.request.kind = "variable";
  c.request.in = "f";
  return c;
}

std::vector<RenameCase> locals() {
  return {
      local(renames("RenamesALocalVariable",
                    {{"m.c", "int foo;\nint f(int a) { int «foo» = a, *p = &«foo»; p->foo = 1; return «foo»; }\n"}})),
      local(renames("RenamesAParameter", {{"m.c", "static int *f(int «foo», struct foo *q) { q->foo = «foo»; foo: goto foo; }\n"}})),
      local(refuses("RefusesALocalThatAMacroQuotes", "name_in_string",
                    {{"m.c", "#define SHOW(x) printf(#x, x)\nvoid f(int foo) { SHOW(‹foo›); }\n"}})),
      local(refuses("RefusesALocalThatAMacroWrites", "symbol_ambiguous",
                    {{"m.c", "#define NEXT foo + 1\nint f(int foo) { return ‹NEXT›; }\n"}})),
      local(refuses("RefusesALocalsNameThatIsTaken", "name_taken", {{"m.c", "int f(int foo) { int bar = foo; return bar; }\n"}})),
  };
}

}  // namespace

std::vector<RenameCase> c_cases() {
  auto cases = files();
  for (auto more : {worlds(), macros(), refusals(), locals()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace argosy::code
