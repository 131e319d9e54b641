// Promises of parses that are kept: what goes on from an earlier one is what a parse from nothing gives, and no more is kept than may be.
#include "common/code/syntax/kept_parses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "common/code/syntax_check.h"
#include "common/code/tags/tags.h"
#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::code {
namespace {

constexpr std::size_t kAny = 1u << 30;

// Everything that a tree tells.
std::string shown_tree(const Tree& tree) {
  std::string out;
  for (NodeId id = 0; id < tree.size(); ++id) {
    const Node node = tree.node(id);
    out += std::to_string(node.start()) + "-" + std::to_string(node.end()) + " " + std::to_string(node.last_id()) + " " +
           std::string(node.kind()) + ":" + std::string(node.field()) + (node.named() ? "\n" : " -\n");
  }
  for (const auto id : tree.errors()) out += std::to_string(id) + " ";
  return out;
}

struct Sample {
  Language language;
  std::string text;
};

std::vector<Sample> samples() {
  std::vector<Sample> out;
  const std::filesystem::path root = ARGOSY_SOURCE_DIR;
  out.push_back({Language::cpp, read_file(root / "common/code/syntax/tree.cc").value()});
  out.push_back({Language::cpp, read_file(root / "common/code/syntax/tree.h").value()});
  out.push_back({Language::python, read_file(root / "tests/tidy/includes.py").value()});
  const auto many = [&](Language language, const std::string& text) {
    std::string all;
    for (int i = 0; i < 12; ++i) {
      std::string one = text;
      for (auto at = one.find("NN"); at != std::string::npos; at = one.find("NN")) one.replace(at, 2, std::to_string(i));
      all += one;
    }
    out.push_back({language, all});
  };
  many(Language::python,
       "@d\nclass ANN(B):\n    '''doc'''\n    def m(self, *a, k=1):\n        if a:\n            return f\"{k} {a!r}\"\n        return [x "
       "for x in a]\n\n");
  many(Language::javascript,
       "export class ANN extends B {\n  #p = /re[/]/g;\n  async *m({a, b}) { yield* a?.b ?? `t ${b} ${`u`}`; }\n}\nconst fNN = x => x\n");
  many(Language::typescript,
       "interface INN<T extends object> { a?: T; (b: number): void }\ntype UNN = keyof INN<{}> | 'x';\nfunction f<T>(a: T): a is T { "
       "return <any>a; }\n");
  many(Language::tsx, "const CNN = ({a}: P) => <div {...a} k='v'>text {a.map(x => <B<T> key={x} />)}</div>;\n");
  many(Language::go,
       "func (r *RNN[T]) M(a, b int) (c error) {\n\tfor i := range a {\n\t\tgo func() { c <- `raw` }()\n\t}\n\treturn nil\n}\n");
  many(Language::java,
       "class ANN<T> implements B {\n  @C(d = 1) private final int[] e = {1, 2};\n  <U> U f(U... g) { return switch (g) { case null -> "
       "h(); default -> g[0]; }; }\n}\n");
  many(Language::c, "#define MNN(a) ((a) + 1)\n#ifdef X\nstatic int fNN(struct s *a) { return a->b ? *a->c : MNN(3); }\n#endif\n");
  many(Language::cpp,
       "template <class T> struct SNN : B<T> {\n  auto f(T&& a) const -> decltype(a) { return R\"x(raw)x\" + a<b>(c); }\n};\n");
  many(Language::rust,
       "impl<'a, T: 'a> TrNN for S<'a, T> {\n    fn f(&self) -> Option<&'a T> { m!(x, \"é\"); r#\"raw\"#; self.g().map(|y| y * 2) }\n}\n");
  return out;
}

// As people and models edit: lines gone, doubled or moved, words changed, and now and then noise.
std::string edited(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  const auto line_at = [&](std::size_t at) {
    const auto start = text.rfind('\n', at == 0 ? 0 : at - 1);
    const auto from = start == std::string::npos ? 0 : start + 1;
    const auto end = text.find('\n', at);
    return std::pair(from, end == std::string::npos ? text.size() - from : end + 1 - from);
  };
  const auto [at, size] = line_at(below(text.size()));
  const std::string line = text.substr(at, size);
  switch (below(7)) {
    case 0:
      return text.erase(at, size);
    case 1:
      return text.insert(at, line);
    case 2:
      return text.insert(line_at(below(text.size())).first, line);
    case 3: {
      const auto word = text.find_first_of("abcdefghijklmnop", below(text.size()));
      return word == std::string::npos ? text : text.insert(word, "x");
    }
    case 4:
      return text.insert(at, "\n");
    case 5: {
      const auto place = below(text.size());
      if ((static_cast<unsigned char>(text[place]) & 0x80) != 0) return text;  // not half a character
      return text.replace(place, 1, std::string(1, "(){}[]\"'`\n\\/*#:;,.=<> é"[below(22)]));
    }
    default:
      return text.insert(at, "é" + line);
  }
}

TEST(KeptParses, GiveAfterAnyEditWhatAParseFromNothingGives) {
  std::mt19937 random(5);
  std::size_t clean = 0;
  for (const auto& sample : samples()) {
    KeptParses kept(0, kAny), none(kAny, 0);
    std::string good = sample.text, text = good;
    for (int i = 0; i < 40; ++i) {
      const auto before = text;
      text = edited(text, random);
      if (text.empty()) continue;
      ASSERT_TRUE(kept.parse(sample.language, before, text));
      const auto went_on = Tree::parse(sample.language, text, kept), whole = Tree::parse(sample.language, text, none);
      ASSERT_TRUE(went_on && whole);
      ASSERT_EQ(shown_tree(*went_on), shown_tree(*whole)) << text;
      // From what is broken beyond repair nothing is to be learnt.
      if (whole->errors().empty())
        ++clean, good = text;
      else if (i % 4 == 3)
        text = good;
    }
    EXPECT_GT(kept.continued(), 0u);
  }
  EXPECT_GT(clean, 80u) << "most of what was compared went on from an earlier parse";
}

std::string large(std::string_view line) {
  std::string out;
  while (out.size() < KeptParses::kFrom) out += line;
  return out;
}

TEST(KeptParses, KeepOnlyLargeSourcesAndNoMoreThanTheirBound) {
  KeptParses kept;
  ASSERT_TRUE(kept.parse(Language::python, "", "x = 1\n"));
  EXPECT_EQ(kept.find(Language::python, "x = 1\n"), nullptr);
  const auto one = large("x = f(1)\n"), two = large("y = f(2)\n");
  KeptParses small(1, 16u << 20);
  ASSERT_TRUE(small.parse(Language::python, "", one));
  EXPECT_NE(small.find(Language::python, one), nullptr);
  EXPECT_EQ(small.find(Language::javascript, one), nullptr);
  ASSERT_TRUE(small.parse(Language::python, "", two));
  EXPECT_NE(small.find(Language::python, two), nullptr);
  EXPECT_EQ(small.find(Language::python, one), nullptr) << "the other was used last";
}

TEST(KeptParses, CountWhatAnEditHasAdded) {
  KeptParses small(1, 16u << 20);
  const auto one = large("x = f(1)\n"), two = large("y = f(2)\n");
  ASSERT_TRUE(small.parse(Language::python, "", "x = f(1)\n"));
  ASSERT_TRUE(small.parse(Language::python, "x = f(1)\n", one));
  ASSERT_EQ(small.continued(), 1u);
  ASSERT_NE(small.find(Language::python, one), nullptr);
  ASSERT_TRUE(small.parse(Language::python, "", two));
  EXPECT_NE(small.find(Language::python, two), nullptr);
  EXPECT_EQ(small.find(Language::python, one), nullptr) << "both together are beyond the bound";
}

TEST(KeptParses, TheSyntaxCheckOfTheNextEditGoesOnFromTheLast) {
  auto before = large("def check_kept(a): return a\n");
  const auto next = [&](const std::string& line) {
    auto after = before;
    after.insert(after.size() / 2 / 28 * 28, line);
    return after;
  };
  auto after = next("x = 1\n");
  ASSERT_EQ(syntax_errors("a.py", before, after)->after, 0u);
  const auto continued = kept_parses().continued();
  before = after;
  after = next("y = 2\n");
  ASSERT_EQ(syntax_errors("a.py", before, after)->after, 0u);
  EXPECT_EQ(kept_parses().continued(), continued + 1);
  const auto tags = tags_of_file("a.py", after);
  ASSERT_TRUE(tags);
  EXPECT_EQ(std::ranges::count(tags->definitions, "check_kept", &Definition::name), std::ssize(text::lines(after)) - 2);

  const auto broken = next("def (:\n");
  const auto errors = syntax_errors("a.py", after, broken);
  ASSERT_TRUE(errors);
  EXPECT_GT(errors->after, 0u);
  EXPECT_EQ(errors->before, 0u);
  EXPECT_EQ(errors->line, 1u + static_cast<std::size_t>(std::ranges::count(broken.substr(0, broken.find("def (:")), '\n')));
}

}  // namespace
}  // namespace argosy::code
