// What move_symbol promises for JavaScript and TypeScript: whole trees before and after, there and back, or the refusal with its places.
#include <gmock/gmock.h>

#include "common/code/operations.h"
#include "common/core/json.h"
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

class ScriptSymbols : public ::testing::Test {
 protected:
  Result<Edit> tried(const Files& files, const std::string& name, const std::string& from, const std::string& to) {
    const std::string language = from.ends_with(".js") ? "javascript" : "typescript";
    return apply(MapTree(files), tasks::MoveSymbol{language, name, from, to, {}});
  }
  Files moved(const Files& files, const std::string& name, const std::string& from, const std::string& to) {
    const auto edit = tried(files, name, from, to);
    EXPECT_TRUE(edit) << (edit ? "" : to_string(edit.error()) + edit.error().details);
    return edit ? MapTree(files).with(*edit) : files;
  }
  void there_and_back(const Files& before, const std::string& name, const std::string& from, const std::string& to, const Files& after) {
    EXPECT_EQ(moved(before, name, from, to), after);
    EXPECT_EQ(moved(after, name, to, from), before);
  }
  // "code path:line ..." of a refusal.
  std::string refused(const Files& files, const std::string& name, const std::string& from = "a.ts", const std::string& to = "b.ts") {
    const auto edit = tried(files, name, from, to);
    if (edit) return "done";
    std::string out = edit.error().code;
    const auto details = json::parse(edit.error().details).value_or(json::Value());
    for (const json::Value& place : details.array_or_empty("places"))
      out += " " + place.string_or("path", "?") + ":" + std::to_string(place.int_or("line", 0));
    return out;
  }
};

TEST_F(ScriptSymbols, MoveWithTheirCommentsAndImportsAndComeBack) {
  there_and_back({{"src/a.ts",
                   "import { join } from 'path';\nimport { log } from './log';\n\nexport function first() {\n  log('1');\n}\n\n// Loads.\n"
                   "export async function load(path: string) {\n  log(path);\n  return path;\n}\n"},
                  {"src/deep/b.ts", "import { log } from '../log';\n\nexport const other = () => log('b');\n"},
                  {"src/log.ts", "export const log = (s: string) => s;\n"},
                  {"src/main.ts", "import { other } from './deep/b';\nimport { first, load as l } from './a';\nfirst(l(other));\n"}},
                 "load", "src/a.ts", "src/deep/b.ts",
                 {{"src/a.ts", "import { join } from 'path';\nimport { log } from './log';\n\nexport function first() {\n  log('1');\n}\n"},
                  {"src/deep/b.ts",
                   "import { log } from '../log';\n\nexport const other = () => log('b');\n\n// Loads.\n"
                   "export async function load(path: string) {\n  log(path);\n  return path;\n}\n"},
                  {"src/log.ts", "export const log = (s: string) => s;\n"},
                  {"src/main.ts", "import { other, load as l } from './deep/b';\nimport { first } from './a';\nfirst(l(other));\n"}});
}

TEST_F(ScriptSymbols, TakeAlongTheImportsThatNothingElseUses) {
  EXPECT_EQ(moved({{"a.js",
                    "import fs, { readFile as read } from 'fs';\nimport * as tools from './lib/tools.js';\nimport { size } from "
                    "'./lib/size.js';\n\nexport const one = fs;\n\nexport function f() {\n  return read(tools.x, size);\n}\n"},
                   {"lib/tools.js", "export const x = 1;\n"},
                   {"lib/size.js", "export const size = 1;\n"}},
                  "f", "a.js", "lib/f.js"),
            (Files{{"a.js", "import fs from 'fs';\n\nexport const one = fs;\n"},
                   {"lib/f.js",
                    "import { readFile as read } from 'fs';\nimport * as tools from './tools.js';\nimport { size } from "
                    "'./size.js';\n\nexport function f() {\n  return read(tools.x, size);\n}\n"},
                   {"lib/tools.js", "export const x = 1;\n"},
                   {"lib/size.js", "export const size = 1;\n"}}));
}

