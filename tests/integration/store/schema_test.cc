// The schema: every migration can be undone, and SQL, C++ and the moves agree on what is legal.
#include <fmt/format.h>

#include "common/store/migrations.h"
#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {
namespace {

using tasks::Queue;

// Everything that a migration can make, as text.
constexpr std::string_view kCatalog = R"(
  SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
    SELECT format('column %s.%s %s default %s null %s generated %s storage %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  pg_get_expr(d.adbin, d.adrelid), NOT a.attnotnull, a.attgenerated, a.attstorage) AS line
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('table %s %s %s', c.relname, c.relkind, c.reloptions) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
               WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE NOT tgisinternal
    UNION ALL SELECT format('function %s', pg_get_functiondef(p.oid)) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('type %s %s', t.typname, (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
                FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace) x)";

class Schema : public ::testing::Test {
 protected:
  testing::TestDatabase database{testing::TestDatabase::Schema::empty};
  std::unique_ptr<Database> db = database.open(1);
  std::string catalog() { return database.value(std::string(kCatalog)); }
};

TEST_F(Schema, EveryMigrationCanBeUndoneAndDoneAgain) {
  std::vector<std::string> after{must(migrate_down(*db, 0)) == 0 ? catalog() : ""};
  ASSERT_EQ(must(migrate_up(*db)), static_cast<int>(migrations().size()));
  const std::string full = catalog();
  // Downwards one by one; each step must lead to a schema from which the same full one is reached again.
  for (auto undone = migrations().rbegin(); undone != migrations().rend(); ++undone) {
    EXPECT_EQ(must(migrate_down(*db, undone->version - 1)), 1) << undone->name;
    EXPECT_NE(catalog(), full);
  }
  EXPECT_EQ(catalog(), after[0]);
  EXPECT_EQ(must(migrate_up(*db)), static_cast<int>(migrations().size()));
  EXPECT_EQ(catalog(), full);
  EXPECT_EQ(must(migrate_up(*db)), 0);
}

TEST_F(Schema, EachDownLeadsBackToExactlyWhatWasBefore) {
  std::vector<std::string> before;
  for (const Migration& migration : migrations()) {
    before.push_back(catalog());
    database.query(migration.up);
  }
  for (auto migration = migrations().rbegin(); migration != migrations().rend(); ++migration, before.pop_back()) {
    database.query(migration->down);
    EXPECT_EQ(catalog(), before.back()) << migration->name;
  }
}

TEST_F(Schema, AMigrationThatWasChangedAfterItRanIsRefused) {
  must(migrate_up(*db));
  EXPECT_EQ(db->problem(), std::nullopt);
  database.query("UPDATE schema_migration SET checksum = 'other' WHERE version = 2");
  const auto refused = migrate_up(*db);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "migration_changed");
  EXPECT_TRUE(must(migration_status(*db)).at(1).changed);
  EXPECT_FALSE(must(migration_status(*db)).at(0).changed);
}

TEST_F(Schema, TwoWhoMigrateAtOnceDoItOnce) {
  auto other = database.open(1);
  int first = 0, second = 0;
  {
    std::jthread one([&] { first = must(migrate_up(*db)); }), two([&] { second = must(migrate_up(*other)); });
  }
  EXPECT_EQ(first + second, static_cast<int>(migrations().size()));
}

// Who waits for a table makes everybody wait who comes after: a fleet that works would stand still for as long as one long reader likes.
TEST_F(Schema, AMigrationThatFindsATableTakenGivesUpAndSaysSo) {
  must(migrate_up(*db));
  auto reader = database.session();
  reader.query("BEGIN");
  reader.query("LOCK TABLE code_index IN ACCESS SHARE MODE");
  const auto blocked = migrate_down(*db, 0);
  ASSERT_FALSE(blocked.has_value());
  EXPECT_EQ(blocked.error().code, "migration_blocked");
  EXPECT_EQ(blocked.error().category, Category::transient);
  EXPECT_EQ(database.value("SELECT to_regclass('code_index') IS NOT NULL"), "t");
  reader.query("ROLLBACK");
  EXPECT_GT(must(migrate_down(*db, 0)), 0);
}

TEST_F(Schema, WithoutItsMigrationsADatabaseSaysWhatToDo) {
  const auto problem = db->problem();
  ASSERT_TRUE(problem.has_value());
  EXPECT_NE(problem->find("argosy migrate up"), std::string::npos);
  const auto refused = read_heads(*db, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "schema_missing");
}

struct Migrated {
  testing::TestDatabase own{testing::TestDatabase::Schema::empty};  // without the guards, which know the newest schema only
  Migrated() { must(migrate_up(*own.open(1))); }
};

class History : Migrated, public StoreTest {
 protected:
  static constexpr int kBeforeTheHotPath = 16;  // the last version under which a success had rows of its own

