// What a rename of a member promises in Rust.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase member(std::string kind, std::string promise, Files marked, std::string refusal, std::string in = "Point") {
  marked.emplace("Cargo.toml", "[package]\nname = \"my-lib\"\n");
  RenameCase c{std::move(promise), renaming("rust", "foo", "bar"), std::move(marked), std::move(refusal)};
  c.request.kind = std::move(kind);
  c.request.in = std::move(in);
  return c;
}
RenameCase field(std::string promise, std::string text, std::string refusal = {}) {
  return member("attribute", std::move(promise), {{"src/lib.rs", std::move(text)}}, std::move(refusal));
}
RenameCase method(std::string promise, std::string text, std::string refusal = {}) {
  return member("method", std::move(promise), {{"src/lib.rs", std::move(text)}}, std::move(refusal));
}
RenameCase in(std::string type, RenameCase c) {
  c.request.in = std::move(type);
  return c;
}

RenameCase of_shapes(RenameCase c) {
  c.request.paths = {"src/shapes.rs"};
  return c;
}

const std::string kStruct = "pub struct Point { pub «foo»: i32, y: i32 }\n";
const std::string kPlain = "pub struct Point { foo: i32 }\n";
const std::string kImpl = "pub struct Point;\nimpl Point { pub fn «foo»(&self) -> i32 { 1 } pub fn new() -> Self { Point } }\n";
const std::string kPlainImpl = "pub struct Point;\nimpl Point { pub fn foo(&self) -> i32 { 1 } }\n";

std::vector<RenameCase> fields() {
  return {
      field("RustFieldOfSelfParametersAndLocals",
            kStruct + "impl Point { fn new() -> Self { Point { «foo»: 1, y: 2 } } fn get(&self) -> i32 { self.«foo» } }\nfn f(a: Point, b: "
                      "&mut Point, c: Box<Point>) -> i32 { let d = Point::new(); let e = &d; b.«foo» = 2; a.«foo» + b.«foo» + c.«foo» + "
                      "d.«foo» + e.«foo» + (*e).«foo» }\n"),
      field("RustFieldOfFieldsAndCalls", kStruct +
                                             "struct Line { a: Point, b: Vec<Point>, c: Option<Point>, foo: i32 }\nfn make() -> Point { "
                                             "todo!() }\nfn f(l: &Line) -> Option<i32> { Some(l.a.«foo» + l.b[0].«foo» + "
                                             "l.c.as_ref()?.«foo» + l.c.as_ref().unwrap().«foo» + make().«foo» + l.foo) }\n"),
      field("RustFieldOfWhatPatternsBind",
            kStruct + "fn f(v: Vec<Point>, o: Option<Point>, m: &std::collections::HashMap<u8, Point>) -> i32 { let mut n = 0; for p in "
                      "&v { n += p.«foo»; } for (_, p) in v.iter().enumerate() { n += p.«foo»; } for p in m.values() { n += p.«foo»; } if "
                      "let Some(p) = &o { n += p.«foo»; } match o { Some(ref p) => p.«foo», None => n } }\n"),
      field("RustFieldInLiteralsAndPatterns",
            kStruct + "fn f(p: Point) -> i32 { let Point { «foo|bar: foo», y } = p; let q = Point { «foo|bar: foo», ..p }; let Point { "
                      "«foo|bar»: a, .. } = q; match q { Point { «ref foo|bar: ref foo», .. } => *foo + a + y } }\n"),
      field("RustFieldInMacrosThatTakeExpressions",
            kStruct + "impl Point { fn show(&self, o: &Point) { println!(\"{} foo {}\", self.«foo», o.«foo»); assert_eq!(o.«foo» + 1, "
                      "vec![self.«foo»][0]); } fn me(&self) -> &Self { self } fn t(&self) { assert!(self.me().«foo» > 1); } }\n"),
      field("RustFieldLeavesOthers", kStruct +
                                         "mod a { pub struct Point2 { pub foo: i32 } }\nfn foo() {}\nimpl Point { fn foo(&self) { foo(); "
                                         "self.foo(); } }\nfn f(p: &a::Point2, s: (i32, String)) -> i32 { let foo = p.foo; s.1.foo; "
                                         "foo }\n"),
      field("RustFieldOfAGenericStruct",
            "pub struct Point<T> { «foo»: T }\nimpl<T: Clone> Point<T> { fn get(&self) -> T { self.«foo».clone() } "
            "}\nstruct B { p: Point<u8>, q: Point<Point<u8>> }\nfn f(b: &B) -> u8 { b.p.«foo» + b.q.«foo».«foo» "
            "}\n"),
      of_shapes(member("attribute", "RustFieldInOtherFiles",
                       {{"src/lib.rs", "mod shapes;\nmod other;\n"},
                        {"src/shapes.rs", "#[derive(Debug, Clone)]\npub struct Point { pub «foo»: i32 }\n"},
                        {"src/other.rs",
                         "use crate::shapes::{self, Point as P};\nfn f(p: &P) -> i32 { p.«foo» }\nfn g(p: shapes::Point) -> i32 { "
                         "p.«foo» }\nstruct Point { foo: i32 }\nfn h(p: Point) -> i32 { p.foo }\n"}},
                       {}, "Point")),
  };
}

