// Promises about the shape of plans: what may run side by side does, what may not is a chain, and nothing is lost or done twice.
#include "workers/planning/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/tasks/payloads.h"

namespace argosy::planning {
namespace {

using tasks::CreateFile;
using tasks::DeleteFile;
using tasks::EditFile;
using tasks::Operation;
using tasks::RenameFile;
using tasks::RenameSymbol;
using ::testing::ElementsAre;

const Target kTarget{.base_commit = std::string(40, 'b'), .branch = "main"};
const RenameSymbol kRename{.language = "python", .from = "a", .to = "b", .kind = "", .paths = {}, .force = {}};

std::vector<std::size_t> flat(const Grouping& grouping) {
  std::vector<std::size_t> all;
  for (const auto& members : grouping.groups) all.insert(all.end(), members.begin(), members.end());
  std::ranges::sort(all);
  return all;
}

TEST(Plan, PutsDisjointPathsSideBySide) {
  const auto grouping = group({EditFile{"a", "x", "y"}, CreateFile{"b", ""}, DeleteFile{"dir/c"}});
  EXPECT_TRUE(grouping.parallel);
  EXPECT_THAT(grouping.groups, ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(2)));
}

TEST(Plan, KeepsOperationsOnOnePathTogetherAndInOrder) {
  const auto grouping = group({CreateFile{"a", ""}, EditFile{"b", "x", "y"}, EditFile{"a", "x", "y"}, RenameFile{"b", "c"},
                               EditFile{"c", "x", "y"}, DeleteFile{"d"}});
  EXPECT_TRUE(grouping.parallel);
  EXPECT_THAT(grouping.groups, ElementsAre(ElementsAre(0, 2), ElementsAre(1, 3, 4), ElementsAre(5)));
}

TEST(Plan, TakesAFolderAndWhatIsBelowItForOnePath) {
  EXPECT_THAT(group({DeleteFile{"a"}, CreateFile{"a/b", ""}, CreateFile{"ab", ""}}).groups, ElementsAre(ElementsAre(0, 1), ElementsAre(2)));
}

TEST(Plan, MakesAChainAsSoonAsOneOperationDecidesByContent) {
  const auto grouping = group({CreateFile{"a", ""}, CreateFile{"b", ""}, kRename, EditFile{"c", "x", "y"}, kRename, kRename});
  EXPECT_FALSE(grouping.parallel);
  EXPECT_THAT(grouping.groups, ElementsAre(ElementsAre(0, 1), ElementsAre(2), ElementsAre(3), ElementsAre(4), ElementsAre(5)));
}

TEST(Plan, BoundsWhatRunsAtTheSameTimeAndLosesNothing) {
  std::vector<Operation> many, renames;
  for (int i = 0; i < 200; ++i) many.push_back(CreateFile{fmt::format("f{}", i), ""});
  for (int i = 0; i < 200; ++i) renames.push_back(kRename);
  const auto parallel = group(many), chain = group(renames);
  EXPECT_EQ(parallel.groups.size(), kMaxParallel);
  EXPECT_EQ(chain.groups.size(), kMaxChain);
  for (const auto& grouping : {parallel, chain}) {
    const auto all = flat(grouping);
    ASSERT_EQ(all.size(), 200u);
    EXPECT_EQ(std::set<std::size_t>(all.begin(), all.end()).size(), 200u);
    for (const auto& members : grouping.groups) EXPECT_TRUE(std::ranges::is_sorted(members));
  }
}

TEST(Plan, LetsTheTestWaitForAllLeavesAndThePushForTheTest) {
  const std::vector<Operation> operations{CreateFile{"a", ""}, CreateFile{"b", ""}};
  const auto added = steps(operations, group(operations), kTarget);
  ASSERT_EQ(added.size(), 4u);
  EXPECT_TRUE(tasks::check_dag(added, {0}));
  EXPECT_THAT(added[0].inputs, ElementsAre());
  EXPECT_THAT(added[1].depends_on, ElementsAre());
  const auto& test = added[2];
  EXPECT_EQ(test.kind, "test");
  EXPECT_EQ(test.queue, tasks::Queue::testing);
  EXPECT_THAT(test.depends_on, ElementsAre(100, 101));
  EXPECT_THAT(test.inputs, ElementsAre(100, 101));
  const auto& push = added[3];
  EXPECT_EQ(push.kind, "push");
  EXPECT_EQ(push.queue, tasks::Queue::git);
  EXPECT_THAT(push.depends_on, ElementsAre(102));
  EXPECT_THAT(push.inputs, ElementsAre(100, 101, 102));
  EXPECT_EQ(tasks::tree_payload_from(push.payload)->base_commit, kTarget.base_commit);
  EXPECT_EQ(tasks::tree_payload_from(push.payload)->target_branch, "main");
}

TEST(Plan, GivesEachStepOfAChainAllPatchesBeforeIt) {
  const std::vector<Operation> operations{kRename, kRename, kRename};
  const auto added = steps(operations, group(operations), kTarget);
  ASSERT_EQ(added.size(), 5u);
  EXPECT_TRUE(tasks::check_dag(added, {0}));
  EXPECT_THAT(added[0].inputs, ElementsAre());
  EXPECT_THAT(added[2].depends_on, ElementsAre(101));
  EXPECT_THAT(added[2].inputs, ElementsAre(100, 101));
  EXPECT_THAT(tasks::change_payload_from(added[2].payload)->operations, ElementsAre(2));
  EXPECT_THAT(added[3].depends_on, ElementsAre(102));
  EXPECT_THAT(added[3].inputs, ElementsAre(100, 101, 102));
}

TEST(Plan, SaysInPlainWordsWhatWillHappen) {
  const std::vector<Operation> operations{CreateFile{"a", ""}, CreateFile{"b", ""}};
  const auto grouping = group(operations);
  const auto words = in_words(steps(operations, grouping, kTarget), grouping, kTarget);
  EXPECT_THAT(words, ::testing::AllOf(::testing::HasSubstr("2 changes, side by side"), ::testing::HasSubstr("create_file a"),
                                      ::testing::HasSubstr("main")));
}

}  // namespace
}  // namespace argosy::planning
