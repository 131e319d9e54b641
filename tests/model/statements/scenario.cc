#include "tests/model/statements/world.h"

namespace argosy::model::statements {
namespace {

using enum tasks::StepState;

constexpr std::uint8_t kA = 1, kB = 2, kC = 4, kD = 8;

// A and B run, C depends on both.
constexpr std::array<tasks::StepState, kSteps> kTwoRun{running, running, blocked, blocked};
constexpr std::array<std::uint8_t, kSteps> kJoin{0, 0, kA | kB, 0};

constexpr std::array kScenarios{
    Scenario{.name = "two-parents",
             .what = "both parents of a step end at once",
             .states = kTwoRun,
             .depends_on = kJoin,
             .there = kA | kB | kC,
             .calls = {Call{Move::finish, kA}, Call{Move::finish, kB}, Call{Move::claim, kC}}},
    Scenario{.name = "last-two",
             .what = "the last two steps of a task end at once",
             .states = kTwoRun,
             .depends_on = {},
             .there = kA | kB,
             .calls = {Call{Move::finish, kA}, Call{Move::finish, kB}}},
    Scenario{.name = "batch-and-rescue",
             .what = "one step of a batch is taken away",
             .states = kTwoRun,
             .depends_on = kJoin,
             .there = kA | kB | kC,
             .calls = {Call{Move::finish, kA | kB}, Call{Move::rescue, kA}, Call{Move::claim, kA}}},
    Scenario{.name = "finish-twice",
             .what = "a finish in doubt is repeated beside its own first call",
             .states = kTwoRun,
             .depends_on = kJoin,
             .there = kA | kB | kC,
             .calls = {Call{Move::finish, kA}, Call{Move::finish, kA}, Call{Move::finish, kB}}},
    Scenario{.name = "cancel",
             .what = "a cancel among finishes",
             .states = kTwoRun,
             .depends_on = kJoin,
             .there = kA | kB | kC,
             .calls = {Call{Move::finish, kA}, Call{Move::finish, kB}, Call{Move::cancel}}},
    Scenario{.name = "failure",
             .what = "one parent fails while the other ends",
             .states = kTwoRun,
             .depends_on = kJoin,
             .there = kA | kB | kC,
             .calls = {Call{Move::finish, kA, kA}, Call{Move::finish, kB}, Call{Move::cancel}}},
    Scenario{.name = "added-step",
             .what = "a step is added on a parent that ends meanwhile",
             .states = kTwoRun,
             .depends_on = {0, 0, kA | kB, kC},
             .there = kA | kB,
             .calls = {Call{Move::finish, kA}, Call{Move::finish, kB}, Call{Move::claim, kC}}},
    Scenario{.name = "claim-and-cancel",
             .what = "a claim, which takes no task lock, beside a cancel and a failure",
             .states = {running, ready, ready, blocked},
             .depends_on = {},
             .there = kA | kB | kC,
             .calls = {Call{Move::claim, kB | kC}, Call{Move::cancel}, Call{Move::finish, kA, kA}}},
    Scenario{.name = "rescue-and-finish",
             .what = "a rescue, its claim and the finishes of both",
             .states = {running, running, blocked, blocked},
             .depends_on = kJoin,
             .there = kA | kB | kC,
             .calls = {Call{Move::rescue, kA | kB}, Call{Move::finish, kA}, Call{Move::finish, kB}}},
};

static_assert(kD == 1 << (kSteps - 1));

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

}  // namespace argosy::model::statements
