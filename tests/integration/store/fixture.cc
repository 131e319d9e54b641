#include "tests/integration/store/fixture.h"

#include <fmt/format.h>

namespace argosy::store {

using tasks::Queue;

tasks::NewStep plan_step() { return {.ordinal = 0, .queue = Queue::planning, .kind = "plan", .title = "plan", .payload = "{}"}; }

tasks::NewStep new_step(std::int16_t ordinal, Queue queue, std::vector<std::int16_t> depends_on, std::vector<std::int16_t> inputs) {
  return {.ordinal = ordinal,
          .queue = queue,
          .kind = "change",
          .title = fmt::format("step {}", ordinal),
          .payload = "{}",
          .depends_on = std::move(depends_on),
          .inputs = std::move(inputs)};
}

tasks::NewStep notify_step(std::int16_t ordinal) {
  return {.ordinal = ordinal, .queue = Queue::notifications, .kind = "notify", .title = "notify", .payload = "{}", .on_task_end = true};
}

FinishedStep finished(const ClaimedStep& step, Outcome outcome, std::vector<tasks::NewStep> added) {
  return {.ref = step.ref,
          .lease_epoch = step.lease_epoch,
          .outcome = outcome,
          .output = fmt::format("{{\"of\":{}}}", step.ref.ordinal),
          .added = std::move(added),
          .started_at = 1'000,
          .finished_at = 2'000};
}

FinishedStep failed(const ClaimedStep& step, std::string code) {
  FinishedStep result = finished(step, Outcome::failed);
  result.error = Error{.category = Category::code_logic, .code = std::move(code), .message = "two tests are red", .hint = "look at them"};
  return result;
}

namespace {

testing::TestDatabase& shared_database() {
  static testing::TestDatabase database;
  return database;
}

// As the migrations leave it.
constexpr const char* kEmpty = R"(
  DO $$
  DECLARE
    v_table text;
  BEGIN
    FOR v_table IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                      AND NOT c.relispartition AND c.relname NOT IN ('schema_migration', 'organisation', 'task_table') LOOP
      EXECUTE 'DELETE FROM ' || v_table;
    END LOOP;
  END $$;
  INSERT INTO lane_mark (queue, lane) SELECT q, l FROM generate_series(1, 5) q, generate_series(0, 2) l;
  INSERT INTO announce_memory DEFAULT VALUES;
  INSERT INTO rescue_memory DEFAULT VALUES;
  INSERT INTO retention_memory DEFAULT VALUES;
  INSERT INTO budget_cap (org_id, who, scope, period, max_nano) VALUES ('00000000-0000-0000-0000-000000000000', '', 'task', 'total', 5000000000);)";

}  // namespace

StoreTest::StoreTest() : StoreTest(shared_database()) {}

StoreTest::StoreTest(testing::TestDatabase& own) : database(own), db(database.open()) {
  database.query(kEmpty);
  database.query(fmt::format("INSERT INTO repository (org_id, repository_id, url) VALUES ('{}', 'org/name', 'file:///tmp/repo')",
                             kDefaultOrg.to_string()));
}

NewTask StoreTest::task(std::string key, std::string body) const {
  return {.id = TaskId{Uuid::v7(system_clock().unix_ms())},
          .org = kDefaultOrg,
          .repository_id = "org/name",
          .kind = "rename_symbol",
          .context = R"({"context":1})",
          .request = R"({"request":1})",
          .traceparent = "00-11111111111111111111111111111111-2222222222222222-01",
          .created_by = "tester",
          .steps = {plan_step()},
          .idempotency_key = std::move(key),
          .body_sha256 = crypto::sha256(body),
          .response = R"({"status":"queued"})"};
}

TaskId StoreTest::submit_one(NewTask task) {
  const auto answers = must(submit(*db, {task}));
  EXPECT_EQ(answers.at(0).kind, Submitted::Kind::created);
  return answers.at(0).id;
}

WorkerId StoreTest::worker(Queue queue, std::chrono::milliseconds lease) {
  const WorkerId id{Uuid::v4()};
  renew_as(id, queue, {}, lease);
  return id;
}

void StoreTest::renew_as(const WorkerId& worker, Queue queue, std::vector<StepRef> held, std::chrono::milliseconds lease) {
  must(renew(*db, {.worker = worker, .queue = queue, .host = "here", .slots = 4, .lease = lease, .held = std::move(held)}));
}

std::vector<ClaimedStep> StoreTest::claim_all(const WorkerId& worker, Queue queue, const std::vector<StepRef>& refs) {
  std::vector<ClaimRequest> wanted;
  for (const StepRef& ref : refs) wanted.push_back({ref, Uuid::v4()});
  return must(claim(*db, worker, queue, wanted, true));
}

ClaimedStep StoreTest::claim_one(const WorkerId& worker, Queue queue, const StepRef& ref) {
  auto claimed = claim_all(worker, queue, {ref});
  if (claimed.size() != 1) throw std::runtime_error("the step could not be claimed");
  return std::move(claimed.front());
}

TaskId StoreTest::planned(const std::vector<tasks::NewStep>& steps, NewTask task) {
  const TaskId id = submit_one(std::move(task));
  const WorkerId planner = worker(Queue::planning);
  const auto done = must(finish(*db, planner, {finished(claim_one(planner, Queue::planning, {id, 0}), Outcome::succeeded, steps)}));
  EXPECT_EQ(done.accepted.size(), 1u);
  return id;
}

std::string StoreTest::step_column(const StepRef& ref, const std::string& column) {
  return database.value(
      fmt::format("SELECT {} FROM step WHERE task_id = '{}' AND ordinal = {}", column, ref.task.to_string(), ref.ordinal));
}

std::string StoreTest::step_state(const StepRef& ref) { return step_column(ref, "state"); }

std::string StoreTest::task_state(const TaskId& task) {
  return database.value(fmt::format("SELECT state FROM task WHERE task_id = '{}'", task.to_string()));
}

void StoreTest::expect_seq_without_holes(const TaskId& task) {
  const auto rows = database.query(
      fmt::format("SELECT first_seq + n - 1 FROM event, generate_series(1, count) n WHERE task_id = '{}' ORDER BY 1", task.to_string()));
  std::int64_t expected = 0;
  for (const auto& row : rows) EXPECT_EQ(row[0], std::to_string(++expected));
  EXPECT_EQ(database.value(fmt::format("SELECT last_seq FROM task WHERE task_id = '{}'", task.to_string())), std::to_string(expected));
}

}  // namespace argosy::store
