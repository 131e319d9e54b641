// What a rename of a member promises in C and C++.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase member(std::string language, std::string kind, std::string promise, Files marked, std::string refusal = {}) {
  RenameCase c{std::move(promise), renaming(std::move(language), "foo", "bar"), std::move(marked), std::move(refusal)};
  c.request.kind = std::move(kind);
  c.request.in = "C";
  return c;
}
RenameCase field(std::string promise, std::string text, std::string refusal = {}) {
  return member("c", "attribute", std::move(promise), {{"m.c", std::move(text)}}, std::move(refusal));
}
RenameCase data(std::string promise, std::string text, std::string refusal = {}) {
  return member("cpp", "attribute", std::move(promise), {{"m.cc", std::move(text)}}, std::move(refusal));
}
RenameCase method(std::string promise, std::string text, std::string refusal = {}) {
  return member("cpp", "method", std::move(promise), {{"m.cc", std::move(text)}}, std::move(refusal));
}

RenameCase of_path(std::string path, RenameCase c) {
  c.request.paths = {std::move(path)};
  return c;
}

const std::string kStruct = "struct C { int «foo»; };\n";
const std::string kPlainStruct = "struct C { int foo; };\n";

std::vector<RenameCase> c_receivers() {
  return {
      field("CFieldOfValuesAndPointers", kStruct +
                                             "int f(struct C a, struct C *p, struct C **q) { return a.«foo» + p->«foo» + (*p).«foo» + "
                                             "p[1].«foo» + (*q)->«foo» + (&a)->«foo»; }\n"),
      field("CFieldOfLocalsAndGlobals", kStruct + "static struct C here[3];\nint f(void) { struct C *p = here; return here[0].«foo» + (p + "
                                                  "1)->«foo» + p++->«foo»; }\n"),
      field("CFieldOfWhatFunctionsGive", kStruct + "struct C *make(void);\nstruct C (*maker)(void);\nint f(void) { return make()->«foo» + "
                                                   "maker().«foo»; }\n"),
      field("CFieldOfFieldsOfOthers", kStruct + "struct D { struct C *c; struct D *next; int foo; };\nint f(struct D *d) { return "
                                                "d->next->c->«foo» + d->foo; }\n"),
      field("CFieldOfCastsAndLiterals", kStruct + "int f(void *p) { return ((struct C *)p)->«foo» + ((struct C){.«foo» = 1}).«foo»; }\n"),
      field("CFieldThroughATypedef", "typedef struct C_ { int «foo»; } C, *Ptr;\nint f(C a, Ptr p) { return a.«foo» + p->«foo»; }\n"),
      field("CFieldThroughATypedefOfATag", "struct C;\ntypedef struct C T;\nstruct C { int «foo»; };\nint f(T *t) { return t->«foo»; }\n"),
      field("CFieldInDesignators", kStruct + "struct D { struct C c; int foo; };\nstruct C a = {.«foo» = 1}, b[] = {{.«foo» = 2}, [1] = "
                                             "{.«foo» = 3}};\nstruct D d = {.c = {.«foo» = 4}, .foo = 5};\n"),
      field("CFieldInOffsetof", kStruct + "unsigned long f(void) { return offsetof(struct C, «foo»); }\n"),
      field("CFieldOfANamelessUnionInside", "struct C { union { int «foo»; long other; }; };\nint f(struct C *c) { return c->«foo»; }\n"),
      field("CFieldLeavesVariablesAndFunctionsOfTheName",
            kStruct + "int foo(int x) { return x; }\nint f(struct C *c) { int foo = c->«foo»; return foo; }\n"),
      field("CFieldLeavesForeignStructs", "#include <time.h>\n" + kStruct + "int f(struct tm *t) { return t->foo; }\n"),
      field("CFieldInAMacrosArgument",
            "#define MAX(a, b) ((a) > (b) ? (a) : (b))\n" + kStruct + "int f(struct C *c) { return MAX(c->«foo», 1); }\n"),
      of_path("m.h", member("c", "attribute", "CFieldFollowsHeaders",
                            {{"m.h", "typedef struct C C;\nstruct C { int «foo»; };\nC *make(void);\n"},
                             {"a.c", "#include \"m.h\"\nint f(C *c) { return c->«foo» + make()->«foo»; }\n"},
                             {"b.c", "struct C { int foo; };\nint g(struct C *c) { return c->foo; }\n"}})),
      member("c", "attribute", "CFieldOfAStructThatAHeaderIsIncludedBehind",
             {{"all.c", "#include \"m.h\"\n#include \"use.h\"\n"},
              {"m.h", "struct C { int «foo»; };\n"},
              {"use.h", "static int f(struct C *c) { return c->«foo»; }\n"}}),
  };
}

