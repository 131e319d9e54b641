// What a rename promises in JavaScript and TypeScript.
#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

RenameCase in(std::string language, std::string promise, Files marked, std::string code = {}) {
  return {std::move(promise), renaming(std::move(language), "foo", "bar"), std::move(marked), std::move(code)};
}

RenameCase js(std::string promise, Files marked) { return in("javascript", std::move(promise), std::move(marked)); }
RenameCase ts(std::string promise, Files marked) { return in("typescript", std::move(promise), std::move(marked)); }
RenameCase refuses(std::string promise, std::string code, Files marked) {
  return in("javascript", std::move(promise), std::move(marked), std::move(code));
}

RenameCase with(RenameCase c, void (*change)(tasks::RenameSymbol&)) {
  change(c.request);
  return c;
}

const std::string kHome = "export function «foo»(x) { return x; }\n";
const std::string kCommon = "function «foo»(x) { return x; }\nmodule.exports = { «foo», other: 1 };\n";

std::vector<RenameCase> modules() {
  return {
      js("FollowsNamedImports", {{"m.js", kHome},
                                 {"a.js", "import { «foo», other } from './m.js';\n«foo»(1);\n"},
                                 {"sub/b.mjs", "import { «foo» } from '../m';\n«foo»(«foo»);\n"}}),
      js("KeepsAliases", {{"m.js", kHome}, {"a.js", "import { «foo» as f } from './m';\nexport { «foo» as g } from './m';\nf(1);\n"}}),
      js("FollowsNamespaces", {{"m.js", kHome}, {"a.js", "import * as m from './m';\nm.«foo»(1);\nm?.«foo»;\nconst { «foo»: f } = m;\n"}}),
      js("FollowsReexports", {{"m.js", kHome},
                              {"index.js", "export { «foo» } from './m';\n"},
                              {"a.js", "import { «foo» } from '.';\n«foo»();\n"},
                              {"b.js", "import * as all from './index.js';\nall.«foo»();\n"}}),
      js("FollowsReexportsOfEverything", {{"m.js", kHome},
                                          {"index.js", "export * from './m';\nexport * as m from './m';\n"},
                                          {"a.js", "import { «foo», m } from './index';\nm.«foo»(«foo»);\n"}}),
      js("FollowsALocalExport", {{"m.js", "function «foo»() {}\nexport { «foo» };\n"}, {"a.js", "import { «foo» } from './m';\n"}}),
      js("KeepsTheNameUnderWhichItLeaves", {{"m.js", "function «foo»() {}\nexport { «foo» as other, «foo» as default };\n"},
                                            {"a.js", "import foo, { other } from './m';\nfoo(other);\n"}}),
      js("LeavesADefaultImportItsOwnName",
         {{"m.js", "export default function «foo»() {}\n"}, {"a.js", "import foo from './m';\nfoo();\nexport default foo;\n"}}),
      js("LeavesForeignModulesAlone", {{"m.js", kHome},
                                       {"a.js", "import { foo } from 'lodash';\nimport _ from 'lodash';\nfoo(_.foo);\nexport { foo };\n"},
                                       {"b.js", "import { foo } from './a';\nfoo();\n"}}),
      js("FollowsDynamicImports",
         {{"m.js", kHome}, {"a.js", "const m = await import('./m');\nm.«foo»();\nconst { «foo» } = await import('./m');\n«foo»();\n"}}),
      js("FollowsRequire", {{"m.js", kCommon},
                            {"a.js",
                             "const m = require('./m');\nm.«foo»(1);\nconst { «foo», other } = "
                             "require('./m.js');\n«foo»(other);\nrequire('./m').«foo»(2);\n"}}),
      js("KeepsAnAliasOfRequire",
         {{"m.js", kCommon}, {"a.js", "const { «foo»: f } = require('./m');\nf(1);\nconst g = require('./m').«foo»;\n"}}),
      js("FollowsAMemberTakenUnderItsName", {{"m.js", kCommon},
                                             {"a.js", "const «foo» = require('./m').«foo»;\n«foo»(1);\nexports.«foo» = «foo»;\n"},
                                             {"b.js", "require('./a').«foo»();\n"}}),
      js("FollowsExportsOneByOne", {{"m.js", "exports.«foo» = function () { return exports.«foo»; };\nmodule.exports.other = 1;\n"},
                                    {"a.js", "require('./m').«foo»();\n"}}),
      js("FollowsAnExportsObjectWithAName",
         {{"m.js", "const «foo» = () => 1;\nconst api = { «foo», 'x': «foo» };\nmodule.exports = api;\napi.«foo»();\n"},
          {"a.js", "const api = require('./m');\napi.«foo»();\n"}}),
      js("FollowsExportsWithQuotedKeys",
         {{"m.js", "function «foo»() {}\nmodule.exports = { '«foo»': «foo» };\n"}, {"a.js", "const { «foo» } = require('./m');\n"}}),
      js("FollowsExportsThatAreHandedOn",
         {{"m.js", kCommon},
          {"n.js", "module.exports = require('./m');\n"},
          {"o.js", "module.exports = { ...require('./m'), x: 1 };\n"},
          {"p.js", "Object.assign(exports, require('./n'));\n"},
          {"a.js", "require('./n').«foo»();\nrequire('./o').«foo»();\nconst { «foo» } = require('./p');\n"}}),
      js("TellsAFunctionThatIsTheModuleFromItsName", {{"foo.js", "module.exports = «foo»;\nfunction «foo»() {}\n«foo».helper = 1;\n"},
                                                      {"a.js", "const foo = require('./foo');\nfoo();\nfoo.helper;\n"}}),
      js("FollowsItsOwnPackage",
         {{"package.json", "{\"name\": \"@me/lib\", \"main\": \"lib/index.js\"}"},
          {"lib/index.js", kCommon},
          {"test/a.js", "const lib = require('@me/lib');\nlib.«foo»();\nrequire('..').«foo»();\nrequire('@me/lib/lib/index').«foo»();\n"}}),
      js("RenamesWhatAFunctionCallsItself",
         {{"m.js", "exports.«foo» = function «foo»(n) { return n && «foo»(n - 1); };\nconst x = { foo: function foo() {} };\n"},
          {"n.js", "module.exports = { «foo»: require('./m').«foo» };\n"}}),
      js("ChangesTheTypesOfAPackageWithIt",
         {{"package.json", "{\"name\": \"x\", \"main\": \"lib/main.js\", \"types\": \"types/index.d.ts\"}"},
          {"lib/m.js", "exports.«foo» = () => 1;\n"},
          {"lib/main.js", "exports.«foo» = require('./m').«foo»;\n"},
          {"types/index.d.ts", "export declare function «foo»(): number;\n"},
          {"types/t.test-d.ts", "import { «foo» } from '..';\n«foo»();\n"}}),
      js("RenamesTheKeysOfAMock",
         {{"m.js", kHome},
          {"t.js", "jest.mock('./m', () => ({ «foo»: jest.fn(), other: { foo2: 1 } }));\nimport { «foo» } from './m';\n"}}),
  };
}

