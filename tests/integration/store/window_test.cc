// How much of what is ready is told, to whom first, and again when the hint was lost. Times are moved by hand.
#include <fmt/format.h>

#include <map>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Lane;
using tasks::Queue;

constexpr std::int64_t kWide = 100'000;

class Window : public StoreTest {
 protected:
  OrgId organisation() {
    const OrgId org{Uuid::v4()};
    database.query(fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'x')", org.to_string()));
    return org;
  }
  // The steps that were announced.
  std::vector<StepRef> submit_many(const OrgId& org, int count) {
    std::vector<NewTask> wanted;
    for (int i = 0; i < count; ++i) {
      wanted.push_back(task());
      wanted.back().org = org;
    }
    std::vector<StepRef> announced;
    for (const auto& answer : must(submit(*db, wanted)))
      for (const auto& step : answer.ready) announced.push_back(step.ref);
    return announced;
  }
  std::map<OrgId, int> by_organisation(const std::vector<tasks::ReadyStep>& steps) {
    std::map<OrgId, int> counts;
    for (const auto& step : steps) ++counts[*OrgId::parse(step_column(step.ref, "org_id"))];
    return counts;
  }
  std::string held() { return database.value("SELECT count(*) FROM step WHERE held"); }
  std::string announced() { return database.value("SELECT count(*) FROM step WHERE state = 'ready' AND announced_at IS NOT NULL"); }
  void age(std::string_view by) {
    database.query(fmt::format("UPDATE step SET announced_at = announced_at - interval '{0}'", by));
    database.query(fmt::format("UPDATE lane_mark SET probed_at = probed_at - interval '{0}', floor_at = floor_at - interval '{0}'", by));
  }
};

TEST_F(Window, AQuietLaneAnnouncesAtOnce) {
  must(release(*db, kWide));
  EXPECT_EQ(submit_many(kDefaultOrg, 10).size(), 10u);
  EXPECT_EQ(held(), "0");
}

TEST_F(Window, WhatIsAboveTheWindowStaysInTheDatabaseAndLeavesAsItDrains) {
  EXPECT_EQ(submit_many(kDefaultOrg, 100).size(), 100u);  // nobody has counted yet
  must(release(*db, kWide));                              // 100 of 64: full
  EXPECT_TRUE(submit_many(kDefaultOrg, 50).empty());
  EXPECT_EQ(held(), "50");
  EXPECT_TRUE(must(release(*db, kWide)).ready.empty());

  const WorkerId planner = worker(Queue::planning);
  std::vector<StepRef> refs;
  for (const auto& row : database.query("SELECT task_id FROM step WHERE NOT held")) refs.push_back({*TaskId::parse(row[0]), 0});
  claim_all(planner, Queue::planning, refs);
  const Swept swept = must(release(*db, kWide));
  EXPECT_EQ(swept.ready.size(), 50u);
  EXPECT_EQ(swept.count, 50u);
  EXPECT_EQ(held(), "0");
  EXPECT_EQ(claim_all(planner, Queue::planning, {swept.ready[0].ref}).size(), 1u);
}

TEST_F(Window, TheWindowIsWhatIsClaimedInASecondAndAFifthOfItWhenOthersWait) {
  const WorkerId planner = worker(Queue::planning);
  const OrgId other = organisation();
  const auto window_after = [&](const std::vector<StepRef>& claimed) {
    claim_all(planner, Queue::planning, claimed);
    database.query("UPDATE lane_mark SET counted_at = clock_timestamp() - interval '0.5 s' WHERE queue = 1");
    must(release(*db, kWide));
    return std::stoi(database.value("SELECT lane_window FROM lane_mark WHERE queue = 1 AND lane = 1"));
  };
  must(release(*db, kWide));
  // 1,000 in half a second, or in a little more when the machine is busy.
  const int alone = window_after(submit_many(kDefaultOrg, 1000));
  EXPECT_GT(alone, 500);
  EXPECT_LE(alone, 2000);

  const auto more = submit_many(kDefaultOrg, 1000);
  submit_many(kDefaultOrg, 1);
  submit_many(other, 1);
  const int shared = window_after(more);
  EXPECT_GE(shared, 64);
  EXPECT_LE(shared, 800);  // those of before count once more when they were announced less than half a second ago
  EXPECT_EQ(database.value("SELECT lane_window FROM lane_mark WHERE queue = 2 AND lane = 1"), "64");
}

