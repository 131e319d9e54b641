// Lanes, from the submit to the handler: urgent goes first, and background is never starved.
#include "tests/integration/runtime/worker_fixture.h"

namespace argosy::runtime {
namespace {

using argosy::testing::eventually;
using tasks::Lane;

TEST_F(WorkerTest, UrgentWorkWithoutEndDoesNotStarveTheOtherLanes) {
  constexpr int kUrgent = 60, kOthers = 5;
  std::atomic<bool> enough = false;
  std::atomic<int> urgent_runs = 0, other_runs = 0, urgent_before_the_last_other = 0;
  std::mutex submitting;
  ToyHandler handler([&](const Step& step, StepContext&) -> Result<StepResult> {
    if (step.payload == "urgent") {
      ++urgent_runs;
      // One goes, one comes: the urgent lane is never empty.
      if (!enough) {
        const std::lock_guard lock(submitting);
        submit(Lane::urgent, kQueue, "urgent");
      }
    } else {
      urgent_before_the_last_other = urgent_runs.load();
      ++other_runs;
    }
    return StepResult{};
  });
  for (int i = 0; i < kUrgent; ++i) submit(Lane::urgent, kQueue, "urgent");
  for (int i = 0; i < kOthers; ++i) {
    submit(Lane::background);
    submit(Lane::normal);
  }
  const auto worker = this->worker(handler, {}, 4);
  EXPECT_TRUE(eventually([&] { return other_runs == 2 * kOthers; }, std::chrono::minutes(1)))
      << urgent_runs << " urgent ones ran beside " << other_runs << " others";
  enough = true;
  EXPECT_GT(urgent_before_the_last_other, 2 * kOthers) << "urgent went first";
  EXPECT_TRUE(eventually([&] { return database_.value("SELECT count(*) FROM task WHERE state <> 'succeeded'") == "0"; }));
}

}  // namespace
}  // namespace argosy::runtime