std::vector<RenameCase> methods() {
  return {
      method("RustMethodOfCertainReceivers",
             kImpl + "impl Point { fn twice(&self) -> i32 { self.«foo»() + Self::«foo»(self) } }\nfn f(a: &Point) "
                     "-> i32 { let b = Point::new(); a.«foo»() + b.«foo»() + Point::«foo»(a) + "
                     "Point::new().«foo»() }\nfn foo() -> i32 { foo() }\n"),
      method("RustAssociatedFunction",
             "pub struct Point;\nimpl Point { pub fn «foo»() -> Point { Point } fn y(self) {} }\nfn f() { "
             "Point::«foo»().y(); let g = Point::«foo»; }\nmod foo { pub fn foo() {} }\nfn h() { foo::foo(); }\n"),
      method("RustMethodLeavesOthers", kImpl +
                                           "struct Other;\nimpl Other { fn foo(&self) {} }\ntrait Tr { fn foo(&self); }\nfn f<T: Tr>(o: "
                                           "Other, t: T, s: &str, v: Vec<u8>) { o.foo(); t.foo(); s.foo(); v.foo(); Other::foo(&o); }\n"),
      in("Shape",
         method("RustMethodOfATraitInAllImpls",
                "pub trait Shape { fn «foo»(&self) -> i32; fn twice(&self) -> i32 { self.«foo»() * 2 } }\nstruct A;\nstruct "
                "B;\nimpl Shape for A { fn «foo»(&self) -> i32 { 1 } }\nimpl Shape for B { fn «foo»(&self) -> i32 { 2 } }\nfn f<T: "
                "Shape>(a: &A, t: T, d: &dyn Shape, i: impl Shape) -> i32 { a.«foo»() + t.«foo»() + d.«foo»() + i.«foo»() + "
                "Shape::«foo»(a) + <A as Shape>::«foo»(a) + A::«foo»(a) }\n")),
      method("RustMethodOfATraitByItsType",
             "trait Shape { fn «foo»(&self); }\nstruct Point;\nimpl Shape for Point { fn «foo»(&self) {} }\nfn "
             "f(p: Point) { p.«foo»(); }\n"),
      method("RustMethodBehindAUseInABlock",
             "mod a { pub struct Point; impl Point { pub fn «foo»() {} } pub struct Other; impl Other { pub fn foo() {} } }\nfn f() { use "
             "a::Point as P; P::«foo»(); { use a::Other as P; P::foo(); } }\n"),
      method("RustMethodOfWhatGenericTypesGive",
             kImpl + "struct Stack<T>(Vec<T>);\nimpl<U> Stack<U> { fn pop(&mut self) -> Option<U> { self.0.pop() } }\nstruct Other;\nimpl "
                     "Other { fn foo(&self) {} }\nfn f(mut s: Stack<Point>, mut t: Stack<Other>) { s.pop().unwrap().«foo»(); "
                     "t.pop().unwrap().foo(); }\n"),
      method("RustMethodInMacros", kImpl + "fn f(p: &Point, v: Vec<Point>) { assert_eq!(p.«foo»(), Point::«foo»(p)); println!(\"{}\", "
                                           "v[0].«foo»()); }\n"),
      member("method", "RustMethodOfAnImplElsewhere",
             {{"src/lib.rs", "mod a;\npub struct Point;\nfn f(p: Point) { p.«foo»(); }\n"},
              {"src/a.rs", "use super::Point;\nimpl Point { pub(crate) fn «foo»(&self) {} }\n"}},
             {}, "Point"),
  };
}

