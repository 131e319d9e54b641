// What codemod promises: what the query captures is replaced, predicates and all, and a query that costs too much ends.
#include "common/code/syntax/query.h"
#include "tests/unit/code/refactor/cases.h"

namespace argosy::code {
namespace {

tasks::Codemod mod(std::string language, std::string query, std::string tmpl) {
  return {.language = std::move(language), .query = std::move(query), .tmpl = std::move(tmpl)};
}

RefactorCase py(std::string promise, std::string query, std::string tmpl, std::string before, std::string after) {
  return {
      std::move(promise), mod("python", std::move(query), std::move(tmpl)), {{"a.py", std::move(before)}}, {{"a.py", std::move(after)}}};
}

RefactorCase refuses(std::string promise, std::string code, std::string query, std::string tmpl, std::string before,
                     std::vector<std::string> places = {}) {
  return {std::move(promise), mod("python", std::move(query), std::move(tmpl)), {{"a.py", std::move(before)}}, {}, std::move(code),
          std::move(places)};
}

std::vector<RefactorCase> codemods() {
  const std::string plain = "(call function: (identifier) @f arguments: (argument_list (_) @x)) @replace ";
  const auto calls = [&](const std::string& predicate) { return "(" + plain + predicate + ")"; };
  return {
      py("FillsCapturesIn", plain, "{{x}}.{{ f }}()", "f(x)\ng(a.b)\n", "x.f()\na.b.g()\n"),
      py("HoldsEqual", calls("(#eq? @f \"f\")"), "{{x}}", "f(1)\ng(2)\n", "1\ng(2)\n"),
      py("HoldsCapturesAgainstEachOther", calls("(#eq? @f @x)"), "same", "f(f)\nf(g)\n", "same\nf(g)\n"),
      py("HoldsNotEqual", calls("(#not-eq? @f \"f\")"), "{{x}}", "f(1)\ng(2)\n", "f(1)\n2\n"),
      py("HoldsMatches", calls("(#match? @f \"^g\\\\d+$\")"), "{{x}}", "g12(1)\ngg(2)\n", "1\ngg(2)\n"),
      py("HoldsNotMatches", calls("(#not-match? @f \"[0-9]\")"), "{{x}}", "g12(1)\ngg(2)\n", "g12(1)\n2\n"),
      py("HoldsAnyOf", calls("(#any-of? @f \"a\" \"b\")"), "{{x}}", "a(1)\nb(2)\nc(3)\n", "1\n2\nc(3)\n"),
      py("HoldsNotAnyOf", calls("(#not-any-of? @f \"a\" \"b\")"), "{{x}}", "a(1)\nb(2)\nc(3)\n", "a(1)\nb(2)\n3\n"),
      py("TakesARowOfNodesAsOne", "(block (expression_statement)+ @replace)", "g([{{replace}}])", "def f():\n    a\n    [b]\n",
         "def f():\n    g([a\n    [b]])\n"),
      py("LeavesAnOptionalCaptureOut", "(return_statement (_)? @v) @replace", "done({{v}})",
         "def f():\n    return\ndef g():\n    return 1\n", "def f():\n    done()\ndef g():\n    done(1)\n"),
      py("RemovesWithAnEmptyTemplate", "((comment) @replace (#match? @replace \"TODO\"))", "", "x = 1  # TODO\n# b\n", "x = 1  \n# b\n"),
      py("KeepsBracesThatAreNoCaptures", "(integer) @replace", "{{ {{replace}}: 1 }}", "x = 1\n", "x = {{ 1: 1 }}\n"),
      py("KeepsCarriageReturns", "(integer) @replace", "(\n{{replace}})", "x = 1\r\n", "x = (\r\n1)\r\n"),
      {"AppliesAQueryOnJsxToTsxOnly",
       mod("typescript", "(jsx_self_closing_element name: (identifier) @n (#eq? @n \"Old\")) @replace", "<New />"),
       {{"a.ts", "const x = 1;\n"}, {"b.tsx", "const x = <Old />;\n"}},
       {{"b.tsx", "const x = <New />;\n"}}},
      {"RewritesGo",
       mod("go", "((identifier) @replace (#eq? @replace \"old\"))", "fresh"),
       {{"a.go", "package p\n\nvar x = old\n"}},
       {{"a.go", "package p\n\nvar x = fresh\n"}}},
      {"RewritesJava",
       mod("java", "(method_invocation name: (identifier) @replace (#eq? @replace \"f\"))", "g"),
       {{"A.java", "class A { int x = f(f(1)); }\n"}},
       {{"A.java", "class A { int x = g(g(1)); }\n"}}},
      refuses("RefusesOverlaps", "match_overlap", plain, "{{x}}", "f(g(1))\n", {"a.py:1:3"}),
      refuses("RefusesTwoAnswersForOneNode", "match_overlap", "(argument_list (integer) @x) @replace", "({{x}})", "f(1, 2)\n",
              {"a.py:1:2"}),
      refuses("RefusesWhatWouldNotParse", "syntax_broken", "(integer) @replace", "1 +", "x = 1\n"),
      refuses("RefusesToChangeNothing", "nothing_to_change", "(integer) @replace", "{{replace}}", "x = 1\n"),
      refuses("RefusesACaptureThatIsNotThere", "template_invalid", "(integer) @replace", "{{other}}", "x = 1\n"),
      refuses("RefusesAQueryWithoutReplace", "query_invalid", "(integer) @x", "1", "x = 1\n"),
      refuses("RefusesPredicatesItDoesNotKnow", "query_invalid", "((integer) @replace (#set! a \"b\"))", "1", "x = 1\n"),
      refuses("RefusesPatternsItCannotRead", "query_invalid", "((integer) @replace (#match? @replace \"(\"))", "1", "x = 1\n"),
      refuses("RefusesAPatternThatLooksBack", "query_invalid", "((integer) @replace (#match? @replace \"(a)\\\\1\"))", "1", "x = 1\n"),
      refuses("RefusesAPredicateWithoutACapture", "query_invalid", "((integer) @replace (#eq? \"a\" \"b\"))", "1", "x = 1\n"),
  };
}

class Codemod : public testing::TestWithParam<RefactorCase> {};
TEST_P(Codemod, KeepsItsPromise) { check(GetParam()); }
INSTANTIATE_TEST_SUITE_P(All, Codemod, testing::ValuesIn(codemods()), promise_of_case);

std::string compile_error(std::string_view query) {
  const auto compiled = Query::compile(Language::python, query);
  return compiled ? "fine" : compiled.error().message;
}

TEST(Query, TellsWhereItIsWrong) {
  EXPECT_EQ(compile_error("(integer) @x"), "fine");
  EXPECT_EQ(compile_error("(integer) @x\n  (nonsense)"), "line 2, column 4 of the query: the grammar has no such node");
  EXPECT_EQ(compile_error("(call nonsense: (_))"), "line 1, column 7 of the query: the grammar has no such field");
  EXPECT_EQ(compile_error("(integer (call))"), "line 1, column 10 of the query: such a node can never stand there");
  EXPECT_EQ(compile_error("((integer) @x (#eq? @y \"1\"))"), "line 1, column 22 of the query: no such capture stands in the pattern");
  EXPECT_EQ(compile_error("(integer) @x\n(#eq? @x \"1\")"),
            "line 2, column 1 of the query: the predicate stands outside of its pattern; put brackets around both");
  EXPECT_EQ(compile_error("(integer"), "line 1, column 9 of the query: it is not written as a query");
}

TEST(Query, RefusesNestingThatNobodyWrites) {
  const std::string deep = std::string(200, '(') + "_" + std::string(200, ')');
  EXPECT_EQ(compile_error(deep), "line 1, column 1 of the query: it is nested too deeply");
}

TEST(Query, EndsWhenThereAreTooManyMatches) {
  const auto query = Query::compile(Language::python, "(integer) @x");
  ASSERT_TRUE(query.has_value());
  std::string text;
  for (std::size_t i = 0; i <= kMaxQueryMatches; ++i) text += "1\n";
  const auto found = query->run(text);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, "query_too_costly");
  EXPECT_EQ(query->run(text.substr(2))->size(), kMaxQueryMatches);
}

TEST(Query, EndsWhenItFollowsTooManyBeginnings) {
  const auto query = Query::compile(Language::python, "(module (_) @a (_)* (_) @b (_)* (_) @c)");
  ASSERT_TRUE(query.has_value());
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "x\n";
  const auto found = query->run(text);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, "query_too_costly");
}

TEST(Query, TakesAPatternThatWouldRunAwayElsewhere) {
  const auto query = Query::compile(Language::python, "((string) @x (#match? @x \"^(a*)*(a|aa)+$\"))");
  ASSERT_TRUE(query.has_value());
  EXPECT_TRUE(query->run("'" + std::string(100'000, 'a') + "'")->empty());
}

}  // namespace
}  // namespace argosy::code
