// What a task made in which a security matter was found is given to nobody and lost to nobody, until an operator decides.
#include "common/store/quarantine.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/store/blobs.h"
#include "common/store/scheduling.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixMillis kDay = 86'400'000;

class InQuarantine : public StoreTest {
 protected:
  std::string put(const TaskId& id, const std::string& kind, const std::string& bytes) {
    const auto sha = crypto::sha256_hex(bytes);
    must(put_blob(*db, {.task = id, .step = 100, .attempt = 1, .kind = kind, .name = kind, .sha256 = sha}, bytes, 1 << 20));
    return sha;
  }
  // Its step 100 makes a patch and a log, and then fails so.
  TaskId failed(Category category, std::optional<NewTask> wanted = {}) {
    const TaskId id = planned({new_step(100, Queue::codegen), new_step(200, Queue::git, {100})}, wanted ? *wanted : task());
    const auto held = claim_one(coder, Queue::codegen, {id, 100});
    patch = put(id, "patch", "the patch");
    log = put(id, "log", "the log");
    auto end = finished(held, Outcome::failed);
    end.error = Error{.category = category, .code = "secret_in_diff", .message = "a key in a.py", .hint = "look"};
    must(finish(*db, coder, {end}));
    return id;
  }
  std::string why_not(const TaskId& id, const std::string& sha) {
    const auto bytes = get_blob(*db, id, sha);
    return bytes ? bytes->value_or("none") : bytes.error().code;
  }

  WorkerId coder = worker(Queue::codegen);
  std::string patch, log;
};

TEST_F(InQuarantine, IsWhatATaskMadeThatASecurityMatterEnded) {
  const TaskId id = failed(Category::security);
  EXPECT_EQ(why_not(id, patch), "artifact_quarantined");
  EXPECT_EQ(why_not(id, log), "the log");
  EXPECT_EQ(must(get_blob(*db, id, patch, Quarantined::give)), "the patch");
  for (const auto& link : must(list_blobs(*db, id))) EXPECT_EQ(link.quarantined, link.kind == "patch") << link.kind;
  const auto all = must(list_quarantines(*db, false));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].step, (StepRef{id, 100}));
  EXPECT_EQ(all[0].code, "secret_in_diff");
  EXPECT_EQ(all[0].artifacts, 1);
  EXPECT_EQ(all[0].outcome, "");
  EXPECT_EQ(must(count_quarantined(*db)), 1);
}

TEST_F(InQuarantine, IsNothingThatOtherEndsOrOtherTasksMade) {
  const TaskId bad = failed(Category::security), other = failed(Category::needs_user);
  EXPECT_EQ(why_not(other, patch), "the patch") << "the same bytes, of a task that is none of it";
  EXPECT_EQ(why_not(bad, patch), "artifact_quarantined");
  EXPECT_THAT(must(list_quarantines(*db, true)), SizeIs(1));
}

TEST_F(InQuarantine, AReleaseGivesItBackOnce) {
  const TaskId id = failed(Category::security);
  EXPECT_EQ(must(end_quarantine(*db, id, QuarantineEnd::release, "ann")), 1);
  EXPECT_EQ(must(end_quarantine(*db, id, QuarantineEnd::release, "bob")), std::nullopt);
  EXPECT_EQ(why_not(id, patch), "the patch");
  EXPECT_THAT(must(list_quarantines(*db, false)), IsEmpty());
  EXPECT_EQ(must(count_quarantined(*db)), 0);
  const auto all = must(list_quarantines(*db, true));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].outcome, "released");
  EXPECT_EQ(all[0].ended_by, "ann");
}

TEST_F(InQuarantine, APurgeRemovesTheBytesButNotThoseOfOthers) {
  const TaskId id = failed(Category::security);
  const auto own = put(id, "report", "only here");
  const TaskId other = failed(Category::needs_user);
  database.query("UPDATE blob_chunk SET kept_at = kept_at - interval '2 minutes'");  // what is fresh somebody may be about to link
  EXPECT_EQ(must(end_quarantine(*db, id, QuarantineEnd::purge, "ann")), 2);
  EXPECT_EQ(why_not(id, patch), "none");
  EXPECT_EQ(why_not(id, log), "the log");
  EXPECT_EQ(why_not(other, patch), "the patch");
  EXPECT_EQ(database.value(fmt::format("SELECT count(*) FROM blob_chunk WHERE sha256 = '\\x{}'", own)), "0");
}

// What they are about to put would be kept back by nobody.
TEST_F(InQuarantine, IsNotEndedWhileStepsOfTheTaskRun) {
  const TaskId id = planned({new_step(100, Queue::codegen), new_step(101, Queue::codegen), new_step(200, Queue::git, {100, 101})});
  const auto held = claim_one(coder, Queue::codegen, {id, 100});
  const auto beside = claim_one(coder, Queue::codegen, {id, 101});
  const auto state = put(id, "agent_state", "what it knows");
  auto end = finished(held, Outcome::failed);
  end.error = Error{.category = Category::security, .code = "secret_in_diff", .message = "a key in a.py", .hint = "look"};
  must(finish(*db, coder, {end}));
  const auto refused = end_quarantine(*db, id, QuarantineEnd::purge, "ann");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "task_runs");
  must(finish(*db, coder, {finished(beside)}));
  must(expire_states(*db));
  EXPECT_TRUE(must(get_blob(*db, id, state, Quarantined::give))) << "evidence, too";
  EXPECT_EQ(must(end_quarantine(*db, id, QuarantineEnd::purge, "ann")), 1);
}

TEST_F(InQuarantine, RetentionPassesItOver) {
  NewTask old = task();
  old.id = TaskId{Uuid::v7(system_clock().unix_ms() - 40 * kDay)};
  const TaskId id = failed(Category::security, old);
  database.query("UPDATE task SET finished_at = finished_at - interval '40 days', settled_at = settled_at - interval '40 days'");
  const Retention keep{.task_days = 30, .artifact_days = 30};
  const auto is_kept = [&] {
    must(retire(*db, keep));
    return must(get_task(*db, kDefaultOrg, id)).has_value();
  };
  EXPECT_TRUE(is_kept());
  must(end_quarantine(*db, id, QuarantineEnd::release, "ann"));
  must(retire(*db, keep));  // the walk begins again
  EXPECT_FALSE(is_kept());
  EXPECT_THAT(must(list_quarantines(*db, true)), IsEmpty());
}

}  // namespace
}  // namespace argosy::store
