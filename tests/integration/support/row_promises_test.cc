// What judges the rows of a run must be able to fail: each table here is broken in one way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/support/row_promises.h"

namespace argosy::testing {
namespace {

using ::testing::IsEmpty;

constexpr auto kTask = "01a200a9-e8e9-71dd-86c6-1f7eb71f9b91";

// A task of two steps, the second after the first, and the five events of its life.
constexpr auto kGood = R"(
  SET session_replication_role = replica;  -- the guards of the tests would refuse what is written here
  INSERT INTO task (task_id, org_id, created_at, finished_at, settled_at, last_seq, state, lane, known_steps, open_steps, end_steps)
    SELECT '{0}', org_id, now_, now_, now_, 5, 'succeeded', 1, 2, 0, 0 FROM organisation, clock_timestamp() now_;
  INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, deps_left, time_limit_ms, succeeded_at)
    SELECT '{0}', org_id, o, 1, 1, 'succeeded', 0, 1000, clock_timestamp() FROM organisation, generate_series(0, 1) o;
  INSERT INTO step_spec (task_id, ordinal, kind, title, payload, inputs, depends_on)
    VALUES ('{0}', 0, 'k', 't', '{{}}', '{{}}', '{{}}'), ('{0}', 1, 'k', 't', '{{}}', '{{}}', '{{0}}');
  INSERT INTO event (task_id, first_seq, count, at, types, data) VALUES
    ('{0}', 1, 1, clock_timestamp(), '{{task_state}}', ARRAY['{{"status":"queued"}}']),
    ('{0}', 2, 2, clock_timestamp(), '{{step_state,step_state}}', ARRAY['{{"step":0,"state":"succeeded"}}', '{{"step":1,"state":"ready"}}']),
    ('{0}', 4, 2, clock_timestamp(), '{{step_state,task_state}}', ARRAY['{{"step":1,"state":"succeeded"}}', '{{"status":"succeeded"}}']))";

class RowPromises : public ::testing::Test {
 protected:
  RowPromises() : sql_(database_.session()) { sql_.query(fmt::format(fmt::runtime(kGood), kTask)); }
  std::vector<std::string> broken(const std::string& by) {
    sql_.query(by);
    std::vector<std::string> promises;
    for (const auto& one : broken_promises(sql_, "-infinity")) {
      EXPECT_EQ(one.tasks, std::vector<std::string>{kTask});
      promises.push_back((one.repeated ? "repeated: " : "lost: ") + one.promise);
    }
    return promises;
  }
  using Lines = std::vector<std::string>;

  TestDatabase database_;
  SqlSession sql_;
};

TEST_F(RowPromises, AllHoldOfATaskThatEndedWell) { EXPECT_THAT(broken("SELECT 1"), IsEmpty()); }

TEST_F(RowPromises, MissATaskThatIsNotOver) {
  EXPECT_EQ(broken("UPDATE task SET settled_at = NULL"), Lines{"lost: every task succeeded and is over"});
}

TEST_F(RowPromises, MissAStepThatDidNotSucceed) {
  EXPECT_EQ(broken("UPDATE step SET state = 'waiting' WHERE ordinal = 1"), Lines{"lost: every step succeeded or was replaced"});
}

TEST_F(RowPromises, LetAReplacedStepBe) { EXPECT_THAT(broken("UPDATE step SET state = 'superseded' WHERE ordinal = 1"), IsEmpty()); }

TEST_F(RowPromises, MissTheEventOfAFinish) {
  EXPECT_EQ(broken(R"(UPDATE event SET data[1] = '{"step":0,"state":"ready"}' WHERE first_seq = 2)"),
            Lines{"lost: every step that stands has finished"});
}

TEST_F(RowPromises, SeeASecondFinish) {
  EXPECT_EQ(broken(R"(UPDATE event SET data[2] = '{"step":0,"state":"succeeded"}' WHERE first_seq = 2)"),
            Lines{"repeated: no step finished twice"});
}

TEST_F(RowPromises, MissTheEndOfATask) {
  EXPECT_EQ(broken(R"(UPDATE event SET data[2] = '{"status":"running"}' WHERE first_seq = 4)"),
            Lines{"lost: every task's success was told"});
}

TEST_F(RowPromises, SeeASecondEnd) {
  EXPECT_EQ(broken(R"(UPDATE event SET data[1] = '{"status":"succeeded"}' WHERE first_seq = 1)"),
            Lines{"repeated: no task's success was told twice"});
}

TEST_F(RowPromises, MissEventsInTheMiddleAndAtTheEnd) {
  const Lines lost{"lost: every event's seq is there, from 1 to the task's last"};
  EXPECT_EQ(broken("DELETE FROM event WHERE first_seq = 1"), lost);
}

TEST_F(RowPromises, MissEventsAtTheEnd) {
  EXPECT_EQ(broken("UPDATE task SET last_seq = 6"), Lines{"lost: every event's seq is there, from 1 to the task's last"});
}

TEST_F(RowPromises, SeeAnEventUnderTwoNumbersOrANumberTwice) {
  EXPECT_EQ(
      broken("INSERT INTO event (task_id, first_seq, count, at, types, data) SELECT task_id, 3, 1, at, ARRAY['agent_thought'], ARRAY['{}'] "
             "FROM event WHERE first_seq = 1"),
      Lines{"repeated: no event's seq is there twice, none beyond the task's last"});
}

TEST_F(RowPromises, SeeAStepThatDidNotWaitForItsPredecessor) {
  EXPECT_EQ(broken("UPDATE step_spec SET depends_on = CASE ordinal WHEN 0 THEN '{1}'::smallint[] ELSE '{}' END"),
            Lines{"repeated: every step ended after all that it depends on"});
}

}  // namespace
}  // namespace argosy::testing
