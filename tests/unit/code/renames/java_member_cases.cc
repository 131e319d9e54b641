// What a rename of a method, field, constant or component of Java promises.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase member(std::string kind, std::string promise, Files marked, std::string refusal) {
  RenameCase c{std::move(promise), renaming("java", "foo", "bar"), std::move(marked), std::move(refusal)};
  c.request.kind = std::move(kind);
  c.request.in = "C";
  return c;
}
RenameCase method(std::string promise, Files marked, std::string refusal = {}) {
  return member("method", std::move(promise), std::move(marked), std::move(refusal));
}
RenameCase field(std::string promise, Files marked, std::string refusal = {}) {
  return member("attribute", std::move(promise), std::move(marked), std::move(refusal));
}
RenameCase from(RenameCase c, std::string name) {
  c.request.from = std::move(name);
  return c;
}
RenameCase at(RenameCase c, std::string path) {
  c.request.paths = {std::move(path)};
  return c;
}
// One file beside a class with the method.
RenameCase use(std::string promise, std::string text, std::string refusal = {}) {
  const std::string token = refusal.empty() ? "«foo»" : "foo";
  return method(std::move(promise),
                {{"p/C.java", "package p;\npublic class C {\n  public C " + token + "() { return this; }\n}\n"},
                 {"p/U.java", "package p;\n" + std::move(text)}},
                std::move(refusal));
}

std::string calls(int count, const std::string& name) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "." + name + "()";
  return out;
}

std::string chain(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "class A" + std::to_string(i) + " extends A" + std::to_string(i + 1) + " { }\n";
  return out;
}

