// How many steps of an organisation run at once.
#include "common/store/limits.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <barrier>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using ::testing::IsEmpty;

constexpr std::int64_t kWide = 100'000;

class Limits : public StoreTest {
 protected:
  WorkerId planner = worker(Queue::planning);

  OrgId organisation() {
    const OrgId org{Uuid::v4()};
    database.query(fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'x')", org.to_string()));
    return org;
  }
  std::vector<StepRef> submit_many(const OrgId& org, int count) {
    std::vector<NewTask> wanted;
    for (int i = 0; i < count; ++i) {
      wanted.push_back(task());
      wanted.back().org = org;
    }
    std::vector<StepRef> refs;
    for (const auto& answer : must(submit(*db, wanted))) refs.push_back({answer.id, 0});
    return refs;
  }
  void limit(const OrgId& org, std::optional<std::int64_t> most, std::optional<Queue> queue = std::nullopt) {
    must(set_org_limit(*db, org, queue, most));
  }
  std::size_t claimed(const std::vector<StepRef>& refs) { return claim_all(planner, Queue::planning, refs).size(); }
  std::string count(const std::string& where) { return database.value("SELECT count(*) FROM step WHERE " + where); }
};

TEST_F(Limits, WhatIsOverTheLimitIsParkedAndNotAnnouncedWhileItIsFull) {
  limit(kDefaultOrg, 2);
  const auto refs = submit_many(kDefaultOrg, 5);
  const auto running = claim_all(planner, Queue::planning, refs);
  ASSERT_EQ(running.size(), 2u);
  EXPECT_EQ(count("held"), "3");
  // Nothing spins: full is full, however often somebody looks.
  for (int pass = 0; pass < 3; ++pass) EXPECT_THAT(must(release(*db, kWide)).ready, IsEmpty());

  must(finish(*db, planner, {finished(running[0])}));
  const auto next = must(release(*db, kWide)).ready;
  ASSERT_EQ(next.size(), 1u);
  EXPECT_THAT(must(release(*db, kWide)).ready, IsEmpty());  // the one that is announced takes the room
  EXPECT_EQ(claimed({next[0].ref}), 1u);
  EXPECT_EQ(count("held"), "2");
  EXPECT_EQ(count("state = 'running'"), "2");
}

TEST_F(Limits, NewStepsOfAFullOrganisationAreNotAnnounced) {
  limit(kDefaultOrg, 1);
  claimed(submit_many(kDefaultOrg, 2));
  must(release(*db, kWide));  // it sees what was parked, and says so
  submit_many(kDefaultOrg, 1);
  EXPECT_EQ(count("held"), "2");
}

TEST_F(Limits, OfOneOrganisationDoNotTouchAnother) {
  const OrgId other = organisation();
  limit(kDefaultOrg, 1);
  auto refs = submit_many(kDefaultOrg, 3);
  const auto others = submit_many(other, 3);
  refs.insert(refs.end(), others.begin(), others.end());
  EXPECT_EQ(claimed(refs), 4u);
}

TEST_F(Limits, OfAQueueAndOfAllQueuesHoldTogether) {
  limit(kDefaultOrg, 3);
  limit(kDefaultOrg, 1, Queue::codegen);
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(102, Queue::testing),
                             new_step(103, Queue::testing), new_step(104, Queue::testing)});
  EXPECT_EQ(claim_all(worker(Queue::codegen), Queue::codegen, {{id, 100}, {id, 101}}).size(), 1u);
  EXPECT_EQ(claim_all(worker(Queue::testing), Queue::testing, {{id, 102}, {id, 103}, {id, 104}}).size(), 2u);
}

TEST_F(Limits, OfEverybodyHoldUntilAnOrganisationHasItsOwn) {
  const OrgId lifted = organisation(), own = organisation();
  limit(OrgId{}, 1);
  limit(lifted, 0);
  limit(own, 2);
  EXPECT_EQ(claimed(submit_many(kDefaultOrg, 3)), 1u);
  EXPECT_EQ(claimed(submit_many(lifted, 3)), 3u);
  EXPECT_EQ(claimed(submit_many(own, 3)), 2u);
  limit(own, std::nullopt);
  EXPECT_EQ(claimed(submit_many(own, 1)), 0u);
}

TEST_F(Limits, CountWhatRanBeforeTheyWereSet) {
  EXPECT_EQ(claimed(submit_many(kDefaultOrg, 2)), 2u);
  limit(kDefaultOrg, 2);
  EXPECT_EQ(claimed(submit_many(kDefaultOrg, 1)), 0u);
  const auto all = must(list_org_limits(*db));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].max_running, 2);
  EXPECT_EQ(all[0].running, 2);
}

TEST_F(Limits, AClaimThatIsRepeatedKeepsWhatItHas) {
  limit(kDefaultOrg, 1);
  const auto refs = submit_many(kDefaultOrg, 1);
  const std::vector<ClaimRequest> wanted{{refs[0], Uuid::v4()}};
  const auto first = must(claim(*db, planner, Queue::planning, wanted, true));
  const auto again = must(claim(*db, planner, Queue::planning, wanted, true));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].lease_epoch, first[0].lease_epoch);
}

TEST_F(Limits, AStepThatIsHandedBackFreesItsPlace) {
  limit(kDefaultOrg, 1);
  const auto refs = submit_many(kDefaultOrg, 2);
  const auto first = claim_all(planner, Queue::planning, refs);
  ASSERT_EQ(first.size(), 1u);
  must(finish(*db, planner, {finished(first[0], Outcome::handed_back)}));
  const StepRef other = first[0].ref == refs[0] ? refs[1] : refs[0];
  EXPECT_EQ(claimed({other}), 1u);
  EXPECT_EQ(database.value("SELECT count(*) FROM running_slot"), "1");
}

TEST_F(Limits, HoldWhoeverClaimsAtTheSameTime) {
  constexpr int kWorkers = 4, kSteps = 24;
  const OrgId other = organisation();
  limit(kDefaultOrg, 5);
  limit(other, 3);
  auto mine = submit_many(kDefaultOrg, kSteps), theirs = submit_many(other, kSteps);
  auto pool = database.open(kWorkers);
  std::vector<WorkerId> workers;
  for (int i = 0; i < kWorkers; ++i) workers.push_back(worker(Queue::planning));
  std::barrier together(kWorkers);
  {
    std::vector<std::jthread> claimers;
    for (int i = 0; i < kWorkers; ++i)
      claimers.emplace_back([&, i] {
        for (int round = 0; round < 3; ++round) {
          std::vector<ClaimRequest> wanted;
          // Each takes others first, of both organisations, so that they meet half-way.
          for (int k = 0; k < kSteps; ++k) {
            const auto place = static_cast<std::size_t>((k * (i % 2 == 0 ? 1 : kSteps - 1) + i * 5) % kSteps);
            wanted.push_back({mine[place], Uuid::v4()});
            wanted.push_back({theirs[place], Uuid::v4()});
          }
          together.arrive_and_wait();
          must(claim(*pool, workers[static_cast<std::size_t>(i)], Queue::planning, wanted, true));
        }
      });
  }
  EXPECT_EQ(count(fmt::format("state = 'running' AND org_id = '{}'", kDefaultOrg.to_string())), "5");
  EXPECT_EQ(count(fmt::format("state = 'running' AND org_id = '{}'", other.to_string())), "3");
}

}  // namespace
}  // namespace argosy::store
