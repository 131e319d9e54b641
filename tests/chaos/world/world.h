// What a crash test breaks and what it measures the damage with: a fleet over its own Postgres and Kafka, a repository, a webhook receiver,
// and the one question that all crash tests ask: did every task end as it should, once? One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"
#include "tests/support/fleet/webhook_receiver.h"
#include "tests/support/git_fixture.h"

namespace argosy::chaos {

class World {
 public:
  static constexpr auto kRepository = "chaos/words";

  explicit World(const test::Environment& more = {});  // `more`: of every process

  // A task of two parallel edits, tests, a push and a notification.
  std::string submit(const std::string& name);
  // The JSON of such a task, for tests that submit by hand.
  json::Value body(const std::string& name, const std::string& repository = kRepository) const;
  // The same repository once more, under another id and with a test command of its own.
  void add_repository(const std::string& id, const std::string& test_command) const;

  // Waits until a step of that queue is running.
  void wait_running(const std::string& task_id, std::string_view queue);
  // Waits until the task and its notification are over, then checks what must hold whatever was killed: succeeded; exactly one branch with
  // exactly one commit on the base, and the edits in it; event seqs from 1 without hole or repetition; one terminal event; one delivery id.
  void expect_ended_well(const std::string& task_id);

  // The attempts of its steps of that queue, as the API tells them: one list of outcomes a step.
  std::vector<std::vector<std::string>> histories(const std::string& task_id, std::string_view queue) const;
  // Every step of that queue succeeded once; at least one was taken from a dead process before, none more than once.
  void expect_crashed_once(const std::string& task_id, std::string_view queue) const;
  // Every step of that queue needed one attempt.
  void expect_ran_once(const std::string& task_id, std::string_view queue) const;
  // The task as the API tells it once it is over, its notification included.
  json::Value wait_over(const std::string& task_id) const;
  // Its event seqs run from 1 without hole or repetition, and one of them says that it ended so.
  void expect_events_once(const std::string& task_id, std::string_view ending = "succeeded") const;
  // What the API tells of the task and its events, to be compared with what it tells later.
  std::string whole_story(const std::string& task_id) const;

  test::Fleet& fleet() { return *fleet_; }
  test::OwnPostgres& postgres() { return postgres_; }
  test::OwnKafka& kafka() { return kafka_; }
  const testing::GitFixture& git() const { return git_; }
  const test::WebhookReceiver& receiver() const { return receiver_; }

 private:
  json::Value task(const std::string& task_id) const;
  void expect_one_branch(const json::Value& task) const;

  testing::GitFixture git_;
  std::string base_;
  test::WebhookReceiver receiver_;
  test::OwnPostgres postgres_;
  test::OwnKafka kafka_;
  std::unique_ptr<test::Fleet> fleet_;
};

}  // namespace argosy::chaos
