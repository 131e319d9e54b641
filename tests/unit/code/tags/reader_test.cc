// Promises of reading tags: broken sources, headers, encodings, bounds, and pieces that together are the whole.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/code/syntax_check.h"
#include "common/code/tags/reader.h"
#include "tests/unit/code/tags/support.h"

namespace argosy::code {
namespace {

using testing::HasSubstr;

FileTags in_pieces(Language language, const std::string& text, std::size_t lines) {
  TagReader reader;
  RawTags raw;
  EXPECT_TRUE(reader.read(language, text, raw, lines).has_value());
  return tags_from(language, std::move(raw));
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text + "\n";
  return out;
}

std::string code_of(const Result<FileTags>& tags) { return tags ? "" : tags.error().code; }

TEST(TagPieces, TogetherAreTheWhole) {
  const std::vector<std::pair<std::string, std::string>> samples{
      {"a.py", kPythonSample}, {"a.js", kJavaScriptSample}, {"a.ts", kTypeScriptSample}, {"a.tsx", kTypeScriptSample}, {"a.go", kGoSample},
      {"A.java", kJavaSample}, {"a.c", kCSample},           {"a.cpp", kCppSample},       {"a.rs", kRustSample}};
  for (const auto& [path, sample] : samples) {
    const auto text = repeated(sample, 12);
    const auto language = language_of(path).value();
    const auto whole = in_pieces(language, text, 100'000);
    for (const std::size_t lines : {40, 77, 150}) {
      const auto pieces = in_pieces(language, text, lines);
      EXPECT_EQ(definitions(pieces), definitions(whole)) << path << " " << lines;
      EXPECT_EQ(imports(pieces), imports(whole)) << path << " " << lines;
      EXPECT_EQ(references(pieces), references(whole)) << path << " " << lines;
      EXPECT_EQ(pieces.broken, whole.broken) << path << " " << lines;
    }
  }
}

TEST(TagPieces, ReachThroughFilesThatAreTooLongToBeParsedAtOnce) {
  std::string text;
  for (int i = 0; text.size() < 2 * kMaxSourceBytes; ++i) text += "def function_" + std::to_string(i) + "(a):\n    return a\n\n\n";
  const auto tags = read_tags("long.py", text);
  EXPECT_FALSE(tags.broken);
  EXPECT_EQ(tags.definitions.size(), tags.references.size());
  EXPECT_EQ(tags.definitions.back().line, 4 * (tags.definitions.size() - 1) + 1);
}

TEST(Tags, ShowTheLineOfADefinition) {
  EXPECT_EQ(read_tags("a.cc", "template <class T>\n  int f(T t)  {\n return 1; }\n").definitions.at(0).signature, "int f(T t)");
  EXPECT_EQ(read_tags("a.ts", "export const f = async (a: A) => a;\n").definitions.at(0).signature, "export const f = async (a: A) => a;");
  EXPECT_LE(read_tags("a.py", "x = [" + repeated("'long',", 1) + std::string(900, ' ') + "]\n").definitions.at(0).signature.size(),
            kMaxSignature);
}

TEST(Tags, OfBrokenSourcesAreWhatCanBeRead) {
  const auto python = read_tags("a.py", "def good(): pass\n\ndef bad(a):\n    x = = 1\n\ndef after(): return good()\n");
  EXPECT_TRUE(python.broken);
  EXPECT_THAT(definitions(python), HasSubstr("1-1 function good *"));
  EXPECT_THAT(definitions(python), HasSubstr("6-6 function after *"));
  const auto java = read_tags("A.java", "class A { void f() { int = ; } void g() { h(); } ");
  EXPECT_TRUE(java.broken);
  EXPECT_THAT(definitions(java), HasSubstr("method A.g"));
  EXPECT_THAT(references(java), HasSubstr("h()"));
}

TEST(Tags, OfWhatStandsWhereAGrammarExpectsNamesAreNone) {
  const auto module = read_tags("a.ts", "const a = 1;\nexport {\n  /** no name */\n  a,\n};\nexport { /* none */ };\n");
  EXPECT_THAT(definitions(module), HasSubstr(" a *"));
}

// Each took minutes or all memory once.
TEST(Tags, OfSourcesThatNobodyWroteByHandCostNoMoreThanOthers) {
  std::string wide = "int a";
  for (int i = 0; i < 20'000; ++i) wide += fmt::format(",a{}", i);
  EXPECT_THAT(definitions(read_tags("wide.c", wide + ";\n")), HasSubstr("variable a19999"));
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "class A{";
  EXPECT_FALSE(read_tags("Deep.java", deep + std::string(20'000, '}')).definitions.empty());
}

TEST(Tags, OfAHeaderAreThoseOfTheLanguageThatItIsIn) {
  EXPECT_EQ(read_tags("a.h", "namespace a { class B { int f(); }; }\n").language, Language::cpp);
  EXPECT_EQ(read_tags("a.h", "struct a *class;\nint f(struct a *new);\n").language, Language::c);
  EXPECT_EQ(read_tags("a.h", "struct A { explicit A(int x) : y(x) {} int& y; };\n").language, Language::cpp)
      << "nothing hints at it but the errors";
}

TEST(Tags, OfOtherEncodingsAreUtf8) {
  EXPECT_THAT(read_tags("a.py",
                        "# coding: latin-1\ndef stra\xdf"
                        "e(): pass\n")
                  .definitions.at(0)
                  .signature,
              HasSubstr("straße"));
}

TEST(Tags, TellWhatTheyDoNotRead) {
  EXPECT_EQ(code_of(tags_of_file("notes.txt", "x")), "language_unsupported");
  EXPECT_EQ(code_of(tags_of_file("a.py", std::string("x\0y", 3))), "source_unreadable");
  EXPECT_EQ(code_of(tags_of_file("a.js", std::string(kMaxSourceBytes + 1, 'x'))), "source_too_large");
}

TEST(SyntaxErrorsOfAllLanguages, AreCountedByLine) {
  EXPECT_EQ(syntax_errors("a.c", "", "int f(void) { return 1; }\n")->after, 0);
  EXPECT_EQ(syntax_errors("a.c", "", "int a;\nint f( { return 1; }\n")->line, 2);
  EXPECT_EQ(syntax_errors("a.cpp", "", "class A { public: A(); };\nint f(\n")->line, 2);
  EXPECT_GT(syntax_errors("a.rs", "", "fn f() { let = 1; }\n")->after, 0);
  EXPECT_EQ(syntax_errors("a.h", "", "template <class T> class A { T t; };\n")->after, 0) << "C++ in a header";
  EXPECT_EQ(syntax_errors("a.h", "", "typedef struct { int class; } new_t;\n")->after, 0) << "C in a header";
}

}  // namespace
}  // namespace argosy::code