std::vector<RenameCase> types() {
  return {
      ts("FollowsTypes", {{"m.ts", "export interface «foo» { foo: string; }\n"},
                          {"a.ts",
                           "import type { «foo» } from './m';\nimport { type «foo» as F } from './m';\nimport * as m from './m.js';\nlet "
                           "x: «foo» | m.«foo»[];\nclass A implements «foo» { foo = ''; }\nfunction f<T extends «foo»>(y: Map<string, "
                           "«foo»>): y is «foo» { return y as «foo»; }\n"}}),
      ts("RenamesAClassInBothSpaces",
         {{"m.ts", "export class «foo» { static make(): «foo» { return new «foo»(); } }\nexport default «foo»;\n"},
          {"a.tsx", "import { «foo» } from './m';\nconst x: «foo» = new «foo»();\nlet y: typeof «foo»;\n"}}),
      ts("RenamesOverloadsAsOneSymbol",
         {{"m.ts",
           "export function «foo»(x: string): void;\nexport function «foo»(x: number): void;\nexport function «foo»(x: any) {}\n"}}),
      ts("RenamesMergedDeclarationsAsOneSymbol",
         {{"m.ts",
           "export interface «foo» { a: 1 }\nexport const «foo»: «foo» = { a: 1 };\nexport namespace «foo» { export const x = 1; }\n"}}),
      ts("MixesLanguages", {{"m.ts", "export const «foo» = 1;\n"},
                            {"a.js", "import { «foo» } from './m';\n"},
                            {"b.jsx", "import * as m from './m';\nconst x = <p>{m.«foo»} foo</p>;\n"},
                            {"c.cts", "import m = require('./m');\nm.«foo»;\n"}}),
      ts("ChangesADeclarationFileWithItsScript",
         {{"m.d.ts", "export declare function «foo»(): void;\n"}, {"m.ts", "export function «foo»() {}\n"}}),
      ts("FollowsAnAlias", {{"src/lib/m.ts", "export const «foo» = 1;\n"}, {"src/a.ts", "import { «foo» } from '@/lib/m';\n«foo»;\n"}}),
      in("tsx", "RenamesComponents",
         {{"m.tsx", "export const «foo» = 1;\nexport function Box() { return <Box foo={«foo»} {...«foo»}>{«foo»}<foo/></Box>; }\n"}}),
  };
}

