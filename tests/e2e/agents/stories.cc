// The four tasks. What is edited are whole lines, as a mender's blocks want them.
#include "tests/e2e/agents/story.h"

namespace argosy::test {

Story python_story() {
  return {
      .library = "python",
      .prompt = "Add sign(x) to mathutils and word_count(text) to strutils, each with a test.",
      .title = "Add mathutils.sign and strutils.word_count",
      .right = {.id = "word-count",
                .objective = "Add word_count(text) above cardinalize: how many words a text has.",
                .criterion = "word_count counts words",
                .check = "python3 -c 'from boltons.strutils import word_count; assert word_count(\"a bc  d\") == 3'",
                .path = "boltons/strutils.py",
                .seen = "def cardinalize(unit_noun, count):",
                .before = "def cardinalize(unit_noun, count):\n",
                .after = "def word_count(text):\n    \"\"\"How many words *text* has.\n\n    >>> word_count('to  be')\n    2\n    \"\"\"\n"
                         "    return len(text.split())\n\n\ndef cardinalize(unit_noun, count):\n",
                .test_path = "tests/test_word_count.py",
                .test = "from boltons.strutils import word_count\n\n\ndef test_word_count():\n    assert word_count('') == 0\n"
                        "    assert word_count(' to be\\nor ') == 3\n",
                .command = "python3 -m pytest -q tests/test_word_count.py > /dev/null && echo the words are counted",
                .printed = "the words are counted",
                .line_start = 180,
                .line_end = 200},
      .wrong = {
          .id = "sign",
          .objective = "Add sign(x) above ceil: -1, 0 or 1.",
          .criterion = "sign tells negative, zero and positive apart",
          .check = "tests",
          .path = "boltons/mathutils.py",
          .seen = "def ceil(x, options=None):",
          .before = "def ceil(x, options=None):\n",
          .after = "def sign(x):\n    \"\"\"-1 for a negative *x*, 1 for a positive one, else 0.\"\"\"\n"
                   "    return (x > 0) - (x < 0)\n\n\ndef ceil(x, options=None):\n",
          .mistake = "def sign(x):\n    \"\"\"-1 for a negative *x*, 1 for a positive one, else 0.\"\"\"\n"
                     "    return (x > 0) - (x <= 0)\n\n\ndef ceil(x, options=None):\n",
          .test_path = "tests/test_sign.py",
          .test = "from boltons.mathutils import sign\n\n\ndef test_sign():\n    assert [sign(x) for x in (-2.5, 0, 7)] == [-1, 0, 1]\n",
          .line_start = 60,
          .line_end = 100}};
}

Story typescript_story() {
  return {.library = "typescript",
          .prompt = "Add util.isEmpty and statusOf to the helpers, each with a test.",
          .title = "Add util.isEmpty and statusOf",
          .right = {.id = "status-of",
                    .objective = "Add statusOf(result) above makeIssue: the status of a parse.",
                    .criterion = "statusOf gives the status of a parse",
                    .check = "grep -q statusOf src/v3/helpers/parseUtil.ts",
                    .path = "src/v3/helpers/parseUtil.ts",
                    .seen = "export const makeIssue = (params: {",
                    .before = "export const makeIssue = (params: {\n",
                    .after = "export const statusOf = (result: { status: string }): string => result.status;\n\n"
                             "export const makeIssue = (params: {\n",
                    .test_path = "src/v3/tests/statusOf.test.ts",
                    .test = "import { expect, test } from \"vitest\";\n\nimport { statusOf } from \"../helpers/parseUtil.js\";\n\n"
                            "test(\"status of a parse\", () => {\n  expect(statusOf({ status: \"dirty\" })).toBe(\"dirty\");\n});\n"},
          .wrong = {.id = "is-empty",
                    .objective = "Add isEmpty(obj) to util, above arrayToEnum: whether an object has no keys.",
                    .criterion = "isEmpty tells an empty object from others",
                    .check = "tests",
                    .path = "src/v3/helpers/util.ts",
                    .seen = "export const arrayToEnum = <T extends string",
                    .before = "  export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;\n",
                    .after = "  export const isEmpty = (obj: object): boolean => Object.keys(obj).length === 0;\n\n"
                             "  export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;\n",
                    .mistake = "  export const isEmpty = (obj: object): boolean => Object.keys(obj).length <= 1;\n\n"
                               "  export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;\n",
                    .test_path = "src/v3/tests/isEmpty.test.ts",
                    .test = "import { expect, test } from \"vitest\";\n\nimport { util } from \"../helpers/util.js\";\n\n"
                            "test(\"an object is empty\", () => {\n  expect(util.isEmpty({})).toBe(true);\n"
                            "  expect(util.isEmpty({ a: 1 })).toBe(false);\n});\n"},
          .test_command =
              "vitest run --pool=threads --no-isolate src/v3/tests/isEmpty src/v3/tests/statusOf src/v3/tests/parseUtil "
              "src/v3/tests/object",
          .parts = {"src"},
          .more = {{"package.json", R"({"name":"zod-v3","private":true,"type":"module"})"},
                   {"vitest.config.mjs",
                    "export default {\n  resolve: { alias: { \"zod/v3\": new URL(\"./src/v3/index.ts\", import.meta.url).pathname } },\n"
                    "  test: { include: [\"src/v3/tests/**/*.test.ts\"] },\n};\n"}}};
}

Story go_story() {
  return {
      .library = "go",
      .prompt = "Add HasVar(r, name) and MiddlewareFunc.Then, each with a test.",
      .title = "Add HasVar and MiddlewareFunc.Then",
      .right = {.id = "then",
                .objective = "Add MiddlewareFunc.Then(next) above Use: both, one after the other.",
                .criterion = "Then runs both in turn",
                .check = "go vet .",
                .path = "middleware.go",
                .seen = "type MiddlewareFunc func(http.Handler) http.Handler",
                .before = "// middleware interface is anything which implements a MiddlewareFunc named Middleware.\n",
                .after = "// Then returns a MiddlewareFunc that runs mw, and next inside of it.\n"
                         "func (mw MiddlewareFunc) Then(next MiddlewareFunc) MiddlewareFunc {\n"
                         "\treturn func(handler http.Handler) http.Handler {\n\t\treturn mw(next(handler))\n\t}\n}\n\n"
                         "// middleware interface is anything which implements a MiddlewareFunc named Middleware.\n",
                .test_path = "then_test.go",
                .test = "package mux\n\nimport (\n\t\"net/http\"\n\t\"testing\"\n)\n\nfunc TestThen(t *testing.T) {\n\tvar order string\n"
                        "\tadding := func(name string) MiddlewareFunc {\n\t\treturn func(h http.Handler) http.Handler {\n"
                        "\t\t\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n\t\t\t\torder += name\n"
                        "\t\t\t\th.ServeHTTP(w, r)\n\t\t\t})\n\t\t}\n\t}\n"
                        "\tlast := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { order += \"c\" })\n"
                        "\tadding(\"a\").Then(adding(\"b\"))(last).ServeHTTP(nil, nil)\n\tif order != \"abc\" {\n"
                        "\t\tt.Errorf(\"order is %q\", order)\n\t}\n}\n"},
      .wrong = {.id = "has-var",
                .objective = "Add HasVar(r, name) above CurrentRoute: whether the route has such a variable.",
                .criterion = "HasVar tells whether a route has a variable",
                .check = "tests",
                .path = "mux.go",
                .seen = "func CurrentRoute(r *http.Request) *Route {",
                .before = "// CurrentRoute returns the matched route for the current request, if any.\n",
                .after = "// HasVar tells whether the route of the current request has a variable of that name.\n"
                         "func HasVar(r *http.Request, name string) bool {\n\t_, ok := Vars(r)[name]\n\treturn ok\n}\n\n"
                         "// CurrentRoute returns the matched route for the current request, if any.\n",
                .mistake = "// HasVar tells whether the route of the current request has a variable of that name.\n"
                           "func HasVar(r *http.Request, name string) bool {\n\treturn Vars(r) != nil\n}\n\n"
                           "// CurrentRoute returns the matched route for the current request, if any.\n",
                .test_path = "has_var_test.go",
                .test = "package mux\n\nimport (\n\t\"net/http\"\n\t\"testing\"\n)\n\nfunc TestHasVar(t *testing.T) {\n"
                        "\treq, _ := http.NewRequest(\"GET\", \"/\", nil)\n\treq = SetURLVars(req, map[string]string{\"id\": \"1\"})\n"
                        "\tif !HasVar(req, \"id\") || HasVar(req, \"name\") {\n"
                        "\t\tt.Error(\"it is not told which variables there are\")\n\t}\n}\n",
                .line_start = 420,
                .line_end = 450},
      .more = {{".argosy.yaml", "gates: {format: \"off\"}  # it is older than today's gofmt\n"}}};
}

Story java_story() {
  const std::string head =
      "package org.apache.commons.cli;\n\nimport static org.junit.Assert.assertFalse;\n"
      "import static org.junit.Assert.assertTrue;\n\nimport org.junit.Test;\n\n";
  return {
      .library = "java",
      .prompt = "Add Option.hasDescription() and Options.isEmpty(), each with a test.",
      .title = "Add Option.hasDescription and Options.isEmpty",
      .right = {.id = "is-empty",
                .objective = "Add isEmpty() to Options, below hasOption.",
                .criterion = "Options can tell that they are empty",
                .check = "grep -q 'public boolean isEmpty' src/main/java/org/apache/commons/cli/Options.java",
                .path = "src/main/java/org/apache/commons/cli/Options.java",
                .seen = "public boolean hasOption(String opt) {",
                .before = "        return shortOpts.containsKey(opt) || longOpts.containsKey(opt);\n    }\n",
                .after =
                    "        return shortOpts.containsKey(opt) || longOpts.containsKey(opt);\n    }\n\n    /**\n"
                    "     * Returns whether there is no {@link Option} at all.\n     *\n     * @return whether there is none\n     */\n"
                    "    public boolean isEmpty() {\n        return shortOpts.isEmpty() && longOpts.isEmpty();\n    }\n",
                .test_path = "src/test/java/org/apache/commons/cli/OptionsIsEmptyTest.java",
                .test = head + "public class OptionsIsEmptyTest {\n    @Test\n    public void testIsEmpty() {\n"
                               "        assertTrue(new Options().isEmpty());\n"
                               "        assertFalse(new Options().addOption(\"a\", \"all\").isEmpty());\n    }\n}\n",
                .line_start = 280,
                .line_end = 300},
      .wrong = {.id = "has-description",
                .objective = "Add hasDescription() to Option, below hasLongOpt.",
                .criterion = "an Option can tell whether it is described",
                .check = "tests",
                .path = "src/main/java/org/apache/commons/cli/Option.java",
                .seen = "public boolean hasArgName() {",
                .before = "    public boolean hasLongOpt() {\n        return longOption != null;\n    }\n",
                .after = "    public boolean hasLongOpt() {\n        return longOption != null;\n    }\n\n    /**\n"
                         "     * Returns whether this Option has a description.\n     *\n     * @return whether there is one\n     */\n"
                         "    public boolean hasDescription() {\n        return description != null && !description.isEmpty();\n    }\n",
                .mistake = "    public boolean hasLongOpt() {\n        return longOption != null;\n    }\n\n    /**\n"
                           "     * Returns whether this Option has a description.\n     *\n     * @return whether there is one\n     */\n"
                           "    public boolean hasDescription() {\n        return !description.isEmpty();\n    }\n",
                .test_path = "src/test/java/org/apache/commons/cli/OptionHasDescriptionTest.java",
                .test = head + "public class OptionHasDescriptionTest {\n    @Test\n    public void testHasDescription() {\n"
                               "        assertTrue(new Option(\"a\", \"all\").hasDescription());\n"
                               "        assertFalse(new Option(\"a\", null).hasDescription());\n    }\n}\n",
                .line_start = 640,
                .line_end = 690}};
}

}  // namespace argosy::test
