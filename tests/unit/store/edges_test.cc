// Who waits for whom among steps that are added at once.
#include "common/store/moves/edges.h"

#include <gtest/gtest.h>

namespace argosy::store {
namespace {

using tasks::NewStep;
using Ordinals = std::vector<std::int16_t>;

NewStep step(std::int16_t ordinal, Ordinals depends_on) {
  return {.ordinal = ordinal, .kind = "change", .title = {}, .payload = {}, .depends_on = std::move(depends_on)};
}

TEST(Edges, SuccessorsAreThoseThatNameTheStep) {
  const std::vector<NewStep> added{step(100, {}), step(101, {100}), step(102, {100, 101})};
  EXPECT_EQ(successors_among(added, 100), (Ordinals{101, 102}));
  EXPECT_EQ(successors_among(added, 101), (Ordinals{102}));
  EXPECT_EQ(successors_among(added, 102), Ordinals{});
}

TEST(Edges, ParentsOutsideAreThoseThatTheTaskHadBefore) {
  const std::vector<NewStep> added{step(100, {0}), step(101, {100, 7, 0})};
  EXPECT_EQ(parents_outside(added, added[0]), (Ordinals{0}));
  EXPECT_EQ(parents_outside(added, added[1]), (Ordinals{7, 0}));
}

}  // namespace
}  // namespace argosy::store