TEST_F(ScriptSymbols, AreFollowedByEveryWayToImportThem) {
  there_and_back({{"a.ts", "export const y = 1;\n\nexport const x = 2;\n"},
                  {"b.ts", "export const z = 3;\n"},
                  {"index.ts", "export * from './a';\n"},
                  {"named.ts", "export { y, x as exported } from './a';\n"},
                  {"user.ts", "import { x } from './index';\nimport { exported } from './named';\nx + exported;\n"},
                  {"alias.ts", "import { x } from '@/a';\nexport default x;\n"},
                  {"only.ts", "import { x } from './a.js';\nconst o = { x };\n"}},
                 "x", "a.ts", "b.ts",
                 {{"a.ts", "export const y = 1;\n"},
                  {"b.ts", "export const z = 3;\n\nexport const x = 2;\n"},
                  {"index.ts", "export * from './a';\nexport { x } from './b';\n"},
                  {"named.ts", "export { y } from './a';\nexport { x as exported } from './b';\n"},
                  {"user.ts", "import { x } from './index';\nimport { exported } from './named';\nx + exported;\n"},
                  {"alias.ts", "import { x } from '@/b';\nexport default x;\n"},
                  {"only.ts", "import { x } from './b.js';\nconst o = { x };\n"}});
}

TEST_F(ScriptSymbols, AreTakenOutOfNamespaces) {
  EXPECT_EQ(moved({{"a.ts", "export class C {}\nexport const d = 1;\n"},
                   {"main.ts", "import * as a from './a';\nlet c: a.C = new a.C();\na.d;\n"}},
                  "C", "a.ts", "c.ts"),
            (Files{{"a.ts", "export const d = 1;\n"},
                   {"c.ts", "export class C {}\n"},
                   {"main.ts", "import * as a from './a';\nimport { C } from './c';\nlet c: C = new C();\na.d;\n"}}));
}

TEST_F(ScriptSymbols, StayKnownWhereTheyWereUsed) {
  EXPECT_EQ(moved({{"a.ts", "function f(): number {\n  return 1;\n}\n\nexport const g = () => f();\n"}}, "f", "a.ts", "b.ts"),
            (Files{{"a.ts", "import { f } from \"./b\";\n\nexport const g = () => f();\n"},
                   {"b.ts", "export function f(): number {\n  return 1;\n}\n"}}));
  EXPECT_EQ(moved({{"a.js", "const f = () => 1;\nexport const g = f;\nexport { f };\n"}, {"m.js", "import { f } from './a.js';\nf();\n"}},
                  "f", "a.js", "b.js"),
            (Files{{"a.js", "import { f } from \"./b.js\";\n\nexport const g = f;\n"},
                   {"b.js", "export const f = () => 1;\n"},
                   {"m.js", "import { f } from './b.js';\nf();\n"}}));
}

TEST_F(ScriptSymbols, ArriveWhereTheyWereImported) {
  EXPECT_EQ(moved({{"a.ts", "export class Base {}\n"},
                   {"b.ts", "import { Base } from './a';\nimport { q } from './q';\n\nexport class D extends Base {}\nq;\n"},
                   {"q.ts", "export const q = 1;\n"}},
                  "Base", "a.ts", "b.ts")
                .at("b.ts"),
            "import { q } from './q';\n\nexport class Base {}\n\nexport class D extends Base {}\nq;\n");
}

TEST_F(ScriptSymbols, OfTypesAreImportedAsTypes) {
  there_and_back(
      {{"a.ts", "export interface Size {\n  width: number;\n}\n\nexport type Box = { size: Size };\n"},
       {"b.ts", "export const unit = 1;\n"},
       {"c.ts", "import type { Size } from './a';\nimport { type Box } from './a';\nexport const s = (b: Box): Size => b.size;\n"}},
      "Box", "a.ts", "b.ts",
      {{"a.ts", "export interface Size {\n  width: number;\n}\n"},
       {"b.ts", "import type { Size } from \"./a\";\n\nexport const unit = 1;\n\nexport type Box = { size: Size };\n"},
       {"c.ts", "import type { Size } from './a';\nimport { type Box } from './b';\nexport const s = (b: Box): Size => b.size;\n"}});
}

TEST_F(ScriptSymbols, OfSeveralStatementsMoveAsOne) {
  EXPECT_EQ(moved({{"a.ts",
                    "export function f(x: number): number;\nexport function f(x: string): string;\nexport function f(x: any) {\n  return "
                    "x;\n}\nexport enum E {\n  A = 1,\n}\n"}},
                  "f", "a.ts", "b.ts"),
            (Files{{"a.ts", "export enum E {\n  A = 1,\n}\n"},
                   {"b.ts",
                    "export function f(x: number): number;\nexport function f(x: string): string;\nexport function f(x: any) {\n  return "
                    "x;\n}\n"}}));
  EXPECT_EQ(moved({{"a.ts", "export const K = [1] as const;\nexport type K = (typeof K)[number];\r\n"}}, "K", "a.ts", "b.ts").at("b.ts"),
            "export const K = [1] as const;\nexport type K = (typeof K)[number];\n");
}