std::vector<RenameCase> methods() {
  return {
      use("FollowsLongChains", "class U { void run(C c) { c" + calls(60, "«foo»") + "; } }\n"),
      method("RenamesAllOverloads",
             {{"p/C.java",
               "package p;\nclass C {\n  int foo;\n  void «foo»() { this.«foo»(1); }\n  void «foo»(int foo) { «foo»(); foo++; }\n}\n"}}),
      method("RenamesTheWholeHierarchy",
             {{"p/I.java", "package p;\npublic interface I { void «foo»(); }\n"},
              {"p/C.java", "package p;\npublic class C implements I { public void «foo»() { } }\n"},
              {"q/D.java", "package q;\nimport p.C;\nclass D extends C { @Override public void «foo»() { super.«foo»(); } }\n"},
              {"q/E.java",
               "package q;\nimport p.*;\nclass E {\n  I i = new I() { public void «foo»() { } };\n  I l = () -> { };\n  void run(I i) { "
               "i.«foo»(); Runnable r = i::«foo»; }\n}\n"},
              {"q/F.java", "package q;\nclass F { void foo() { } void g() { foo(); new F().foo(); } }\n"}}),
      at(method("KnowsTheClassByItsPackage",
                {{"p/C.java", "package p;\npublic class C { public void «foo»() { } }\n"},
                 {"q/X.java", "package q;\nclass X { static class C { void foo() { } } void run(C c, p.C d) { c.foo(); d.«foo»(); } }\n"}}),
         "p/**"),
      use("FollowsDeclaredReceivers",
          "class U {\n  C field;\n  C[] all;\n  C make() { return field; }\n  void run(C c, C... more) {\n    c.«foo»().«foo»();\n    "
          "this.field.«foo»();\n    make().«foo»();\n    new C().«foo»();\n    all[0].«foo»();\n    more[1].«foo»();\n    ((C) "
          "null).«foo»();\n    "
          "for (C one : all) one.«foo»();\n    for (var one : all) one.«foo»();\n    var v = new C();\n    v.«foo»();\n    (c == null ? v "
          ": "
          "c).«foo»();\n    C foo = c;\n    foo.«foo»();\n    p.C q = c;\n    q.«foo»();\n  }\n}\n"),
      use("FollowsPatterns",
          "class U {\n  void run(Object o) {\n    if (o instanceof C c) c.«foo»();\n    else if (o instanceof U c) c.foo();\n    if (!(o "
          "instanceof C d)) return;\n    d.«foo»();\n  }\n  void foo() { }\n}\n"),
      use("FollowsTheContainersOfTheLibrary",
          "import java.util.*;\nclass U {\n  Map<String, List<C>> map;\n  void run(List<C> list, Iterator<? extends C> i, Optional<C> o) "
          "{\n    "
          "list.get(0).«foo»();\n    map.get(\"foo\").get(1).«foo»();\n    for (var e : map.entrySet()) e.getValue().get(0).«foo»();\n    "
          "i.next().«foo»();\n    list.forEach(c -> c.«foo»());\n    list.stream().filter(c -> c.«foo»() != null).forEach(c -> "
          "c.«foo»());\n    "
          "o.orElse(null).«foo»();\n    for (List<C> l : map.values()) for (var c : l) c.«foo»();\n  }\n}\n"),
      use("FollowsTheArgumentsOfOwnGenerics",
          "class U {\n  static class Box<T> { T value; T get() { return value; } }\n  static class Many<T extends C> { T one; void run() { "
          "one.«foo»(); } }\n  void run(Box<C> box, Many<C> many) { box.get().«foo»(); box.value.«foo»(); many.one.«foo»(); "
          "new Twice<String, C>().get().«foo»(); }\n  static class Two<A, B> extends Box<B> { }\n  static class Twice<X, Y> extends Two<X, "
          "Y> { }\n  "
          "class Own extends Box<C> { void run() { get().«foo»(); value.«foo»(); this.value.«foo»(); } }\n}\n"),
      use("LeavesWhatComesFromOutside",
          "import java.util.*;\nclass U {\n  void run(String s, List<String> l, StringBuilder b) {\n    s.foo();\n    l.get(0).foo();\n    "
          "b.append(1).foo();\n    System.out.foo();\n    \"x\".foo();\n    java.util.Objects.hash(1).foo();\n    foo(s);\n  }\n  void "
          "foo(String s) { }\n}\n"),
      use("CallsOfInnerClassesMeanTheirOwnFirst",
          "class U extends C {\n  class In { void run() { «foo»(); } }\n  class Own { void foo() { } void run() { foo(); U.this.«foo»(); } "
          "}\n  Runnable r = new Runnable() { public void run() { «foo»(); } };\n}\n"),
      method("FollowsStaticImports", {{"p/C.java", "package p;\npublic class C { public static int «foo»() { return 1; } }\n"},
                                      {"q/A.java", "package q;\nimport static p.C.«foo»;\nclass A { int a = «foo»() + p.C.«foo»(); }\n"},
                                      {"q/B.java", "package q;\nimport static p.C.*;\nclass B { int a = «foo»(); }\n"}}),
      method("FollowsElementsOfAnnotations", {{"p/C.java", "package p;\npublic @interface C { String «foo»() default \"\"; }\n"},
                                              {"p/A.java", "package p;\n@C(«foo» = \"foo\")\nclass A { @Other(foo = 1) int x; }\n"}}),
      method("LeavesPrivateMethodsOfTheSameName",
             {{"p/C.java", "package p;\nclass C { private void «foo»() { } void run(D d) { «foo»(); } }\n"},
              {"p/D.java", "package p;\nclass D extends C { void foo() { } void go() { foo(); } }\n"}}),
      method("FollowsConstantsWithBodies",
             {{"p/C.java", "package p;\nenum C {\n  A { int «foo»() { return 1; } }, B;\n  int «foo»() { return 0; }\n}\n"},
              {"p/U.java", "package p;\nclass U { int u = C.A.«foo»() + C.valueOf(\"B\").hashCode(); }\n"}}),
      method(
          "FollowsWhatAllEnumsAndObjectsHave",
          {{"p/C.java", "package p;\nenum C { A; int «foo»() { return values()[0].«foo»() + valueOf(\"A\").«foo»(); } }\n"},
           {"p/U.java",
            "package p;\nclass U implements Comparable<U> { public int compareTo(U u) { System.out.foo(); return C.values()[0].«foo»() + "
            "C.valueOf(\"A\").«foo»() + C.A.getClass().cast(null).«foo»(); } }\n"}}),
      method("LeavesStringsAndComments",
             {{"p/C.java", "package p;\n/** {@link #foo()} */\nclass C {\n  // foo\n  String «foo»() { return \"foo\"; }\n}\n"}}),
  };
}

