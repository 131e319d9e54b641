// What the plan has promised is checked on the tree that was tested, and what does not hold stops the change.
#include "tests/support/testing_fixture.h"

namespace argosy::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Criteria : public TestingTest {
 protected:
  static std::vector<std::string> outcomes(const tasks::TestOutput& output) {
    std::vector<std::string> all;
    for (const auto& one : output.criteria) all.push_back(one.criterion.id + " " + one.outcome);
    return all;
  }
  static Files library() {
    return {{"greet.py", "def greet():\n    return 'hello'\n"},
            {"test_greet.py", "from greet import greet\n\ndef test_greet():\n    assert greet()\n"}};
  }
};

TEST_F(Criteria, EachIsCheckedAsThePlanSays) {
  base(library());
  criteria = {{"c1", "it says hello", "python3 -c \"import greet; assert greet.greet() == 'hello'\""},
              {"c2", "all tests pass", "tests"},
              {"c3", "it reads well", ""}};
  const auto output = run();
  ASSERT_TRUE(output) << context.logged;
  EXPECT_THAT(outcomes(*output), ElementsAre("c1 passed", "c2 passed", "c3 unchecked"));
  EXPECT_EQ(output->gates.at(3).gate, "criteria");
  EXPECT_EQ(output->gates.at(3).text, "2 of 3 criteria are met and 0 are not; of 1 nothing here can tell");
}

TEST_F(Criteria, OneThatDoesNotHoldStopsTheChangeWithWhatItsCheckWrote) {
  base(library());
  criteria = {{"c1", "it says bye", "python3 -c \"import greet; print('it said', greet.greet()); assert greet.greet() == 'bye'\""},
              {"c2", "all tests pass", "tests"}};
  const auto output = run();
  EXPECT_ERROR(output, 'C', "criterion_failed");
  EXPECT_THAT(output.error().message, HasSubstr("1 of 2 criteria are met and 1 are not"));
  EXPECT_THAT(output.error().details, HasSubstr("it said hello"));
}

TEST_F(Criteria, WhereTheRepositoryHasThemOffNothingIsRunAndAllAreUnchecked) {
  auto files = library();
  files[".argosy.yaml"] = "gates: {criteria: off}\n";
  base(files);
  criteria = {{"c1", "it says bye", "exit 1"}};
  const auto output = run();
  ASSERT_TRUE(output) << context.logged;
  EXPECT_THAT(outcomes(*output), ElementsAre("c1 unchecked"));
}

}  // namespace
}  // namespace argosy::testing