TEST_F(ScriptSymbols, AreRefusedWhereTheyCannotLeave) {
  EXPECT_EQ(refused({{"a.ts", "export default function f() {}\n"}}, "f"), "symbol_ambiguous a.ts:1");
  EXPECT_EQ(refused({{"a.ts", "function f() {}\nexport default f;\n"}}, "f"), "import_unresolved a.ts:2");
  EXPECT_EQ(refused({{"a.ts", "export const f = 1, g = 2;\n"}}, "f"), "symbol_ambiguous a.ts:1");
  EXPECT_EQ(refused({{"a.ts", "export let n = 0;\nexport function inc() {\n  n++;\n}\n"}}, "n"), "import_unresolved a.ts:3");
  EXPECT_EQ(refused({{"a.ts", "const h = 1;\nexport function f() {\n  return h;\n}\n"}}, "f"), "private_needed a.ts:3");
  EXPECT_EQ(refused({{"a.ts", "export const u = () => import.meta.url;\n"}}, "u"), "private_needed a.ts:1");
  EXPECT_EQ(refused({{"a.ts", "export const l = () => import('./c');\n"}, {"c.ts", "export {};\n"}}, "l"), "import_unresolved a.ts:1");
  EXPECT_EQ(refused({{"a.ts", "import { r } from 'r';\nexport const x = r(1);\n"}}, "x"), "load_order a.ts:2");
  EXPECT_EQ(refused({{"a.ts", "export const h = 1;\nexport function f() {\n  return h;\n}\nexport const g = () => f();\n"}}, "f"),
            "import_cycle a.ts:1");
  EXPECT_EQ(refused({{"a.ts", "export const g = 1;\n"}}, "f"), "symbol_not_found");
  EXPECT_EQ(refused({{"b.ts", "export const g = 1;\n"}}, "f"), "file_not_found");
  EXPECT_EQ(refused({{"a.js", "exports.f = function f() {};\nconst g = 1;\n"}}, "g", "a.js", "b.js"), "import_unresolved a.js:1");
}

TEST_F(ScriptSymbols, AreRefusedWhereTheyCannotArrive) {
  const std::string f = "export function f() {}\n";
  EXPECT_EQ(refused({{"a.ts", f}, {"b.ts", "export const f = 1;\n"}}, "f"), "name_taken b.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}, {"b.ts", "module.exports = 1;\n"}}, "f"), "import_unresolved b.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}, {"b.ts", "'use client';\nexport const q = 1;\n"}}, "f"), "name_invalid a.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}}, "f", "a.ts", "b.js"), "name_invalid");
  EXPECT_EQ(refused({{"a.ts", f}}, "f", "a.ts", "b.d.ts"), "name_invalid");
  EXPECT_EQ(refused({{"a.ts", "import { x } from 'x';\nexport const f = () => x;\n"}, {"b.ts", "export const x = 1;\n"}}, "f"),
            "name_taken b.ts:1");
  EXPECT_EQ(refused({{"a.ts", "export const f = () => fetch('u');\n"}, {"b.ts", "export const fetch = 1;\n"}}, "f"), "name_taken b.ts:1");
  EXPECT_EQ(refused({{"a.ts", "import { name } from 'x';\nexport const f = () => name;\n"}, {"b.ts", "export const g = name;\n"}}, "f"),
            "name_taken b.ts:1");
}

TEST_F(ScriptSymbols, AreRefusedWhereSomebodyTakesThemInAnotherWay) {
  const std::string f = "export function f() {}\n";
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "const { f } = require('./a');\nf();\n"}}, "f"), "import_unresolved c.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "export const g = async () => (await import('./a')).f();\n"}}, "f"), "import_unresolved c.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "import('./a').then((m) => m.f());\n"}}, "f"), "receiver_unresolved c.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "import * as a from './a';\nexport { a };\n"}}, "f"), "import_unresolved c.ts:2");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "export * as a from './a';\n"}}, "f"), "import_unresolved c.ts:1");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "import * as a from './a';\nfunction g(f: number) {\n  a.f();\n}\n"}}, "f"),
            "name_taken c.ts:2");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.ts", "import { f } from './a';\njest.mock('./a');\nf();\n"}}, "f"), "import_unresolved c.ts:2");
  EXPECT_EQ(refused({{"a.ts", f}, {"c.vue", "<script>import { f } from './a'</script>\n"}}, "f"), "language_unsupported c.vue:1");
}

}  // namespace
}  // namespace argosy::code