std::vector<RenameCase> refused_methods() {
  return {
      use("EndsWithTypesThatExtendEachOther",
          "interface A extends B, D { }\ninterface B extends A, D { }\ninterface D extends A, B { }\nclass U { void run(A a) { a.foo(); } "
          "}\n",
          "receiver_unresolved"),
      use("RefusesATypeOfSeveralBounds",
          "class U<T extends Runnable & I> { void run(T t) { t.‹foo›(); ((Runnable & I) t).‹foo›(); } }\ninterface I { C foo(); }\nclass D "
          "extends C "
          "implements I { }\n",
          "receiver_unresolved"),
      use("RefusesWhatAGenericMethodIsToldToHandBack", "class U { void run() { java.util.Objects.<C>requireNonNull(null).‹foo›(); } }\n",
          "receiver_unresolved"),
      use("RefusesWhatIsInferred", "class U { void run() { java.util.function.Function<C, C> f = x -> x.‹foo›(); } }\n",
          "receiver_unresolved"),
      use("RefusesWhatAForeignGenericHandsBack", "class U { void run(C c) { java.util.Objects.requireNonNull(c).‹foo›(); } }\n",
          "receiver_unresolved"),
      use("RefusesACallThatABaseFromOutsideMayAnswer",
          "class U extends C {\n  Object o = new org.lib.Widget() { void run() { ‹foo›(); } };\n}\n", "receiver_unresolved"),
      method("RefusesAMethodOfABaseFromOutside", {{"p/C.java", "package p;\nclass C extends ‹Thread› { public void foo() { } }\n"}},
             "name_bound_outside"),
      method("RefusesWhereAnHeirTakesItFromOutsideToo",
             {{"p/C.java", "package p;\nclass C { public void foo() { } }\nclass D extends C implements ‹org.lib.Foo› { }\n"}},
             "name_bound_outside"),
      use("RefusesWhatIsTooDeepToFollow", "class U { void run(C c) { c" + calls(300, "foo") + "; } }\n", "receiver_unresolved"),
      method("KnowsWhatTheLibraryAsksFor",
             {{"p/C.java",
               "package p;\nclass C implements Comparable<C>, java.io.Serializable { public int compareTo(C c) { return «foo»(); } int "
               "«foo»() { return 1; } }\n"}}),
      method("RefusesAnAnnotationThatMayAskForTheName", {{"p/C.java", "package p;\nclass C { ‹@Bean› Object foo() { return null; } }\n"}},
             "name_bound_outside"),
      method(
          "RefusesReflection",
          {{"p/C.java",
            "package p;\nclass C { void foo() throws Exception { C.class.getMethod(‹\"foo\"›).invoke(this); Object s = \"foos\"; } }\n"}},
          "name_in_string"),
      method("RefusesAMethodThatIsThere",
             {{"p/B.java", "package p;\nclass B { void ‹bar›(int x) { } }\n"},
              {"p/C.java", "package p;\nclass C extends B { void foo() { } }\n"}},
             "name_taken"),
      method("RefusesANameThatAnotherCallWouldMean",
             {{"p/C.java", "package p;\nclass C { void foo() { } }\n"},
              {"p/O.java", "package p;\nclass O { void bar() { }\n  class In extends C { void run() { ‹bar›(); } }\n}\n"}},
             "name_taken"),
      method("RefusesFilesOfOtherLanguages",
             {{"p/C.java", "package p;\nclass C { void foo() { } }\n"}, {"p/K.kt", "fun k(c: C) = c.‹foo›()\n"}}, "language_unsupported"),
  };
}