std::vector<RenameCase> c_refusals() {
  return {
      field("CFieldRefusesAnUnknownReceiver", kPlainStruct + "#define GIVE(x) x\nint f(void) { return GIVE(1)->‹foo›; }\n",
            "receiver_unresolved"),
      field("CFieldRefusesTheBodyOfAMacro", kPlainStruct + "#define FOO(c) ((c)->‹foo›)\n", "receiver_unresolved"),
      field("CFieldRefusesAMacroThatStandsForIt", kPlainStruct + "#define F ‹foo›\nint f(struct C *c) { return c->F; }\n",
            "receiver_unresolved"),
      field("CFieldRefusesAMacroThatTakesItsName",
            kPlainStruct + "#define GET(c, m) ((c)->m)\nint f(struct C *c) { return GET(c, ‹foo›); }\n", "receiver_unresolved"),
      field("CFieldRefusesWhatNobodyExplains", kPlainStruct + "int f(struct C *c) { return container_of(c, ‹foo›); }\n",
            "receiver_unresolved"),
      field("CFieldRefusesAnElementOfItThatNobodyExplains", kPlainStruct + "int f(struct C *c) { return member_of(c, ‹foo›[0]); }\n",
            "receiver_unresolved"),
      field("CFieldRefusesAMacroThatGluesIt", "#define GLUE(x) x##_\n" + kPlainStruct + "int f(struct C *c) { return GLUE(c->‹foo›); }\n",
            "symbol_ambiguous"),
      field("CFieldRefusesAPositionInAnOuterStruct", kPlainStruct + "struct D { struct C c; };\nstruct D d = {{.‹foo› = 1}};\n",
            "receiver_unresolved"),
      field("CFieldRefusesAParameterThatAMacroDeclares",
            "#define HANDLER(n) int n(struct C *self)\n" + kPlainStruct + "HANDLER(f) { return self->‹foo›; }\n", "receiver_unresolved"),
      field("CFieldRefusesAMacroOfItsName", kPlainStruct + "#define ‹foo› other\n", "symbol_ambiguous"),
      field("CFieldRefusesATakenName", "struct C { int foo; int ‹bar›; };\n", "name_taken"),
      field("CFieldIsNotFoundInAnother", "struct ‹C› { int other; };\nstruct D { int foo; };\n", "symbol_not_found"),
      member("c", "attribute", "CFieldRefusesTwoStructs", {{"a.c", "struct ‹C› { int foo; };\n"}, {"b.c", "struct ‹C› { int foo; };\n"}},
             "symbol_ambiguous"),
      member("c", "attribute", "CFieldRefusesAGenerator", {{"a.c", kPlainStruct}, {"g.y", "%%\n‹foo›\n"}}, "language_unsupported"),
      member("c", "method", "CHasNoMethods", {{"m.c", "struct ‹C› { int (*foo)(void); };\n"}}, "symbol_not_found"),
      field("CFieldOfAPointerToAFunction", "struct C { int (*«foo»)(void); };\nint f(struct C *c) { return c->«foo»(); }\n"),
  };
}

