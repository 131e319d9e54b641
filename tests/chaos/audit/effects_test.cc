// What processes write down is read as it was written, also when they repeated themselves.
#include <gtest/gtest.h>

#include <fstream>

#include "common/core/file.h"
#include "tests/chaos/matrix/ledger/effects.h"

namespace argosy::chaos {
namespace {

using std::chrono::microseconds;

TEST(Effects, AreReadAsTheyWereWritten) {
  const TempDir folder("effects");
  const Token done{"t1", 100, 17}, begun{"t2", 0, 18};
  const Effects effects(folder.path(), "codegen-2");
  effects.began(done, microseconds(5));
  effects.began(begun, microseconds(6));
  effects.applied(done, microseconds(7));
  const auto runs = read_effects(folder.path());
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].token, done);
  EXPECT_EQ(runs[0].process, effects.process());
  EXPECT_EQ(runs[0].began, 5);
  EXPECT_EQ(runs[0].applied, 7);
  EXPECT_EQ(runs[1].token, begun);
  EXPECT_FALSE(runs[1].applied);
}

TEST(Effects, ThatWereAppliedTwiceAreTwoRuns) {
  const TempDir folder("effects");
  const Token token{"t1", 100, 17};
  const Effects effects(folder.path(), "codegen-2");
  effects.began(token, microseconds(5));
  effects.applied(token, microseconds(6));
  effects.applied(token, microseconds(7));
  EXPECT_EQ(read_effects(folder.path()).size(), 2u);
}

TEST(Effects, ThatCannotBeReadAreNoEvidence) {
  const TempDir folder("effects");
  std::ofstream(folder.path() / "codegen-1.7.log") << "B t1 100 seventeen 5 5\n";
  EXPECT_THROW(read_effects(folder.path()), std::runtime_error);
}

}  // namespace
}  // namespace argosy::chaos
