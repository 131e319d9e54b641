#include "tests/model/protocol/scenario.h"

namespace argosy::model::protocol {
namespace {

constexpr std::uint8_t kFirst = 1, kSecond = 2, kThird = 4;

// One step, and one that tells of the end.
constexpr std::array<StepPlan, kSteps> kSingle{{{}, {.on_task_end = true, .durable = true}}};
// 0, then 1 and 2, then 3, submitted as a whole.
constexpr std::array<StepPlan, kSteps> kDiamond{
    {{}, {.depends_on = kFirst}, {.depends_on = kFirst}, {.depends_on = kSecond | kThird}, {.on_task_end = true, .durable = true}}};
// The same, but 0 adds 1 and 2, and 1 adds 3, which depends on both: 2 may have ended by then, or end later.
constexpr std::array<StepPlan, kSteps> kGrowing{{{},
                                                 {.depends_on = kFirst, .added_by = 0},
                                                 {.depends_on = kFirst, .added_by = 0},
                                                 {.depends_on = kSecond | kThird, .added_by = 1},
                                                 {.on_task_end = true, .durable = true}}};
constexpr std::array<StepPlan, kSteps> kPair{{{}, {.depends_on = kFirst}, {.on_task_end = true, .durable = true}}};

// 0 and 1 at once, then 2.
constexpr std::array<StepPlan, kSteps> kJoin{{{}, {}, {.depends_on = kFirst | kSecond}}};

constexpr std::array kScenarios{
    Scenario{.name = "single-2", .what = "one step, any two faults", .steps = 2, .plan = kSingle, .faults = 2},
    Scenario{.name = "diamond-1",
             .what = "a diamond, any fault, one announced step at a time",
             .steps = 5,
             .plan = kDiamond,
             .window = 1,
             .faults = 1},
    Scenario{.name = "growing-1", .what = "a diamond that grows, any fault", .steps = 5, .plan = kGrowing, .faults = 1},
    Scenario{.name = "batch-1", .what = "a diamond, two slots a process, any fault", .steps = 5, .plan = kDiamond, .slots = 2, .faults = 1},
    Scenario{.name = "pair-2", .what = "two steps in a row, any two faults", .steps = 3, .plan = kPair, .faults = 2},
    Scenario{.name = "join-2",
             .what = "two parents, two slots a process, two faults of processes and calls",
             .steps = 3,
             .plan = kJoin,
             .slots = 2,
             .faults = 2,
             .faults_allowed = kCrash | kStall | kLostAnswer | kLateCall | kDbCrash | kRetry | kFailure},
    Scenario{.name = "poison-4",
             .what = "a step that kills its process, four faults",
             .steps = 2,
             .plan = kSingle,
             .max_crashes = 1,
             .faults = 4,
             .faults_allowed = kCrash | kStall | kLostAnswer | kRetry | kCancel},
    Scenario{.name = "growing-2", .what = "a diamond that grows, any two faults", .steps = 5, .plan = kGrowing, .faults = 2},
    Scenario{.name = "single-3", .what = "one step, any three faults", .steps = 2, .plan = kSingle, .faults = 3},
};

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

}  // namespace argosy::model::protocol