std::vector<RenameCase> what_is_not_certain() {
  return {
      use("RefusesWhatAProcessorMakes", "@Getter class U { C c; }\nclass V { void run(U u) { u.getC().‹foo›(); } }\n",
          "receiver_unresolved"),
      use("RefusesATypeThatAProcessorMakes", "class U { void run() { DaggerX.create().c().‹foo›(); p.DaggerX.create().c().‹foo›(); } }\n",
          "receiver_unresolved"),
      use("RefusesACallOfWhatAProcessorMakes", "@Getter class U { C c; void run() { getC().‹foo›(); } }\n", "receiver_unresolved"),
      use("RefusesWhatAProcessorMakesBesideABaseFromOutside",
          "import org.lib.Base;\n@Getter class U extends Base { C c; }\nclass V { void run(U u) { u.getC().‹foo›(); } }\n",
          "receiver_unresolved"),
      use("LeavesWhatStaticImportsBring",
          "import static org.lib.Checks.*;\nimport static org.lib.More.some;\nclass U { void run() { that(1).foo(); some(2).foo(); "
          "toString().foo(); new C().hashCode(); String.valueOf(1).foo(); } }\n"),
      use("RefusesATypeThatABaseFromOutsideMayHave",
          "class U<K, V> extends java.util.LinkedHashMap<K, V> { boolean run(C c) { return c.‹foo›(); } }\n", "receiver_unresolved"),
      use("RefusesArgumentsThatGrow",
          "class P<A, B, D, E> { }\nclass A1<T> extends B1<P<T, T, T, T>> { T m() { return null; } }\nclass B1<T> extends A1<P<T, T, T, "
          "T>> implements Home<T> { }\ninterface Home<T> { T far(); }\nclass D1 extends A1<String> { }\nclass U { void run(D1 d) { "
          "d.far().‹foo›(); } }\n",
          "receiver_unresolved"),
      from(method("RefusesTheValueOfAnAnnotation",
                  {{"p/C.java", "package p;\npublic @interface ‹C› { String value(); }\n"},
                   {"p/A.java", "package p;\n@C(\"x\")\nclass A { }\n"}},
                  "name_bound_outside"),
           "value"),
      method("RefusesAFamilyWithoutEnd",
             {{"p/C.java", "package p;\nclass C extends A0 { void foo() { } }\n"}, {"p/A.java", "package p;\n" + chain(30'000)}},
             "project_too_large"),
  };
}

std::vector<RenameCase> fields() {
  return {
      field(
          "RenamesAField",
          {{"p/C.java",
            "package p;\nclass C {\n  int «foo» = 1, other;\n  void foo() { foo(); }\n  void set(int foo) { this.«foo» = foo; }\n  int "
            "get() { "
            "return «foo»; }\n  int local() { int foo = this.«foo»; return foo; }\n}\n"},
           {"p/U.java", "package p;\nclass U { int u(C c) { return c.«foo» + new D().«foo»; }\n}\nclass D extends C { int d = «foo»; }\n"},
           {"p/V.java",
            "package p;\nclass V extends C { int foo; int v(C c, V v) { return foo + v.foo + c.«foo» + ((C) v).«foo» + "
            "super.«foo»; } }\n"}}),
      field("RenamesAConstantOfAnEnum",
            {{"p/C.java", "package p;\npublic enum C { «foo», other; static C first() { return «foo»; } }\n"},
             {"q/U.java",
              "package q;\nimport p.C;\nimport static p.C.«foo»;\nclass U {\n  int u(C c) { switch (c) { case «foo»: return 1; default: "
              "return C.«foo» == «foo» ? 0 : 1; } }\n  int v(C c) { return switch (c) { case «foo» -> 1; case other -> 2; }; }\n}\n"}}),
      field("RenamesAComponentWithItsAccessor",
            {{"p/C.java",
              "package p;\nrecord C(int «foo», int other) implements I {\n  C { if («foo» < 0) throw new Error(); }\n  int sum() { return "
              "«foo» + "
              "this.«foo» + «foo»(); }\n}\n"},
             {"p/I.java", "package p;\ninterface I { int «foo»(); }\n"},
             {"p/U.java", "package p;\nclass U { int u(C c, I i) { return c.«foo»() + i.«foo»(); } }\n"}}),
      field("RenamesTheParameterOfARecordsConstructor", {{"p/C.java",
                                                          "package p;\nrecord C(int «foo») {\n  C(int «foo») { this.«foo» = «foo»; }\n  "
                                                          "C(String foo, int x) { this(foo.length()); }\n}\n"}}),
      field("RenamesAnInterfacesConstant", {{"p/C.java", "package p;\ninterface C { int «foo» = 1; }\n"},
                                            {"p/U.java", "package p;\nclass U implements C { int u = «foo» + C.«foo» + U.«foo»; }\n"}}),
      field("RefusesAFieldOfAnUnknownReceiver",
            {{"p/C.java", "package p;\nclass C { int foo; }\n"},
             {"p/U.java", "package p;\nclass U { void u() { org.lib.Get.it(new C()).‹foo› = 1; } }\n"}},
            "receiver_unresolved"),
      field("RefusesAFieldThatIsStored", {{"p/C.java", "package p;\nclass C implements java.io.Serializable { private int ‹foo›; }\n"}},
            "name_bound_outside"),
      field("RefusesAComponentThatIsStored", {{"p/C.java", "package p;\nrecord C(int ‹foo›) implements java.io.Serializable { }\n"}},
            "name_bound_outside"),
      field("RefusesAFieldThatIsWrittenByItsName",
            {{"p/C.java", "package p;\nclass C { int ‹foo›; }\n"},
             {"p/H.java", "package p;\nclass H { C c; }\n"},
             {"p/J.java", "package p;\nimport com.google.gson.Gson;\nclass J { String j(H h) { return new Gson().toJson(h); } }\n"}},
            "name_bound_outside"),
      field("RefusesAFieldOfAnAnnotatedClass", {{"p/C.java", "package p;\n‹@Data›\nclass C { private int foo; }\n"}}, "name_bound_outside"),
      field("RefusesAFieldThatALocalWouldHide", {{"p/C.java", "package p;\nclass C { int foo; int get(int bar) { return ‹foo›; } }\n"}},
            "name_taken"),
      field("RefusesAFieldThatAnHeirHides",
            {{"p/C.java", "package p;\nclass C { int foo; }\n"},
             {"p/D.java", "package p;\nclass D extends C { int bar; int d(D d) { return d.‹foo›; } }\n"}},
            "name_taken"),
      field("RefusesAFieldThatIsNotThere", {{"p/C.java", "package p;\nclass ‹C› { void foo() { } }\n"}}, "symbol_not_found"),
  };
}

}  // namespace

std::vector<RenameCase> java_member_cases() {
  std::vector<RenameCase> out;
  for (auto&& list : {methods(), refused_methods(), what_is_not_certain(), fields()}) out.insert(out.end(), list.begin(), list.end());
  return out;
}

}  // namespace argosy::code
