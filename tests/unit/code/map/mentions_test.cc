// What a text in plain words names of a repository.
#include "common/code/map/mentions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/code/support.h"

namespace argosy::code {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AText, NamesFilesThatStandInItAsWordsOfTheirOwn) {
  const std::vector<std::string> paths{"a.py", "lib/a.py", "src/b.py", "x"};
  EXPECT_THAT(mentioned_files("Mend lib/a.py, and see src/b.py.", paths), ElementsAre("lib/a.py", "src/b.py"));
  EXPECT_THAT(mentioned_files("see `a.py`: x", paths), ElementsAre("a.py"));
  EXPECT_THAT(mentioned_files("extra.py beta.python", paths), IsEmpty());
}

TEST(AText, NamesWhatTheRepositoryDefines) {
  Files files{{"a.py", "def price_of(x):\n    return x\n\nclass Basket:\n    pass\n\ndef total():\n    pass\n"}};
  for (std::size_t i = 0; i <= kMostOfAPlainWord; ++i) files[fmt::format("t{}.py", i)] = "def check():\n    pass\n";
  const auto index = Index::build(MapTree(files)).value();
  EXPECT_THAT(mentioned_names("The Basket's total is wrong: price_of() ignores nothing. Basket!", *index),
              ElementsAre("Basket", "total", "price_of"));
  EXPECT_THAT(mentioned_names("check that it works", *index), IsEmpty()) << "prose: too many have that name";
  EXPECT_THAT(mentioned_names("check that check() works", *index), ElementsAre("check"));
  EXPECT_THAT(mentioned_names("check `check` twice", *index), ElementsAre("check"));
}

}  // namespace
}  // namespace argosy::code
