// Erasing one person: nothing in any row names them afterwards, nothing of others goes, sums and counts stand, and a kill half-way costs
// another call.
#include "common/store/people/erasure.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "common/core/subprocess.h"
#include "common/store/blobs.h"
#include "common/store/flags/feature_flags.h"
#include "common/store/models/agents.h"
#include "common/store/models/answer_cache.h"
#include "common/store/models/exchanges.h"
#include "common/store/spending.h"
#include "common/store/steering.h"
#include "tests/integration/store/fixture.h"
#include "tests/support/process.h"

namespace argosy::store {
namespace {

using tasks::Queue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kWho = "quintilia";  // no word of the schema

class ErasedPerson : public StoreTest {
 protected:
  WorkerId planner = worker(Queue::planning), coder = worker(Queue::codegen);

  NewTask of(const std::string& who) {
    NewTask wanted = task("key-of-" + who + std::to_string(++made_), who);
    wanted.created_by = who;
    wanted.request = fmt::format(R"({{"prompt":"{} wants this"}})", who);
    wanted.context = fmt::format(R"({{"prompt":"{} wants this"}})", who);
    wanted.response = fmt::format(R"({{"of":"{}"}})", who);
    return wanted;
  }
  TaskId open(const std::string& who) {
    auto step = new_step(100, Queue::codegen);
    step.title = step.payload = fmt::format(R"("{} wants it")", who);
    return planned({step}, of(who));
  }
  void spend(const TaskId& id, const std::string& who, NanoUsd money) {
    const auto call = Uuid::v4().to_string();
    const std::vector<Reservation> wanted{{.call = call, .org = kDefaultOrg, .user = who, .step = {id, 100}, .money = money, .tokens = 10}};
    for (const auto& one : must(reserve_spending(*db, wanted))) ASSERT_TRUE(one);
    if (money == 0) return;  // held
    const std::vector<Settlement> spent{{.call = call, .money = money, .tokens = 10}};
    for (const auto& one : must(settle_spending(*db, spent))) ASSERT_TRUE(one);
  }
  // A step says all that a step can say, asks, is answered by `answers` and fails.
  void work(const TaskId& id, const std::string& who, const std::string& answers) {
    auto held = claim_one(coder, Queue::codegen, {id, 100});
    const std::string patch = "patch of " + who;
    must(put_blob(*db,
                  {.task = id, .step = 100, .attempt = 1, .kind = "patch", .name = who + ".patch", .sha256 = crypto::sha256_hex(patch)},
                  patch, 1 << 20));
    must(put_exchange(*db, {.id = Uuid::v7(made_), .step = {id, 100}, .source = "model", .fault = who}));
    must(record_delivery(*db, id, 100, "msg", 1, 500, who + " is not at home"));
    spend(id, who, 1'000);
    auto asked = finished(held, Outcome::asked);
    asked.question = tasks::Question{.name = "review", .type = "approval", .description = "May I, " + who + "?"};
    must(finish(*db, coder, {asked}));
    must(answer(*db, kDefaultOrg, id, {.step = 100, .name = "review", .verdict = tasks::Verdict::correct, .text = answers + " says so"},
                answers));
    must(constrain(*db, kDefaultOrg, id, {.avoid_files = {"b/*"}}, answers));
    must(pause(*db, kDefaultOrg, id, answers));
    must(resume(*db, kDefaultOrg, id, answers));
    held = claim_one(coder, Queue::codegen, {id, 100});
    auto end = finished(held, Outcome::failed);
    end.error = Error{.category = Category::code_logic, .code = "red", .message = who + "'s test", .hint = who, .details = who};
    must(finish(*db, coder, {end}));
  }
  TaskId ended(const std::string& who, const std::string& answers) {
    const TaskId id = open(who);
    work(id, who, answers);
    return id;
  }
  void keep_answer(const std::string& repository) {
    must(put_answer(*db,
                    {.place = {.org = kDefaultOrg, .repository = repository, .commit = "c", .kind = "plan", .around = crypto::sha256("a")},
                     .key = crypto::sha256(repository),
                     .answer = {.answer = fmt::format(R"("for {}")", kWho), .model = "m", .cost = 1},
                     .keep_ms = 3'600'000,
                     .max_entries = 10,
                     .max_bytes = 1 << 20}));
  }
  void agent_and_sandbox(const std::string& who) {
    must(put_agent(*db, kDefaultOrg, "agent-" + std::to_string(++made_), kAnyVersion, "{}", who));
    database.query(
        fmt::format("INSERT INTO sandbox (org_id, sandbox_id, worker_id, repository_id, class, limits, created_by, idempotency_key, "
                    "created_at, last_used_at, removed_at, reason) VALUES ('{0}', gen_random_uuid(), gen_random_uuid(), 'org/name', "
                    "'bwrap', '{{}}', '{1}', '{1}', now(), now(), now(), 'deleted')",
                    kDefaultOrg.to_string(), who));
  }
  // Tables in any of whose rows, in any of whose columns, the text stands.
  std::vector<std::string> tables_with(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& table :
         database.query("SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN "
                        "('r', 'p') AND NOT c.relispartition ORDER BY 1"))
      if (database.value(fmt::format("SELECT count(*) FROM {} x WHERE x::text ILIKE '%{}%'", table[0], text)) != "0")
        found.push_back(table[0]);
    return found;
  }
  Erasure erase(const std::string& who = kWho, int batch = kErasureBatch) {
    return must(erase_person(*db, {.org = kDefaultOrg, .name = who}, batch));
  }
  std::string count(const std::string& from) { return database.value("SELECT count(*) FROM " + from); }
  Completed argosy(std::vector<std::string> words, const std::string& failpoints = {}) {
    Command command{.argv = std::move(words), .env = test::clean_environment()};
    command.argv.insert(command.argv.begin(), {ARGOSY_BINARY_DIR "/bin/argosy", "erase"});
    command.env["ARGOSY_POSTGRES_URL"] = database.url();
    if (!failpoints.empty()) command.env["ARGOSY_FAILPOINTS_SPEC"] = failpoints;
    return must(run(command));
  }

