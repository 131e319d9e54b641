// Promises of failpoints. Each test runs in a process of its own, because a process reads its spec once.
#include "common/core/failpoint.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

namespace argosy::failpoint {
namespace {

int hits(const char* name, int times) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += ARGOSY_FAILPOINT(name) ? 1 : 0;
  return count;
}

void with_spec(const char* spec) { ::setenv("ARGOSY_FAILPOINTS_SPEC", spec, 1); }

TEST(Failpoint, DoesNothingWithoutASpec) {
  EXPECT_EXIT((::unsetenv("ARGOSY_FAILPOINTS_SPEC"), std::exit(hits("a.b", 3))), ::testing::ExitedWithCode(0), "");
}

TEST(Failpoint, FailsWhereTheSpecSays) {
  EXPECT_EXIT((with_spec("a.b=error; c.d=off"), std::exit(hits("a.b", 3) * 10 + hits("c.d", 3) + hits("e.f", 3))),
              ::testing::ExitedWithCode(30), "");
}

TEST(Failpoint, FailsOnlyTheFirstHitsThatAreCounted) {
  EXPECT_EXIT((with_spec("a.b=error*2"), std::exit(hits("a.b", 5))), ::testing::ExitedWithCode(2), "");
}

TEST(Failpoint, KillsTheProcess) { EXPECT_EXIT((with_spec("a.b=kill"), hits("a.b", 1)), ::testing::KilledBySignal(SIGKILL), ""); }

TEST(Failpoint, GoesOnAfterADelay) {
  EXPECT_EXIT((with_spec("a.b=delay(1)*1"), std::exit(hits("a.b", 2))), ::testing::ExitedWithCode(0), "");
}

TEST(Failpoint, RefusesASpecThatItCannotRead) {
  for (const char* spec : {"a.b", "a.b=explode", "a.b=error*0", "a.b=error*x", "a.b=delay(x)", "a.b=delay"}) {
    EXPECT_EXIT((with_spec(spec), hits("a.b", 1)), ::testing::KilledBySignal(SIGABRT), "cannot read") << spec;
  }
}

}  // namespace
}  // namespace argosy::failpoint