std::vector<RenameCase> scopes() {
  return {
      js("LeavesShadowingLocalsAlone", {{"m.js", kHome + "function f(foo) { return foo; }\nfunction g() { const foo = 1; return foo; "
                                                         "}\nconst h = foo => foo;\nfunction i({ a: foo }, [b], ...c) { return foo + b; }\n"
                                                         "try {} catch (foo) { foo; }\nfor (const foo of []) foo;\nfor (let foo = 0; foo < "
                                                         "1; foo++) {}\nswitch (1) { case 1: let foo = 2; foo; }\n"}}),
      js("KnowsThatVarIsTheFunctions",
         {{"m.js", kHome + "function f() { if (1) { var foo = 1; } return foo; }\nfunction g() { if (1) { let foo = 1; } return «foo»; "
                           "}\nfunction h(x = «foo») { var foo = 1; return foo; }\n"}}),
      js("KnowsNamesOfExpressions",
         {{"m.js",
           kHome + "const f = function foo() { return foo; };\nconst g = class foo { make() { return new foo(); } };\n«foo»(f, g);\n"}}),
      js("LeavesKeysAlone",
         {{"m.js", kHome + "const o = { foo: 1, 'foo': 2, foo() {}, get foo() { return 1; }, [«foo»]: 3 };\nclass A { foo() {} static foo "
                           "= 1; get foo() { return this.foo; } }\no.foo;\nnew A().foo();\nA.foo;\n"}}),
      js("KeepsTheKeyOfAShorthand",
         {{"m.js", kHome + "const o = { «foo|foo: bar» };\nuse({ a: 1, «foo|foo: bar» });\nexport default { «foo|foo: bar» };\n"}}),
      js("LeavesLabelsAlone", {{"m.js", kHome + "foo: for (;;) { break foo; }\n"}}),
      js("LeavesAttributesOfThingsAlone",
         {{"m.js", kHome + "import x from 'x';\nclass A { foo() { return super.foo() + this.foo; } }\nconst a = new "
                           "A();\na.foo();\n''.foo;\n[].foo;\n({}).foo;\n(() => 1).foo;\nx.foo().foo;\nJSON.foo;\n`a`.foo;\nlet n = "
                           "null;\nn.foo;\nimport.meta.foo;\n"}}),
      js("KnowsFieldsThatAClassSets",
         {{"m.js", kHome + "class A { c = []; constructor() { this.x = new Map(); this.x.foo; this.c.foo; } }\n"}}),
      ts("KnowsFieldsThatAClassDeclares", {{"m.ts",
                                            "export const «foo» = 1;\nclass A { c?: Map<string, string>; constructor(private d: A) { "
                                            "this.c!.foo; this.d.foo; this.d.c.foo; } }\n"}}),
      js("KnowsWhatContainersGive",
         {{"m.js", kHome + "const f = (x) => x.map(y => y).filter(Boolean).foo;\nconst s = 'a b'.split(' ').foo;\n"}}),
      js("RenamesInTemplatesAndTags", {{"m.js", kHome + "const s = `foo ${«foo»(`${«foo»}`)}`;\n«foo»`x`;\n"}}),
      js("RenamesReassignedVariables", {{"m.js", "export let «foo» = 1;\n«foo» = 2;\n«foo»++;\n«foo» += 1;\n[«foo»] = [3];\n"}}),
      js("LeavesCommentsAndOtherStringsAlone",
         {{"m.js", "// foo m.foo\n/** {@link m.foo} */\n" + kHome + "log('foo');\nlog('n.foo');\nconst re = /foo/;\n"}}),
      js("FollowsAVariableThatIsSetLater",
         {{"m.js", kHome},
          {"a.js", "let m;\ntry { m = require('./m'); } catch {}\nm.«foo»();\nlet «foo»;\n«foo» = require('./m').«foo»;\n"}}),
      ts("LeavesTypeParametersAlone", {{"m.ts",
                                        "export class «foo» {}\nfunction f<foo>(x: foo): foo { return x; }\ntype T<foo> = foo[];\ntype M = "
                                        "{ [foo in K]: foo };\ntype I<X> = X extends (infer foo)[] ? foo : «foo»;\n"}}),
      ts("TellsValuesFromTypes", {{"m.ts", "export interface «foo» {}\nfunction f(foo: «foo»): «foo» { return foo; }\n"}}),
      ts("LeavesMembersAlone",
         {{"m.ts",
           "export const «foo» = 1;\nenum E { foo }\nE.foo;\ninterface I { foo: string; foo(): void }\nabstract class A { abstract foo(): "
           "void; private foo?: string; }\ntype F = (foo: string) => void;\ntype T = [foo: string];\n"
           "function f(x: I, y: A, { foo }: I) { x.foo; y.foo; return foo; }\n"}}),
      ts("RenamesDecorators", {{"m.ts", "export function «foo»() {}\n@«foo» class A { @«foo»() m(@«foo» x: string) {} }\n"}}),
      ts("LeavesNamespacesInnerNames", {{"m.ts", "export const «foo» = 1;\nnamespace N { export const foo = 2; foo; }\nN.foo;\n"}}),
      with(js("RewritesAttributesOnTheUsersWord", {{"m.js", kHome}, {"a.js", "const f = x => x.«foo»();\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"attributes"}; }),
      with(js("RewritesStringsOnTheUsersWord",
              {{"m.js", kHome}, {"a.js", "import * as m from './m';\nm['«foo»'];\nsinon.stub(m, '«foo»');\n"}}),
           [](tasks::RenameSymbol& r) { r.force = {"strings"}; }),
      with(js("NarrowsByPath", {{"m.js", kHome},
                                {"n.js", "export function foo() {}\n"},
                                {"a.js", "import { «foo» } from './m';\n"},
                                {"b.js", "import { foo } from './n';\nfoo();\n"}}),
           [](tasks::RenameSymbol& r) { r.paths = {"m.js"}; }),
  };
}

std::vector<RenameCase> refusals() {
  return {
      refuses("RefusesAnUnknownReceiver", "receiver_unresolved",
              {{"m.js", "export const foo = 1;\n"}, {"a.js", "function f(x) { return x.‹foo›; }\nf(1).‹foo›;\n"}}),
      refuses("RefusesAnUnknownPattern", "receiver_unresolved",
              {{"m.js", "export const foo = 1;\n"}, {"a.js", "function f({ ‹foo› }) {}\n"}}),
      refuses("RefusesWhatComesBackFromForeignCode", "receiver_unresolved",
              {{"m.js", "export const foo = 1;\n"},
               {"a.js", "const [m] = await Promise.all([import('./m')]);\nm.‹foo›;\nimport('./m').then(m => m.‹foo›);\n"}}),
      refuses("RefusesAModuleThatABuildMakes", "receiver_unresolved",
              {{"m.js", "export const foo = 1;\n"}, {"a.js", "const m = require('./dist/m');\nm.‹foo›;\n"}}),
      refuses("RefusesExportsThatItCannotRead", "receiver_unresolved",
              {{"m.js", "exports.foo = () => 1;\n"},
               {"n.js", "for (const k of ks) exports[k] = require('./' + k);\n"},
               {"a.js", "require('./n').‹foo›();\n"}}),
      refuses("RefusesTwoDefinitions", "symbol_ambiguous",
              {{"m.js", "export const ‹foo› = 1;\n"}, {"n.ts", ""}, {"o.js", "exports.‹foo› = () => 1;\n"}}),
      refuses("RefusesTwoDefinitionsInOneFile", "symbol_ambiguous",
              {{"m.js", "function ‹foo›() {}\nfunction ‹foo›() {}\nexport { foo };\n"}}),
      refuses("RefusesAVariableWithTwoMeanings", "symbol_ambiguous",
              {{"m.js", "exports.foo = () => 1;\n"}, {"a.js", "let ‹foo› = require('./m').foo;\n‹foo› = wrap(‹foo›);\n"}}),
      refuses("RefusesScriptsThatShareTheirVariables", "symbol_ambiguous", {{"a.js", "function foo() {}\n"}, {"b.js", "‹foo›();\n"}}),
      refuses("RefusesALookUpByString", "name_in_string",
              {{"m.js", "export const foo = 1;\n"},
               {"a.js", "import * as m from './m';\nm['‹foo›'];\n'‹foo›' in m;\njest.spyOn(m, '‹foo›');\n"}}),
      refuses("RefusesTheDottedNameInAString", "name_in_string", {{"util/m.js", "export const foo = 1;\n"}, {"a.js", "log('m.‹foo›');\n"}}),
      refuses("RefusesTemplatesThatItCannotRead", "language_unsupported",
              {{"m.js", "export const foo = 1;\n"}, {"A.vue", "<script>import { ‹foo› } from './m'</script>\n"}}),
      refuses("RefusesANameThatIsTaken", "name_taken", {{"m.js", "export const foo = 1;\nconst ‹bar› = 2;\n"}}),
      refuses("RefusesAnExportThatIsTaken", "name_taken", {{"m.js", "const foo = 1, x = 2;\nmodule.exports = { foo, ‹bar›: x };\n"}}),
      refuses("RefusesToBeCapturedByALocal", "name_taken", {{"m.js", "export const foo = 1;\nfunction f(bar) { return ‹foo›; }\n"}}),
      refuses("RefusesToCaptureAGlobal", "name_taken", {{"m.js", "export const foo = 1;\n‹bar›();\n"}}),
      refuses("RefusesAMethod", "symbol_not_found", {{"m.js", "class A { foo() {} }\n"}}),
      refuses("RefusesOtherLanguages", "symbol_not_found", {{"m.ts", "export const foo = 1;\n"}}),
      with(refuses("RefusesAKeywordOfTheLanguage", "name_invalid", {{"m.js", "export const foo = 1;\n"}}),
           [](tasks::RenameSymbol& r) { r.to = "typeof"; }),
      refuses("RefusesADeclarationThatAugmentsItsModule", "receiver_unresolved",
              {{"m.js", "export const foo = 1;\n"}, {"a.ts", "declare module './m' { export const ‹foo›: number; }\n"}}),
  };
}

}  // namespace

std::vector<RenameCase> ecmascript_cases() {
  std::vector<RenameCase> all;
  for (auto* list : {modules, types, scopes, refusals})
    for (RenameCase& c : list()) all.push_back(std::move(c));
  return all;
}

}  // namespace argosy::code