std::vector<RenameCase> cpp_members() {
  return {
      data("CppDataInItsOwnCode",
           "class C {\n public:\n  C() : «foo»(0) {}\n  int get() const { return «foo» + this->«foo»; }\n  void "
           "set(int foo) { this->«foo» = foo; }\n private:\n  int «foo»;\n};\n"),
      data("CppDataInCodeOutsideOfTheClass",
           "namespace n {\nclass C { int «foo»; int get(); static int all; };\nint C::get() { int x = "
           "«foo»; { int foo = 1; x += foo; } return x; }\nint C::all = 0;\n}\nint foo;\n"),
      data("CppDataOfHeirs",
           "struct C { int «foo»; };\nstruct D : C { int get() { return «foo»; } };\nint f(D& d) { return d.«foo» + "
           "d.C::«foo»; }\n"),
      data("CppDataThatAnHeirHides",
           "struct C { int «foo|bar»; };\nstruct D : C { int foo; };\nint f(D& d, C& c) { return d.foo + c.«foo|bar»; }\n"),
      data("CppStaticData", "struct C { static int «foo»; };\nint C::«foo» = 1;\nint f() { return C::«foo»; }\nint C::*p = &C::other;\n"),
      data("CppDataBehindSmartPointersAndContainers",
           "#include <memory>\n#include <vector>\nstruct C { int «foo»; };\nint f(std::unique_ptr<C> p, std::vector<C>& v, "
           "std::vector<C*> q) {\n  for (auto& c : v) c.«foo» = 1;\n  for (const C* c : q) (void)c->«foo»;\n  auto made = "
           "std::make_unique<C>();\n  return p->«foo» + v[0].«foo» + v.back().«foo» + q[1]->«foo» + made->«foo» + (*p).«foo»;\n}\n"),
      data("CppDataOfAuto",
           "struct C { int «foo»; };\nC* make();\nint f() { auto* a = make(); auto b = C(); auto c = new C; return a->«foo» + "
           "b.«foo» + c->«foo» + static_cast<C*>(a)->«foo»; }\n"),
      data("CppDataLeavesOthers",
           "#include <string>\nstruct C { int «foo»; };\nstruct D { int foo; };\nint f(D d, std::string s) { return d.foo + "
           "s.foo; }\n"),
      data("CppDataLeavesWhatTheLibraryHas",
           "#include <map>\n#include <vector>\nstruct C { int «foo»; };\nint f(std::vector<C>* v, "
           "std::map<int, C>& m) { return v->foo() + m.foo() + (*v)[0].«foo» + v->at(1).«foo»; }\n"),
      data("CppDataInTestsOfAFixture", "struct C { int «foo»; };\nTEST_F(C, adds) { «foo» = 1; C other; other.«foo» = 2; }\n"),
      data("CppDataOfAClassThatIsDefinedOutside",
           "struct B { struct C; };\nstruct B::C { int «foo»; };\nint f(B::C* c) { return c->«foo»; }\n"),
      data("CppDataOfATypeInAClass",
           "struct B { struct C { int «foo»; }; C c; int f() { return c.«foo»; } };\nint f(B::C& c) { return "
           "c.«foo»; }\n"),
      method("CppMethodWithADefinitionOutside",
             "class C { public: int «foo»(int x) const; int g(); };\nint C::«foo»(int x) const { return x "
             "? «foo»(x - 1) : 0; }\nint C::g() { return this->«foo»(1) + (*this).«foo»(2); }\nint f(C& "
             "c) { return c.«foo»(1); }\nint foo(int);\n"),
      method("CppMethodWithAllItsOverloads",
             "struct C { int «foo»(int); int «foo»(long); };\nint C::«foo»(int) { return 1; }\nint f(C c) { "
             "return c.«foo»(1l); }\n"),
      method("CppVirtualMethodInTheWholeHierarchy",
             "struct B { virtual ~B(); virtual int «foo»() = 0; };\nstruct C : B { int «foo»() override; };\nstruct D : B { int «foo»() "
             "override { return 2; } };\nstruct E { int foo(); };\nint C::«foo»() { return 1; }\nint f(B* b, E* e) { return b->«foo»() + "
             "e->foo(); }\n"),
      method("CppMethodThatIsNotVirtualAlone",
             "struct B { int foo(); };\nstruct C : B { int «foo|bar»(); };\nint f(B* b, C* c) { return b->foo() "
             "+ c->«foo|bar»() + c->B::foo(); }\n"),
      method("CppMethodBehindUsing",
             "struct C { int «foo»(); };\nstruct D : private C { using C::«foo»; };\nint f(D* d) { return d->«foo»(); "
             "}\n"),
      method("CppMethodOfWhatMethodsGive",
             "struct C { C& «foo»(); C* next() const; };\nint f(C& c) { c.«foo»().«foo»().next()->«foo»(); return "
             "0; }\n"),
      method("CppVirtualMethodLeavesHeirsOfOthers",
             "#include <functional>\nstruct C { virtual void «foo»(); };\nstruct E { virtual void foo(); };\nstruct F : E { void foo() "
             "override; };\nstruct G : std::hash<C> { void foo(); };\n"),
      method("CppMethodLeavesCallsInWhatAFunctionIsGiven",
             "int foo(int);\nint take(int);\nstruct C { int «foo»(); };\nint f(C& c) { return take(foo(1) + c.«foo»()) + unknown(foo(2)); "
             "}\n"),
  };
}

