// Rows of clients' sandboxes: limits hold under contention, and rows and workers agree whatever dies.
#include "common/store/sandboxes.h"

#include <thread>

#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using Kind = SandboxOpened::Kind;

class SandboxRows : public StoreTest {
 protected:
  static constexpr const char* kHost = "here";

  static SandboxWish wish(const std::string& kind = "") {
    return {.org = kDefaultOrg,
            .id = SandboxId{Uuid::v4()},
            .created_by = "someone",
            .repository_id = "org/library",
            .kind = kind,
            .limits = "{}",
            .body_sha256 = std::string(32, 'a')};
  }
  SandboxReport report(const WorkerId& worker, std::vector<SandboxId> held = {}) {
    return {.worker = worker, .keeper = {"127.0.0.1:9", "key"}, .kind = "bwrap", .room = 4, .held = std::move(held)};
  }
  WorkerId keeper() {
    const WorkerId id = worker(tasks::Queue::testing);
    database.query("UPDATE worker SET host = 'here'");
    must(keep_sandboxes(*db, report(id)));
    return id;
  }
  void kill(const WorkerId& worker) {
    database.query("UPDATE worker SET alive_until = clock_timestamp() - interval '1 second' WHERE worker_id = '" + worker.to_string() +
                   "'");
  }
  std::string reason(const SandboxId& id) { return must(get_sandbox(*db, kDefaultOrg, id))->reason; }
};

TEST_F(SandboxRows, AreNeverMoreThanAnOrganisationMayHave) {
  keeper();
  std::atomic<int> opened = 0, full = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 3; ++n) {
          const auto answer = must(open_sandbox(*db, wish(), 3, kHost));
          (answer.kind == Kind::opened ? opened : full) += 1;
        }
      });
  }
  EXPECT_EQ(opened, 3);
  EXPECT_EQ(full, 9);
}

TEST_F(SandboxRows, GoToTheWorkerThatKeepsFewest) {
  const WorkerId one = keeper(), other = keeper();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(must(open_sandbox(*db, wish(), 100, kHost)).kind, Kind::opened);
  for (const auto& worker : {one, other})
    EXPECT_EQ(database.value("SELECT count(*) FROM sandbox WHERE worker_id = '" + worker.to_string() + "'"), "4");
  EXPECT_EQ(must(open_sandbox(*db, wish(), 100, kHost)).kind, Kind::no_room);
  EXPECT_EQ(must(open_sandbox(*db, wish(), 100, "elsewhere")).kind, Kind::no_room);
}

TEST_F(SandboxRows, ACallInDoubtIsRepeatedAndOpensOne) {
  keeper();
  const auto one = wish();
  const auto first = must(open_sandbox(*db, one, 1, kHost)), again = must(open_sandbox(*db, one, 1, kHost));
  EXPECT_EQ(again.kind, Kind::opened);
  EXPECT_EQ(again.keeper.address, first.keeper.address);
  EXPECT_EQ(again.keeper.key, "key");
}

TEST_F(SandboxRows, AnotherClassIsNeverTakenInstead) {
  keeper();
  const auto refused = must(open_sandbox(*db, wish("gvisor"), 1, kHost));
  EXPECT_EQ(refused.kind, Kind::class_refused);
  EXPECT_EQ(refused.classes, "bwrap");
  database.query("UPDATE worker SET sandbox_class = 'none'");
  EXPECT_EQ(must(open_sandbox(*db, wish(), 1, kHost)).kind, Kind::class_refused);  // no isolation has to be asked for by its name
  EXPECT_EQ(must(open_sandbox(*db, wish("none"), 1, kHost)).kind, Kind::opened);
}

TEST_F(SandboxRows, OfADeadWorkerAreGoneAtOnceAndMakeRoom) {
  const WorkerId dying = keeper();
  const auto one = wish();
  must(open_sandbox(*db, one, 1, kHost));
  must(sandbox_is_ready(*db, kDefaultOrg, one.id, "c0ffee", "{}"));
  kill(dying);
  EXPECT_EQ(reason(one.id), "worker_lost");  // although nobody has written it yet
  EXPECT_TRUE(must(list_sandboxes(*db, kDefaultOrg)).empty());
  EXPECT_EQ(must(open_sandbox(*db, wish(), 1, kHost)).kind, Kind::no_worker);
  keeper();
  EXPECT_EQ(must(open_sandbox(*db, wish(), 1, kHost)).kind, Kind::opened);
  // It was only frozen: it hears that what it holds is nobody's.
  EXPECT_EQ(must(keep_sandboxes(*db, report(dying, {one.id}))), std::vector{one.id});
}

TEST_F(SandboxRows, AndWorkersAgreeAfterAReport) {
  const WorkerId worker = keeper();
  const auto kept = wish(), idle = wish(), forgotten = wish(), young = wish();
  for (const auto& one : {kept, idle, forgotten, young}) must(open_sandbox(*db, one, 9, kHost));
  database.query("UPDATE sandbox SET created_at = created_at - interval '1 hour' WHERE sandbox_id = '" + forgotten.id.to_string() + "'");
  auto said = report(worker, {kept.id});
  said.gone = {{idle.id, "idle"}};
  EXPECT_TRUE(must(keep_sandboxes(*db, said)).empty());
  EXPECT_EQ(reason(kept.id), "");
  EXPECT_EQ(reason(idle.id), "idle");
  EXPECT_EQ(reason(forgotten.id), "worker_lost");
  EXPECT_EQ(reason(young.id), "");  // its worker may not have heard of it yet
  must(remove_sandbox(*db, kDefaultOrg, kept.id, "deleted"));
  EXPECT_EQ(must(keep_sandboxes(*db, report(worker, {kept.id}))), std::vector{kept.id});
}

TEST_F(SandboxRows, AreKeptForADayAfterTheirEnd) {
  const WorkerId worker = keeper();
  const auto old = wish(), young = wish();
  for (const auto& one : {old, young}) {
    must(open_sandbox(*db, one, 9, kHost));
    must(remove_sandbox(*db, kDefaultOrg, one.id, "deleted"));
  }
  database.query("UPDATE sandbox SET removed_at = removed_at - interval '25 hours' WHERE sandbox_id = '" + old.id.to_string() + "'");
  must(keep_sandboxes(*db, report(worker)));
  EXPECT_FALSE(must(get_sandbox(*db, kDefaultOrg, old.id)));
  EXPECT_TRUE(must(get_sandbox(*db, kDefaultOrg, young.id)));
}

TEST_F(SandboxRows, AKeyIsFreeAgainOnlyWhenNothingWasMade) {
  keeper();
  auto one = wish(), again = wish();
  one.idempotency_key = again.idempotency_key = "key";
  must(open_sandbox(*db, one, 9, kHost));
  EXPECT_EQ(must(open_sandbox(*db, again, 9, kHost)).kind, Kind::in_progress);
  again.body_sha256 = std::string(32, 'b');
  EXPECT_EQ(must(open_sandbox(*db, again, 9, kHost)).kind, Kind::key_reused);
  again.body_sha256 = one.body_sha256;
  must(remove_sandbox(*db, kDefaultOrg, one.id, "not_made"));
  EXPECT_EQ(must(open_sandbox(*db, again, 9, kHost)).kind, Kind::opened);
  must(remove_sandbox(*db, kDefaultOrg, again.id, "deleted"));
  one.id = SandboxId{Uuid::v4()};
  const auto replayed = must(open_sandbox(*db, one, 9, kHost));
  EXPECT_EQ(replayed.kind, Kind::replayed);
  EXPECT_EQ(replayed.id, again.id);
}

}  // namespace
}  // namespace argosy::store