TEST_F(Window, OneOrganisationsBacklogDoesNotKeepAnotherWaiting) {
  const OrgId small = organisation();
  submit_many(kDefaultOrg, 64);
  must(release(*db, kWide));
  submit_many(kDefaultOrg, 200);
  submit_many(small, 10);
  EXPECT_EQ(held(), "210");
  const WorkerId planner = worker(Queue::planning);
  std::vector<StepRef> refs;
  for (const auto& row : database.query("SELECT task_id FROM step WHERE NOT held")) refs.push_back({*TaskId::parse(row[0]), 0});
  claim_all(planner, Queue::planning, refs);
  auto counts = by_organisation(must(release(*db, kWide, 20)).ready);
  EXPECT_EQ(counts[small], 10);
  EXPECT_EQ(counts[kDefaultOrg], 10);
}

TEST_F(Window, TurnsGoAroundOverManyOrganisations) {
  std::vector<OrgId> orgs;
  for (int i = 0; i < 5; ++i) orgs.push_back(organisation());
  submit_many(kDefaultOrg, 64);
  must(release(*db, kWide));
  for (const OrgId& org : orgs) submit_many(org, 3);
  database.query("UPDATE step SET state = 'cancelled' WHERE NOT held");
  std::map<OrgId, int> served;
  for (int pass = 0; pass < 5; ++pass) {
    const auto ready = must(release(*db, kWide, 1)).ready;
    ASSERT_EQ(ready.size(), 1u);
    ++served[by_organisation(ready).begin()->first];
  }
  EXPECT_EQ(served.size(), 5u);  // each was served once before any was served twice
}

TEST_F(Window, WhoHasLessThanAFairShareIsToldThoughTheWindowIsFull) {
  const OrgId small = organisation();
  submit_many(kDefaultOrg, 100);  // nobody has counted yet: more than the window
  must(release(*db, kWide));
  EXPECT_TRUE(submit_many(kDefaultOrg, 50).empty());
  EXPECT_TRUE(submit_many(small, 10).empty());
  const auto counts = by_organisation(must(release(*db, kWide)).ready);
  EXPECT_EQ(counts, (std::map<OrgId, int>{{small, 10}}));
  EXPECT_EQ(held(), "50");
}

TEST_F(Window, WhatIsSharedInOneQueueIsTakenAsSharedInTheOthers) {
  const WorkerId planner = worker(Queue::planning);
  const auto window_with = [&](std::string_view shared_ago) {
    database.query(
        fmt::format("UPDATE lane_mark SET shared_at = clock_timestamp() - interval '{}' WHERE queue = 3 AND lane = 1", shared_ago));
    claim_all(planner, Queue::planning, submit_many(kDefaultOrg, 1000));
    database.query("UPDATE lane_mark SET counted_at = clock_timestamp() - interval '0.5 s', lane_window = 64 WHERE queue = 1");
    must(release(*db, kWide));
    return std::stoi(database.value("SELECT lane_window FROM lane_mark WHERE queue = 1 AND lane = 1"));
  };
  must(release(*db, kWide));
  EXPECT_GT(window_with("1 hour"), 500);
  EXPECT_LE(window_with("0 s"), 400);
}

TEST_F(Window, ALaneInWhichNobodyWaitsIsCountedOnlySoOften) {
  constexpr std::chrono::hours kSeldom{1};
  const auto counted = [&] { return database.value("SELECT announced FROM lane_mark WHERE queue = 1 AND lane = 1"); };
  submit_many(kDefaultOrg, 10);
  must(release(*db, kWide, 256, kSeldom));
  EXPECT_EQ(counted(), "10");
  submit_many(kDefaultOrg, 90);
  must(release(*db, kWide, 256, kSeldom));
  EXPECT_EQ(counted(), "10");
  EXPECT_EQ(submit_many(kDefaultOrg, 10).size(), 10u);
  must(release(*db, kWide));
  EXPECT_EQ(counted(), "110");
  // Full: from now on somebody waits, or would.
  EXPECT_TRUE(submit_many(kDefaultOrg, 5).empty());
  database.query("UPDATE step SET state = 'cancelled' WHERE NOT held");
  EXPECT_EQ(must(release(*db, kWide, 256, kSeldom)).ready.size(), 5u);
}

TEST_F(Window, AnOrganisationHasAWindowOfItsOwn) {
  const OrgId other = organisation();
  submit_many(kDefaultOrg, 20);
  must(release(*db, 20));
  EXPECT_TRUE(submit_many(kDefaultOrg, 5).empty());
  EXPECT_EQ(submit_many(other, 5).size(), 5u);
  EXPECT_TRUE(must(release(*db, 20)).ready.empty());
  database.query(
      fmt::format("UPDATE step SET state = 'cancelled' WHERE state = 'ready' AND NOT held AND org_id = '{}'", kDefaultOrg.to_string()));
  EXPECT_EQ(must(release(*db, 20)).ready.size(), 5u);
  must(release(*db, 20));
  EXPECT_EQ(submit_many(kDefaultOrg, 5).size(), 5u);
}