  History() : StoreTest(own) {}
  testing::SqlSession::Rows rows() {
    return database.query(
        "SELECT s.task_id, s.ordinal, t.state, s.state, s.lease_epoch, s.output, s.succeeded_at, a.outcome, a.worker_id, "
        "a.started_at, a.code, d.died_at FROM step s JOIN task t USING (task_id) LEFT JOIN step_attempt a USING (task_id, ordinal) "
        "LEFT JOIN dead_letter d USING (task_id, ordinal) ORDER BY 1, 2, a.lease_epoch");
  }
};

TEST_F(History, StaysTheSameOnTheWayBeforeTheHotPathAndBack) {
  const WorkerId planner = worker(Queue::planning);
  const StepRef open{planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})}), 100};
  must(finish(*db, planner, {failed(claim_one(planner, Queue::planning, {submit_one(), 0}))}));
  claim_one(planner, Queue::planning, {submit_one(), 0});
  FinishedStep later = finished(claim_one(planner, Queue::planning, {submit_one(), 0}), Outcome::retry);
  later.error = Error{.category = Category::transient, .code = "busy", .message = "busy", .hint = {}};
  later.retry_in = std::chrono::hours{1};
  must(finish(*db, planner, {later}));
  const auto before = rows();
  ASSERT_EQ(before.size(), 6u);
  EXPECT_EQ(must(migrate_down(*db, kBeforeTheHotPath)), static_cast<int>(migrations().size()) - kBeforeTheHotPath);
  must(migrate_up(*db));
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(step_state(open), "ready");
}

class Transitions : public StoreTest {};

TEST_F(Transitions, OfStepsAreTheSameInSqlAndInCode) {
  for (int from = 0; from < 8; ++from)
    for (int to = 0; to < 8; ++to) {
      const auto one = static_cast<tasks::StepState>(from), other = static_cast<tasks::StepState>(to);
      const bool legal = std::ranges::any_of(tasks::step_transitions(), [&](const auto& t) { return t.from == one && t.to == other; });
      EXPECT_EQ(database.value(fmt::format("SELECT step_may_move('{}', '{}')", tasks::to_string(one), tasks::to_string(other))),
                legal ? "t" : "f")
          << tasks::to_string(one) << " -> " << tasks::to_string(other);
    }
}

TEST_F(Transitions, OfTasksAreTheSameInSqlAndInCode) {
  for (int from = 0; from < 7; ++from)
    for (int to = 0; to < 7; ++to) {
      const auto one = static_cast<tasks::TaskState>(from), other = static_cast<tasks::TaskState>(to);
      const bool legal = std::ranges::any_of(tasks::task_transitions(), [&](const auto& t) { return t.from == one && t.to == other; });
      EXPECT_EQ(database.value(fmt::format("SELECT task_may_move('{}', '{}')", tasks::to_string(one), tasks::to_string(other))),
                legal ? "t" : "f")
          << tasks::to_string(one) << " -> " << tasks::to_string(other);
    }
}

TEST_F(Transitions, TheNamesOfTheStatesAreTheSameInSqlAndInCode) {
  std::vector<std::string> steps, tasks_;
  for (const auto& row : database.query("SELECT unnest(enum_range(NULL::step_state))")) steps.push_back(row[0]);
  for (const auto& row : database.query("SELECT unnest(enum_range(NULL::task_state))")) tasks_.push_back(row[0]);
  ASSERT_EQ(steps.size(), 8u);
  ASSERT_EQ(tasks_.size(), 7u);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(steps[static_cast<std::size_t>(i)], tasks::to_string(static_cast<tasks::StepState>(i)));
  for (int i = 0; i < 7; ++i) EXPECT_EQ(tasks_[static_cast<std::size_t>(i)], tasks::to_string(static_cast<tasks::TaskState>(i)));
  for (const tasks::Queue queue : tasks::kQueues)
    EXPECT_EQ(database.value(fmt::format("SELECT queue_name({}::smallint)", static_cast<int>(queue))), tasks::to_string(queue));
}

TEST_F(Transitions, AnIllegalMoveIsRefusedByTheRowsThemselves) {
  const TaskId id = planned({new_step(100, Queue::codegen)});
  EXPECT_THROW(database.query("UPDATE step SET state = 'ready', announced_at = now() WHERE ordinal = 0"),
               std::runtime_error);                                                                             // it succeeded
  EXPECT_THROW(database.query("UPDATE step SET state = 'succeeded' WHERE ordinal = 100"), std::runtime_error);  // it is ready
  EXPECT_THROW(database.query("UPDATE task SET state = 'queued'"), std::runtime_error);
  EXPECT_EQ(step_state({id, 100}), "ready");
}

TEST_F(Transitions, RowsThatContradictThemselvesAreRefused) {
  planned({new_step(100, Queue::codegen), new_step(101, Queue::git, {100})});
  EXPECT_THROW(database.query("UPDATE step SET state = 'running' WHERE ordinal = 100"), std::runtime_error);     // without an owner
  EXPECT_THROW(database.query("UPDATE step SET state = 'ready' WHERE ordinal = 101"), std::runtime_error);       // with a dependency left
  EXPECT_THROW(database.query("UPDATE step SET due_at = now() WHERE ordinal = 100"), std::runtime_error);        // due, but not waiting
  EXPECT_THROW(database.query("UPDATE task SET state = 'succeeded', finished_at = now()"), std::runtime_error);  // with open steps
  EXPECT_THROW(database.query("UPDATE task SET open_steps = -1"), std::runtime_error);
}

}  // namespace
}  // namespace argosy::store
