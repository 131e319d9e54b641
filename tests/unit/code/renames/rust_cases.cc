// What a rename promises in Rust.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase renames(std::string promise, Files marked, std::string from = "foo", std::string to = "bar") {
  marked.emplace("Cargo.toml", "[package]\nname = \"my-lib\"\n");
  return {std::move(promise), renaming("rust", std::move(from), std::move(to)), std::move(marked)};
}

RenameCase refuses(std::string promise, std::string code, Files marked, std::string from = "foo", std::string to = "bar") {
  RenameCase c = renames(std::move(promise), std::move(marked), std::move(from), std::move(to));
  c.refusal = std::move(code);
  return c;
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

std::vector<RenameCase> modules() {
  return {
      renames("FollowsPathsThroughModules",
              {{"src/lib.rs",
                "mod a;\nmod b { pub fn f() { super::a::«foo»(); crate::a::«foo»(); } }\nfn g() { a::«foo»(); self::a::«foo»(); "
                "std::foo(); }\n"},
               {"src/a.rs", "pub mod inner;\npub fn «foo»() {}\nfn h() { «foo»(); self::«foo»(); }\n"},
               {"src/a/inner.rs", "use super::«foo»;\nfn i() { «foo»(); crate::a::«foo»(); super::super::a::«foo»(); }\n"}}),
      renames("FollowsUseWithListsAliasesAndStars",
              {{"src/lib.rs",
                "mod a;\nmod b;\nuse a::{«foo», Other};\npub use crate::{a::{self, «foo» as renamed}};\nfn f() { «foo»(); "
                "renamed(); a::«foo»(); }\n"},
               {"src/a/mod.rs", "pub fn «foo»() {}\npub struct Other;\n#[cfg(test)]\nmod tests { use super::*; fn t() { «foo»(); } }\n"},
               {"src/b.rs", "use crate::a::*;\nfn f() { «foo»(); }\nfn g() { use other::foo; foo(); }\n"}}),
      with(renames("FollowsReexportsIntoOtherCrates",
                   {{"src/lib.rs", "mod a;\npub use a::«foo|bar»;\npub mod prelude { pub use crate::«foo»; }\n"},
                    {"src/a.rs", "pub fn «foo»() {}\n"},
                    {"tests/t.rs", "use my_lib::prelude::*;\nmod common;\n#[test]\nfn t() { «foo»(); my_lib::«foo»(); }\n"},
                    {"tests/common/mod.rs", "pub fn c() { my_lib::«foo»(); crate::«foo»(); super::x(); foo(); }\nfn foo() {}\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"src/**"}; }),
      with(renames(
               "KnowsWhatTheStarOfABlockBrings",
               {{"src/lib.rs", "mod b;\nmod c;\nfn «foo»() {}\nfn f() { use b::*; foo(); }\nfn g() { use c::*; use std::*; «foo»(); }\n"},
                {"src/b.rs", "pub fn foo() {}\n"},
                {"src/c.rs", "pub fn other() {}\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"src/lib.rs"}; }),
      renames("LooksThroughStarsThatLeadInCircles", {{"src/lib.rs", "mod a;\nmod b;\npub use a::*;\npub use b::*;\nfn f() { «foo»(); }\n"},
                                                     {"src/a.rs", "use super::*;\npub fn g() { «foo»(); }\n"},
                                                     {"src/b.rs", "use super::*;\npub fn «foo»() { «foo»(); }\n"}}),
      with(renames("KeepsItemsOfOtherModules", {{"src/lib.rs", "mod a;\nmod b;\nfn f() { a::«foo|bar»(); b::foo(); }\n"},
                                                {"src/a.rs", "pub fn «foo|bar»() {}\n"},
                                                {"src/b.rs", "pub fn foo() { foo(); }\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"src/a.rs"}; }),
      renames("RenamesAlternativesOfTheBuildTogether",
              {{"src/lib.rs", "#[cfg(unix)]\nfn «foo»() {}\n#[cfg(windows)]\nfn «foo»() {}\nfn f() { «foo»(); }\n"}}),
  };
}

std::vector<RenameCase> crates() {
  return {
      renames("FollowsACrateThatADependencyCallsOtherwise",
              {{"geometry/Cargo.toml", "[package]\nname = \"geo-metry\"\n"},
               {"geometry/src/lib.rs", "pub fn «foo»() {}\n"},
               {"app/Cargo.toml",
                "[package]\nname = \"app\"\n[dependencies] # [x]\nserde = { version = \"1\", features = [\"a\", \"b\"] }\ngeo = { path = "
                "\"../geometry\", package = \"geo-metry\" }\n"},
               {"app/src/main.rs", "use geo::«foo»;\nfn main() { «foo»(); ::geo::«foo»(); serde::foo(); }\n"},
               {"web/Cargo.toml",
                "[package]\nname = \"web\"\n[target.'cfg(unix)'.dependencies.shapes] # where it is\npackage = \"geo-metry\"\nworkspace "
                "= true\n"},
               {"web/src/main.rs", "fn main() { shapes::«foo»(); }\n"},
               {"ios/Cargo.toml", "[package]\nname = \"ios\"\n[dev-dependencies]\nours.package = 'geo-metry'\nours.path = '../geometry'\n"},
               {"ios/src/main.rs", "fn main() { ours::«foo»(); }\n"}}),
      renames("FollowsALibraryThatLiesElsewhere",
              {{"odd/Cargo.toml", "[package]\nname = \"odd\"\n\n[lib]\nname = \"odder\"\npath = \"./lib/odd.rs\"\n"},
               {"odd/lib/odd.rs", "mod a;\npub use crate::a::«foo»;\n"},
               {"odd/lib/a.rs", "pub fn «foo»() {}\n"},
               {"app/Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\nodd = { path = \"../odd\" }\n"},
               {"app/src/main.rs", "fn main() { odder::«foo»(); }\n"}}),
      refuses("RefusesACrateWhosePlaceIsNotUnderstood", "receiver_unresolved",
              {{"src/lib.rs", "pub fn foo() {}\n"},
               {"app/Cargo.toml",
                "[package]\nname = \"app\"\n[dependencies]\ngeo = { path = \"../none\" }\nours = {\n  package = "
                "\"my-lib\"\n}\n"},
               {"app/src/main.rs", "fn main() { geo::‹foo›(); ours::‹foo›(); other::foo(); }\n"}}),
      refuses("RefusesANameThatTwoCratesHave", "symbol_ambiguous",
              {{"src/lib.rs", "pub fn foo() {}\n"},
               {"app/Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\nmy_lib = { version = \"1\", package = \"theirs\" }\n"},
               {"app/src/main.rs", "fn main() { my_lib::‹foo›(); }\n"}}),
  };
}

std::vector<RenameCase> items() {
  return {
      renames("RenamesATypeEverywhere",
              {{"src/lib.rs",
                "pub struct «Foo»<T> { x: T, foo: u8 }\nimpl<T: Clone> Clone for «Foo»<T> {\n  fn clone(&self) -> Self { «Foo» { x: "
                "self.x.clone(), foo: 1 } }\n}\nimpl «Foo»<u8> { pub fn new() -> «Foo»<u8> { Self { x: 1, foo: 2 } } }\nfn f(a: &mut "
                "[«Foo»<u8>]) -> Option<Box<«Foo»<u8>>> {\n  let «Foo» { x, .. } = «Foo»::new();\n  match y { «Foo» { x: 1, .. } => "
                "<«Foo»<u8> as Clone>::clone(&a), _ => «Foo»::<u8>::new() }\n}\ntype Alias = «Foo»<u8>;\nconst C: usize = "
                "size_of::<«Foo»<u8>>();\n"}},
              "Foo", "Bar"),
      renames("RenamesATraitButNotItsMethods",
              {{"src/lib.rs",
                "pub trait «Foo» { fn Foo(&self); }\nimpl «Foo» for u8 { fn Foo(&self) {} }\nfn f<T: «Foo»>(x: &dyn «Foo», y: impl "
                "«Foo») where T: «Foo» { x.Foo(); <T as «Foo»>::Foo(&y); }\n"}},
              "Foo", "Bar"),
      renames("RenamesConstantsInPatterns",
              {{"src/lib.rs",
                "pub const «FOO»: u8 = 1;\nstatic T: [u8; «FOO» as usize] = [«FOO»];\nfn f(x: u8) -> u8 { match x { «FOO» => 1, "
                "0..=«FOO» => 2, crate::«FOO» | 9 => 3, _ => 4 } }\n"}},
              "FOO", "BAR"),
      renames(
          "KeepsFieldsMethodsVariantsAndLabelsApart",
          {{"src/lib.rs",
            "fn «foo»() -> u8 { 1 }\nstruct S { foo: u8 }\nimpl S { fn foo(&self) -> u8 { self.foo + «foo»() + S::foo(self) + "
            "Self::foo(self) "
            "} }\nenum E { foo(u8) }\nfn g(s: S) { 'foo: loop { break 'foo; } s.foo(); let t = S { foo: «foo»() }; E::foo(1); u8::foo(); "
            "}\nmod other {}\n"}}),
      renames(
          "LeavesLocalsAlone",
          {{"src/lib.rs",
            "fn «foo»() -> u8 { 1 }\nfn a(foo: u8) -> u8 { foo }\nfn b() -> u8 { let x = «foo»(); let foo = «foo»() + x; foo }\nfn c(x: "
            "Option<u8>) -> u8 { if let Some(foo) = x { foo } else { «foo»() } }\nfn d() { for foo in [«foo»()] { foo; } let c = |foo: u8| "
            "foo; "
            "while let Some(foo) = x { foo; } match x { Some(foo) if foo > 1 => foo, _ => «foo»() }; }\nfn e() { fn foo() {} foo(); "
            "}\n"}}),
      renames("WritesTheFieldOfAShorthandOut",
              {{"src/lib.rs", "fn «foo»() {}\nstruct S { foo: fn() }\nfn f() -> S { S { «foo|foo: bar» } }\n"}}),
      renames("RenamesAMacro", {{"src/lib.rs",
                                 "macro_rules! «foo» { ($x:expr) => { $x }; () => { «foo»!(1) } }\nfn f() { «foo»!(2); "
                                 "crate::foo(); vec![«foo»!(3)]; }\n"}}),
  };
}

std::vector<RenameCase> macros() {
  return {
      renames(
          "FollowsANameIntoMacrosThatTakeExpressions",
          {{"src/lib.rs",
            "const «FOO»: u8 = 1;\nfn f(s: S) { println!(\"{} {FOO2} {{FOO}} {«FOO»} {«FOO»:>3}\", «FOO»); assert_eq!(s.FOO, crate::«FOO», "
            "\"FOO\"); let v = vec![«FOO»; 2]; write!(w, \"{FOO}\", FOO = «FOO»); }\n"}},
          "FOO", "BAR"),
      renames("FollowsANameIntoWidthsAndTextsOfInnerMacros",
              {{"src/lib.rs",
                "const «FOO»: usize = 1;\nfn f() { println!(\"{:«FOO»$} {x:>1$.«FOO»$} {{:FOO$}} {:FOO2$} FOO$\", 1, x = 2); "
                "vec![format!(\"{«FOO»}\")]; dbg!(\"{FOO}\"); }\n"}},
              "FOO", "BAR"),
      refuses("RefusesATextThatAnotherMacroMayFormat", "name_in_string",
              {{"src/lib.rs",
                "const FOO: u8 = 1;\nfn f() { log::info!(\"{‹FOO›} {{FOO}}\"); spawn!(println!(\"{‹FOO›:?}\")); bail!(\"{FOO}\", FOO = "
                "x); bail!(\"FOO\"); }\n#[error(\"{‹FOO›}\")]\nstruct E;\n"}},
              "FOO", "BAR"),
      with(renames("TakesTheUsersWordForATextThatAnotherMacroMayFormat",
                   {{"src/lib.rs", "const «FOO»: u8 = 1;\nfn f() { log::info!(\"{«FOO»} FOO\"); }\n"}}, "FOO", "BAR"),
           [](tasks::RenameSymbol& r) { r.force = {"strings"}; }),
      renames("FollowsANameIntoTheProjectsOwnMacros",
              {{"src/lib.rs",
                "macro_rules! twice { ($x:expr) => { $x + $x } }\nfn «foo»() -> u8 { 1 }\nfn f() -> u8 { twice!(«foo»()) }\nmacro_rules! "
                "call { () => { $crate::«foo»() } }\n"}}),
      refuses("RefusesAMacroThatTakesNames", "receiver_unresolved",
              {{"src/lib.rs", "macro_rules! make { ($x:ident) => { stringify!($x) } }\nfn foo() {}\nfn f() { make!(‹foo›); }\n"}}),
      refuses("RefusesAMacroThatNobodyHereKnows", "receiver_unresolved",
              {{"src/lib.rs", "fn foo() {}\nfn f() { lazy_static! { static ref X: u8 = ‹foo›(); } }\n"}}),
      refuses("RefusesANameInTheBodyOfAMacro", "receiver_unresolved",
              {{"src/lib.rs", "fn foo() {}\nmacro_rules! m { () => { ‹foo›() } }\n"}}),
      with(renames("TakesTheUsersWordForAMacro", {{"src/lib.rs", "fn «foo»() {}\nmacro_rules! m { () => { «foo»() } }\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"attributes"}; }),
      refuses("RefusesAPathInAnAttribute", "name_in_string",
              {{"src/lib.rs", "fn foo() -> u8 { 1 }\nstruct S { #[serde(default = \"‹foo›\")] x: u8 }\n"}}),
  };
}

std::vector<RenameCase> refusals() {
  return {
      refuses("RefusesOneNameInTwoModules", "symbol_ambiguous",
              {{"src/lib.rs", "mod a;\nmod b;\n"}, {"src/a.rs", "fn ‹foo›() {}\n"}, {"src/b.rs", "fn ‹foo›() {}\n"}}),
      with(refuses("RefusesATypeAndAFunctionOfOneModule", "symbol_ambiguous",
                   {{"src/lib.rs", "struct ‹foo› { x: u8 }\nfn ‹foo›() -> foo { foo { x: 1 } }\n"}}),
           [](tasks::RenameSymbol& r) { r.kind = "class"; }),
      refuses("RefusesANameThatTheStarOfATypeMayBring", "receiver_unresolved",
              {{"src/lib.rs",
                "struct Foo;\nenum Kind { Foo, Other }\nenum Plain { One }\nfn f(k: Kind) -> u8 { use Kind::*; match k { ‹Foo› => 1, Other "
                "=> 2 } "
                "}\nfn g(p: Plain) -> Foo { use Plain::*; Foo }\nmod a { use super::Kind; fn h(k: Kind) { use Kind::*; Foo; } }\n"}},
              "Foo", "Bar"),
      refuses("RefusesMethodsOfTraits", "symbol_not_found",
              {{"src/lib.rs", "trait T { fn ‹foo›(&self); }\nimpl T for u8 { fn ‹foo›(&self) {} }\n"}}),
      refuses("RefusesWhatOtherLanguagesCall", "receiver_unresolved", {{"src/lib.rs", "‹#[no_mangle]›\npub extern \"C\" fn foo() {}\n"}}),
      refuses("RefusesForeignFunctions", "symbol_not_found", {{"src/lib.rs", "extern \"C\" { fn ‹foo›(); }\n"}}),
      refuses("RefusesAFileThatNoModuleDeclares", "receiver_unresolved",
              {{"src/lib.rs", "#[path = \"other.rs\"]\nmod o;\npub fn foo() {}\n"}, {"src/other.rs", "fn f() { crate::‹foo›(); }\n"}}),
      refuses("RefusesCodeThatDoesNotParse", "syntax_broken", {{"src/lib.rs", "fn foo() {}\nfn f() { ‹foo›() + ; }\n"}}),
      refuses("RefusesANameThatTheModuleHas", "name_taken", {{"src/lib.rs", "fn foo() {}\nstruct S;\nfn ‹bar›() {}\n"}}),
      refuses("RefusesToBeHiddenByALocal", "name_taken", {{"src/lib.rs", "fn foo() {}\nfn f(bar: u8) { ‹foo›(); }\n"}}),
      refuses("RefusesANameThatAnImportBrings", "name_taken",
              {{"src/lib.rs", "mod a;\nuse a::bar;\nfn foo() {}\nfn f() { ‹bar›(); }\n"}, {"src/a.rs", "pub fn bar() {}\n"}}),
      refuses("RefusesWordsOfTheLanguage", "name_invalid", {{"src/lib.rs", "fn foo() {}\n"}}, "foo", "match"),
  };
}

std::vector<RenameCase> locals() {
  const auto local = [](RenameCase c) {
    c.request.kind = "variable";
    c.request.in = "f";
    return c;
  };
  return {
      local(renames("RenamesALocalVariable",
                    {{"src/lib.rs",
                      "fn foo() {}\nfn f(a: S) -> u8 {\n  let mut «foo» = a.foo;\n  let c = |x: u8| x + «foo»;\n  «foo» += "
                      "foo::new(1);\n  println!(\"{«foo»} {}\", «foo»);\n  S { «foo|foo: bar» };\n  «foo»\n}\n"}})),
      local(renames("RenamesAParameter", {{"src/lib.rs", "impl S { fn f(&self, «foo»: u8) -> u8 { self.foo + «foo» } }\n"}})),
      local(renames("KnowsWhereAPatternsVariableEnds",
                    {{"src/lib.rs",
                      "const FOO: u8 = 1;\nfn f(«foo»: Option<u8>) -> u8 { if let Some(x) = «foo» { x } else { «foo».unwrap_or(1) "
                      "} }\n"}})),
      local(refuses("RefusesALocalInAMacroThatNobodyKnows", "symbol_ambiguous", {{"src/lib.rs", "fn f(foo: u8) { other!(‹foo›); }\n"}})),
      local(refuses("RefusesALocalInATextThatAnotherMacroMayFormat", "name_in_string",
                    {{"src/lib.rs", "fn f(foo: u8) { log::info!(\"{‹foo›}\"); other!(\"{{foo}} {foo2}\"); }\n"}})),
      local(refuses("RefusesALocalThatATextWouldTake", "name_taken",
                    {{"src/lib.rs", "use other::bar;\nfn f(foo: u8) { log::info!(\"{‹bar›} {}\", 1); }\n"}})),
  };
}

}  // namespace

std::vector<RenameCase> rust_cases() {
  auto cases = modules();
  for (auto more : {crates(), items(), macros(), refusals(), locals()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace argosy::code