std::vector<RenameCase> cpp_refusals() {
  return {
      method("CppRefusesATemplate", "template <class T> struct ‹C› { int foo(); };\n", "receiver_unresolved"),
      method("CppRefusesTheParameterOfATemplate", "struct C { int foo(); };\ntemplate <class T> int f(T& t) { return t.‹foo›(); }\n",
             "receiver_unresolved"),
      method("CppRefusesAForeignBase", "#include <thread>\nstruct ‹C› : Foreign { int foo(); };\n", "receiver_unresolved"),
      method("CppRefusesAForeignBaseOfABase", "struct ‹B› : std::exception {};\nstruct C : B { int foo(); };\n", "receiver_unresolved"),
      method("CppRefusesAnUnknownReceiver",
             "struct C { int foo(); };\ntemplate <class T> T& pass(T& t);\nint f(C& c) { return "
             "pass(c).‹foo›(); }\n",
             "receiver_unresolved"),
      method("CppRefusesAnIteratorOfAMap",
             "#include <map>\nstruct C { int foo(); };\nint f(std::map<int, C>::iterator i) { return "
             "i->second.‹foo›(); }\n",
             "receiver_unresolved"),
      method("CppRefusesTheBodyOfAMacro", "struct C { int foo(); int g(); };\n#define CALL ‹foo›()\nint C::g() { return CALL; }\n",
             "receiver_unresolved"),
      method("CppRefusesTheCodeThatAMacroPutsIntoAClass",
             "struct C { int foo(); };\nTEST(Fixture, calls) { int x = ‹foo›(); ready_.‹foo›(); }\n", "receiver_unresolved"),
      method("CppRefusesAMethodThatIsThere", "struct B { int ‹bar›(); };\nstruct C : B { int foo(); };\n", "name_taken"),
      data("CppRefusesALocalThatWouldHideIt", "struct C { int foo; int get(int bar) { return ‹foo› + bar; } };\n", "name_taken"),
      data("CppRefusesAGlobalThatWouldBeHidden", "int bar;\nstruct C { int foo; int get() { return ‹bar›; } };\n", "name_taken"),
      member("cpp", "method", "CppRefusesAnHeirBehindAnAliasOfItsBase",
             {{"c.h", "struct C { virtual void foo(); };\nusing Base = C;\n"},
              {"d.cc", "#include \"c.h\"\nstruct D : Base { void ‹foo›() override; };\n"}},
             "receiver_unresolved"),
      member("cpp", "method", "CppRefusesAnHeirOfAnHeirBehindAnAlias",
             {{"c.h", "struct C { virtual void foo(); };\nusing Base = C;\n"},
              {"d.cc", "#include \"c.h\"\nstruct D : Base {};\nstruct E : D { void ‹foo›() override; };\n"}},
             "receiver_unresolved"),
      method("CppRefusesAnHeirOfWhatATemplateIsGiven",
             "struct C { virtual void foo(); };\ntemplate <class B> struct Mixin : B { void ‹foo›() override; };\n", "receiver_unresolved"),
      method("CppRefusesASlotByName", "struct C { void foo(); };\nvoid f(C* c) { connect(c, SIGNAL(changed()), c, SLOT(‹foo›())); }\n",
             "receiver_unresolved"),
      member("cpp", "method", "CppRefusesWhatAFormCalls", {{"c.h", "struct C { void foo(); };\n"}, {"c.ui", "<slot>‹foo›()</slot>\n"}},
             "language_unsupported"),
      data("CppRefusesAMethodAsData", "struct ‹C› { int foo(); };\n", "symbol_not_found"),
  };
}

}  // namespace

std::vector<RenameCase> linked_member_cases() {
  auto cases = c_receivers();
  for (auto more : {c_refusals(), cpp_members(), cpp_refusals()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace argosy::code