 private:
  int made_ = 0;
};

TEST_F(ErasedPerson, IsNamedInNoRowOfAnyTable) {
  must(set_budget(*db, {.scope = BudgetScope::user, .org = kDefaultOrg, .who = kWho, .max_money = 1'000'000'000}));
  const TaskId own = ended(kWho, kWho), other = ended("ann", kWho);
  agent_and_sandbox(kWho);
  keep_answer("org/name");
  ASSERT_GE(tables_with(kWho).size(), 15u) << "the tables that are filled here";
  const auto gone = erase();
  EXPECT_THAT(tables_with(kWho), ElementsAre());
  EXPECT_EQ(gone.tasks, 1);
  EXPECT_EQ(gone.artifacts, 1);
  EXPECT_EQ(gone.tasks_of_others, 1);
  EXPECT_EQ(gone.cached_answers, 1);
  EXPECT_EQ(gone.sandboxes, 1);
  EXPECT_EQ(gone.agents, 1);
  EXPECT_EQ(gone.budgets, 2) << "the cap and what was used of it";
  EXPECT_EQ(must(get_task(*db, kDefaultOrg, own)), std::nullopt);
  EXPECT_TRUE(must(get_task(*db, kDefaultOrg, other)));
  const auto again = erase();
  EXPECT_EQ(again.tasks + again.tasks_of_others + again.agents + again.budgets + again.sandboxes, 0);
}

TEST_F(ErasedPerson, LeavesWhatIsOthersAsItWas) {
  ended(kWho, "ann");
  ended("ann", "bob");
  agent_and_sandbox("ann");
  keep_answer("org/other");
  const auto rows = [&] {
    std::string all;
    for (const auto* table :
         {"task", "task_spec", "step", "step_spec", "attempt", "checkpoint", "event", "task_constraint", "model_exchange", "blob_link",
          "delivery", "agent", "sandbox", "idempotency_key", "task_error", "dead_letter", "answer_cache"}) {
      const std::string mine = fmt::format("x.task_id NOT IN (SELECT task_id FROM task_spec WHERE created_by = '{}')", kWho);
      const bool of_task =
          std::string_view(table) != "agent" && std::string_view(table) != "sandbox" && std::string_view(table) != "answer_cache";
      all += database.value(
          fmt::format("SELECT coalesce(string_agg(x::text, '|' ORDER BY x::text), '') FROM {} x WHERE {}", table, of_task ? mine : "true"));
    }
    return all;
  };
  // The row of the task that went stays, and is theirs no more.
  const auto before = rows();
  const auto kept = database.value(fmt::format("SELECT t::text FROM task t JOIN task_spec USING (task_id) WHERE created_by = '{}'", kWho));
  erase();
  auto after = rows();
  for (const auto& with_sign : {kept + "|", "|" + kept}) {
    const auto at = after.find(with_sign);
    if (at == std::string::npos) continue;
    after.erase(at, with_sign.size());
    break;
  }
  EXPECT_EQ(after, before);
  EXPECT_EQ(erase("nobody").tasks, 0);
}

TEST_F(ErasedPerson, SumsOfMoneyAndCountsOfTasksStand) {
  ended(kWho, "ann");
  ended("ann", "ann");
  const auto figures = [&] {
    return count("task") + " " + database.value("SELECT sum(nano) || ' ' || sum(tokens) || ' ' || count(*) FROM model_call") + " " +
           database.value("SELECT coalesce(sum(spent_nano), 0) FROM budget_use WHERE scope = 'task'");
  };
  const auto before = figures();
  erase();
  EXPECT_EQ(figures(), before);
  EXPECT_EQ(count(fmt::format("model_call WHERE who = '{}'", kErased)), "1");
  // And go with the task when its time is over.
  database.query(
      "UPDATE task SET created_at = created_at - interval '40 days', finished_at = finished_at - interval '40 days', "
      "settled_at = settled_at - interval '40 days'");
  database.query("SELECT forget_tasks(ARRAY(SELECT task_id FROM task))");
  EXPECT_EQ(count("model_call"), "0");
}

TEST_F(ErasedPerson, IsRefusedWhileTasksOfTheirsAreOpenAndNothingGoes) {
  const TaskId over = ended(kWho, "ann"), runs = open(kWho);
  const auto refused = erase_person(*db, {.org = kDefaultOrg, .name = kWho});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "person_is_active");
  EXPECT_TRUE(must(get_task(*db, kDefaultOrg, over)));
  EXPECT_THAT(must(look_for_person(*db, {.org = kDefaultOrg, .name = kWho})).open_tasks, ElementsAre(runs));
  must(cancel(*db, kDefaultOrg, runs, "gone"));
  EXPECT_EQ(erase().tasks, 2);
}

TEST_F(ErasedPerson, WaitsForCallsThatAreNotSettled) {
  const TaskId id = ended(kWho, "ann");
  spend(id, kWho, 0);
  EXPECT_THAT(must(look_for_person(*db, {.org = kDefaultOrg, .name = kWho})).open_tasks, ElementsAre(id));
  EXPECT_FALSE(erase_person(*db, {.org = kDefaultOrg, .name = kWho}));
}

TEST_F(ErasedPerson, OpenTasksOfOthersKeepTheNameUntilTheyAreOver) {
  const TaskId id = open("ann");
  must(pause(*db, kDefaultOrg, id, kWho));
  EXPECT_THAT(erase().open_tasks_of_others, ElementsAre(id));
  EXPECT_THAT(tables_with(kWho), ElementsAre("event"));
  must(cancel(*db, kDefaultOrg, id, "gone"));
  EXPECT_EQ(erase().tasks_of_others, 1);
  EXPECT_THAT(tables_with(kWho), ElementsAre());
}

TEST_F(ErasedPerson, RecordsOfOperatorsGoOnlyWhenAskedFor) {
  must(set_feature_flag(*db, "semantic_answers", OrgId{}, 10, kWho, "roll-out"));
  EXPECT_EQ(erase().operator_records, 0);
  EXPECT_THAT(tables_with(kWho), ElementsAre("feature_flag", "feature_flag_change"));
  EXPECT_EQ(must(erase_person(*db, {.org = kDefaultOrg, .name = kWho, .records_of_operators = true})).operator_records, 2);
  EXPECT_THAT(tables_with(kWho), ElementsAre());
}

TEST_F(ErasedPerson, ADryRunCountsAndChangesNothing) {
  ended(kWho, kWho);
  ended("ann", kWho);
  const auto before = tables_with(kWho);
  const auto told = argosy({"person", kWho, "--dry-run"});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("would go:"));
  EXPECT_EQ(tables_with(kWho), before);
}

TEST_F(ErasedPerson, AKillBetweenTwoBatchesIsMadeGoodByTheNextCall) {
  for (int i = 0; i < 2; ++i) ended(kWho, kWho);
  agent_and_sandbox(kWho);
  // More than a batch.
  database.query(fmt::format(R"(
    WITH made AS (
      INSERT INTO task (task_id, org_id, created_at, finished_at, settled_at, last_seq, state, lane, known_steps, open_steps, end_steps)
      SELECT gen_random_uuid(), '{0}', now(), now(), now(), 1, 'cancelled', 1, 1, 0, 0 FROM generate_series(1, {1}) RETURNING task_id)
    INSERT INTO task_spec (task_id, org_id, repository_id, kind, context, request, traceparent, created_by)
    SELECT m.task_id, '{0}', 'org/name', 'k', '{{}}', '{{}}', '', '{2}' FROM made m)",
                             kDefaultOrg.to_string(), kErasureBatch, kWho));
  const auto killed = argosy({"person", kWho}, "erase_tasks.after=kill");
  EXPECT_EQ(killed.exit_code, 137);
  const auto left = std::stoi(count(fmt::format("task_spec WHERE created_by = '{}'", kWho)));
  EXPECT_GT(left, 0);
  EXPECT_LT(left, kErasureBatch + 2);
  EXPECT_EQ(argosy({"person", kWho}, "erase_rows.before=kill").exit_code, 137);
  EXPECT_THAT(tables_with(kWho), ElementsAre("agent", "sandbox"));
  const auto told = argosy({"person", kWho});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("erased:"));
  EXPECT_THAT(tables_with(kWho), ElementsAre());
}

// A migration that adds such a column has to say what becomes of it.
TEST_F(ErasedPerson, EveryColumnThatNamesAUserIsKnown) {
  const std::vector<std::string> known{"agent.changed_by",        "agent.owner",
                                       "budget_cap.who",          "budget_use.who",
                                       "feature_flag.changed_by", "feature_flag_change.changed_by",
                                       "quarantine.ended_by",     "sandbox.created_by",
                                       "task_spec.created_by"};
  const auto columns = database.query(
      "SELECT c.relname || '.' || a.attname, EXISTS (SELECT FROM person_columns() p WHERE p.of_table = c.relname AND p.named = a.attname)"
      "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'text'::regtype AND a.attname ~ '(_by|owner|who|user)$'"
      " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition");
  EXPECT_GT(columns.size(), known.size());
  for (const auto& column : columns)
    EXPECT_NE(column[1] == "t", std::ranges::find(known, column[0]) != known.end()) << column[0] << " is not erased, or twice";
}

}  // namespace
}  // namespace argosy::store
