// What agents know between two rounds goes when nobody can go on with it any more, and not before.
#include <fmt/format.h>

#include "common/store/blobs.h"
#include "common/store/dead_letters.h"
#include "common/store/scheduling.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

class ServedStates : public StoreTest {
 protected:
  // An agent's step that has kept something and runs.
  ClaimedStep knows(const TaskId& id, std::int16_t step) {
    auto held = claim_one(coder, Queue::codegen, {id, step});
    const auto bytes = fmt::format("state of {}", step);
    must(keep_state(*db, {.task = id, .step = step, .attempt = 1, .kind = "agent_state", .name = "s", .sha256 = crypto::sha256_hex(bytes)},
                    held.lease_epoch, bytes, 1 << 20));
    return held;
  }
  // It wants something run: 101 runs, 102 goes on (or gives up); the other numbers likewise.
  void leaves(const ClaimedStep& held, const std::string& kind) {
    auto left = finished(held);
    left.detour = {new_step(-1, Queue::testing), new_step(-2, Queue::codegen, {-1})};
    left.detour[1].kind = kind;
    must(finish(*db, coder, {left}));
  }
  void ran(const TaskId& id, std::int16_t step) { must(finish(*db, tester, {finished(claim_one(tester, Queue::testing, {id, step}))})); }
  bool kept(const TaskId& id, std::int16_t step) { return must(newest_blob(*db, {id, step}, "agent_state")).has_value(); }
  void sweep() { must(expire_states(*db)); }

  WorkerId coder = worker(Queue::codegen), tester = worker(Queue::testing);
};

TEST_F(ServedStates, OfAStepGoWhenWhoGoesOnForItKnowsMore) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(200, Queue::git, {100})});
  leaves(knows(id, 100), "agent");
  const auto first = std::int16_t{201}, second = std::int16_t{202};
  ran(id, first);
  sweep();
  EXPECT_TRUE(kept(id, 100)) << "the next step begins with it";
  const auto next = knows(id, second);
  sweep();
  EXPECT_FALSE(kept(id, 100));
  EXPECT_TRUE(kept(id, second)) << "it runs";
  must(finish(*db, coder, {finished(next)}));
  sweep();
  EXPECT_FALSE(kept(id, second)) << "its step has come to its end";
}

TEST_F(ServedStates, OfAnAgentThatGaveUpStayForARedriveUntilWhoGoesOnKnowsMore) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(200, Queue::git, {100})});
  leaves(knows(id, 100), "give_up");
  ran(id, 201);
  must(finish(*db, coder, {finished(claim_one(coder, Queue::codegen, {id, 202}), Outcome::failed)}));
  ASSERT_EQ(task_state(id), "failed");
  sweep();
  EXPECT_TRUE(kept(id, 100));
  must(redrive(*db, Uuid::v4(), kDefaultOrg, "ann", {{id, 202}}));
  auto goes_on = finished(claim_one(coder, Queue::codegen, {id, 202}));
  goes_on.detour = {new_step(-1, Queue::codegen)};
  must(finish(*db, coder, {goes_on}));
  sweep();
  EXPECT_TRUE(kept(id, 100)) << "203 begins with it";
  knows(id, 203);
  sweep();
  EXPECT_FALSE(kept(id, 100));
  EXPECT_TRUE(kept(id, 203));
}

TEST_F(ServedStates, OfATaskThatIsOverGoAllAndThoseOfAnotherStay) {
  const TaskId over = planned({new_step(100, Queue::codegen)}), open = planned({new_step(100, Queue::codegen)});
  knows(over, 100);
  knows(open, 100);
  must(cancel(*db, kDefaultOrg, over, "ann"));
  sweep();
  EXPECT_FALSE(kept(over, 100));
  EXPECT_TRUE(kept(open, 100));
}

}  // namespace
}  // namespace argosy::store