std::vector<RenameCase> refusals() {
  return {
      field("RustRefusesAnUnknownReceiver", kPlain + "fn f() { let p = \"\".parse().unwrap(); p.‹foo›; }\n", "receiver_unresolved"),
      field("RustRefusesWhatAChainOfConditionsBinds",
            kPlain + "fn f(p: &str, o: Option<Point>) -> bool { if let Some(p) = &o && p.‹foo› > 1 { true } else { false } }\n",
            "receiver_unresolved"),
      field("RustRefusesWhatAClosureIsGiven", kPlain + "fn f(v: Vec<Point>) -> i32 { v.iter().map(|p| p.‹foo›).sum() }\n",
            "receiver_unresolved"),
      field("RustRefusesWhatAnotherTypeHandsOn",
            kPlain + "struct W(Point);\nimpl std::ops::Deref for W { type Target = Point; fn deref(&self) -> &Point { &self.0 } }\nfn f(w: "
                     "W) -> i32 { w.‹foo› }\n",
            "receiver_unresolved"),
      field("RustRefusesAMacrosOwnBody", kPlain + "macro_rules! get { ($p:expr) => { $p.‹foo› }; }\n", "receiver_unresolved"),
      field("RustRefusesTheTokensOfAnUnknownMacro", kPlain + "fn f(p: Point) { strange!(p.‹foo›); assert!(strange!(p.‹foo›)); }\n",
            "receiver_unresolved"),
      field("RustRefusesDerivedNames", "#[‹derive(Debug, Serialize)›]\npub struct Point { foo: i32 }\n", "name_in_string"),
      field("RustRefusesAnAttributeOfTheField", "pub struct Point {\n  #[‹arg(long)›]\n  foo: i32,\n}\n", "name_in_string"),
      field("RustRefusesATakenField", "pub struct Point { foo: i32, ‹bar›: i32 }\n", "name_taken"),
      field("RustRefusesTwoTypes", "mod a { pub struct ‹Point› { foo: i32 } }\nmod b { pub struct ‹Point› { foo: i32 } }\n",
            "symbol_ambiguous"),
      field("RustDoesNotFindAMethodAsAField", "pub struct ‹Point›;\nimpl Point { fn foo(&self) {} }\n", "symbol_not_found"),
      method("RustRefusesAMethodOfAForeignTrait", "pub struct Point;\nimpl std::fmt::Display for Point { fn ‹foo›(&self) {} }\n",
             "receiver_unresolved"),
      method(
          "RustRefusesAMethodOfItsOwnAndOfATrait",
          "pub struct Point;\ntrait Tr { fn foo(&self); }\nimpl Point { fn ‹foo›(&self) {} }\nimpl Tr for Point { fn ‹foo›(&self) {} }\n",
          "symbol_ambiguous"),
      method("RustRefusesWhatOtherLanguagesCall", "pub struct Point;\n#[‹pymethods›]\nimpl Point { fn foo(&self) {} }\n",
             "receiver_unresolved"),
      method("RustRefusesATakenMethod", kPlainImpl + "impl Point { fn ‹bar›(&self) {} }\n", "name_taken"),
      method("RustRefusesAMethodOfAParameterOfATemplate", kPlainImpl + "fn f<T: Foreign>(t: T) { t.‹foo›(); }\n", "receiver_unresolved"),
      method("RustRefusesAnAliasOfItself", kPlainImpl + "type A<T> = A<(T, T, T, T)>;\nfn f(x: A<u8>) { x.‹foo›(); }\n",
             "receiver_unresolved"),
      method("RustRefusesATypeThatGrows",
             kPlainImpl + "struct S<T>(T);\nimpl<T> S<T> { fn g(self) -> S<(T, T, T, T)> { todo!() } }\nfn f(x: S<u8>) { "
                          "x.g().g().g().g().g().g().g().g().g().0.0.‹foo›(); }\n",
             "receiver_unresolved"),
      method("RustRefusesWhatABlockTakesOrDeclares",
             kPlainImpl + "mod a { pub struct Q; impl Q { pub fn foo(&self) {} } }\nfn f() { use a::*; Point::‹foo›(); }\nfn g() { struct "
                          "Point; Point::‹foo›(); }\n",
             "receiver_unresolved"),
      method("RustRefusesWhatAGenericFunctionGives", kPlainImpl + "fn id<T>(t: T) -> T { t }\nfn f(p: Point) { id(p).‹foo›(); }\n",
             "receiver_unresolved"),
      method("RustRefusesWhatATypeWithoutItsParametersGives",
             kPlainImpl +
                 "struct Stack<T>(Vec<T>);\nimpl<T> Stack<T> { fn new() -> Self { Stack(vec![]) } fn pop(&mut self) -> Option<T> { "
                 "self.0.pop() } }\nfn f() { let mut s = Stack::new(); s.pop().unwrap().‹foo›(); }\n",
             "receiver_unresolved"),
      field("RustRefusesWhatAStarMakesOfATypeThatHandsOn",
            kPlain + "struct W { foo: i32, p: Point }\nimpl std::ops::Deref for W { type Target = Point; fn deref(&self) -> &Point { "
                     "&self.p } }\nfn f(w: W) -> i32 { (*w).‹foo› }\n",
            "receiver_unresolved"),
      method("RustRefusesTheEndOfANumber", kPlainImpl + "fn f() { assert!(1‹foo›!()); }\n", "receiver_unresolved"),
      in("Shape", method("RustRefusesATraitThatAMacroGives",
                         "trait Shape { fn foo(&self) {} }\nmacro_rules! shape { ($t:ty) => { impl Shape for $t {} }; }\nstruct "
                         "A;\nshape!(A);\nfn f(a: A) { a.‹foo›(); }\n",
                         "receiver_unresolved")),
      in("Shape",
         method("RustRefusesATraitThatIsThereForAll",
                "trait Shape { fn foo(&self); }\nimpl<T: Clone> Shape for T { fn foo(&self) {} }\nfn f(s: String) { s.‹foo›(); }\n",
                "receiver_unresolved")),
  };
}

}  // namespace

std::vector<RenameCase> rust_member_cases() {
  auto cases = fields();
  for (auto more : {methods(), refusals()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace argosy::code