TEST_F(Window, AHeldBackStepCanBeClaimedAndIsReleasedNoMore) {
  submit_many(kDefaultOrg, 64);
  must(release(*db, kWide));
  submit_many(kDefaultOrg, 1);
  const TaskId id = *TaskId::parse(database.value("SELECT task_id FROM step WHERE held"));
  claim_one(worker(Queue::planning), Queue::planning, {id, 0});
  EXPECT_EQ(held(), "0");
  must(cancel(*db, kDefaultOrg, id, "tester"));
  EXPECT_TRUE(must(release(*db, kWide)).ready.empty());
}

TEST_F(Window, LanesDoNotShareTheirWindows) {
  submit_many(kDefaultOrg, 100);
  must(release(*db, kWide));
  NewTask urgent = task();
  urgent.lane = Lane::urgent;
  EXPECT_EQ(must(submit(*db, {urgent})).at(0).ready.size(), 1u);
}

TEST_F(Window, ALostHintIsProbedOnceASecondAndTheRestFollowsWhenTheProbeIsClaimed) {
  submit_many(kDefaultOrg, 10);
  must(release(*db, kWide));
  EXPECT_TRUE(must(reannounce(*db)).again.empty());  // a deep queue or a slow worker looks the same at first
  age("3 seconds");
  const Swept probe = must(reannounce(*db));
  ASSERT_EQ(probe.again.size(), 1u);
  EXPECT_TRUE(must(reannounce(*db)).again.empty());  // at most one a second

  const WorkerId planner = worker(Queue::planning);
  const ClaimedStep step = claim_one(planner, Queue::planning, probe.again[0].ref);
  must(renew(*db, {.worker = planner,
                   .queue = Queue::planning,
                   .host = "here",
                   .lease = std::chrono::hours{1},
                   .marks = {{Queue::planning, Lane::normal, step.announced_at_us}},
                   .held = {step.ref}}));
  EXPECT_EQ(must(reannounce(*db)).again.size(), 9u);  // overtaken
  EXPECT_TRUE(must(reannounce(*db)).again.empty());
}

TEST_F(Window, AnnouncingAgainBacksOff) {
  const auto refs = submit_many(kDefaultOrg, 1);
  for (const auto* seconds : {"2.1 seconds", "4.1 seconds", "8.1 seconds"}) {
    age("1.5 seconds");  // the pause between probes is over, the wait of this step is not
    EXPECT_TRUE(must(reannounce(*db)).again.empty()) << seconds;
    age(seconds);
    EXPECT_EQ(must(reannounce(*db)).again.size(), 1u) << seconds;
  }
  EXPECT_EQ(step_column(refs[0], "announces"), "3");
}

TEST_F(Window, TheFloorPassesNoAnnouncementThatIsNotVisibleYet) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::codegen, {100})});
  const WorkerId coder = worker(Queue::codegen);
  const ClaimedStep step = claim_one(coder, Queue::codegen, {id, 100});
  // A finish makes 102 ready and does not commit.
  testing::SqlSession slow = database.session();
  slow.query("BEGIN");
  slow.query(fmt::format(
      "SELECT * FROM finish_v3('{}', '{{{}}}', '{{100}}', '{{{}}}', '{{succeeded}}', '{{x}}', '{{NULL}}', '{{NULL}}', '{{NULL}}', "
      "'{{NULL}}', '{{NULL}}', '{{0}}', '{{1}}', '{{2}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', "
      "'{{}}', '{{}}', '{{}}', '{{}}', '{{}}')",
      coder.to_string(), id.to_string(), step.lease_epoch));
  // All that is visible is claimed, so that the floor would move to now.
  claim_one(coder, Queue::codegen, {id, 101});
  for (int pass = 0; pass < 3; ++pass) {
    must(release(*db, kWide));
    database.query("UPDATE announce_memory SET pending_at = pending_at - interval '1 second' WHERE pending_at > settled_at");
  }
  slow.query("COMMIT");
  age("3 seconds");
  const auto again = must(reannounce(*db)).again;
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].ref, (StepRef{id, 102}));
}

TEST_F(Window, TheFloorMovesOnOverWhatWasClaimed) {
  const auto refs = submit_many(kDefaultOrg, 20);
  claim_all(worker(Queue::planning), Queue::planning, refs);
  // Not before every transaction has ended that is older than the claim, those of other databases of the cluster included.
  EXPECT_TRUE(testing::eventually([&] {
    must(release(*db, kWide));
    database.query("UPDATE announce_memory SET pending_at = pending_at - interval '1 second'");
    return database.value("SELECT floor_at > '-infinity' FROM lane_mark WHERE queue = 1 AND lane = 1") == "t";
  }));
}

}  // namespace
}  // namespace argosy::store
