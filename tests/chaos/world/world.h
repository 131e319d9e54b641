// What a crash test breaks and what it measures the damage with: a fleet over its own Postgres and Kafka, a repository, a webhook receiver,
// and the one question that all crash tests ask: did every task end as it should, once? One thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/json.h"
#include "common/http/server.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"
#include "tests/support/git_fixture.h"

namespace argosy::chaos {

// Takes webhooks as a user's server would, and remembers which ids it saw. Thread-safe.
class WebhookReceiver {
 public:
  WebhookReceiver();
  std::string url() const;
  std::set<std::string> ids_of(const std::string& task_id) const;  // webhook-id of all deliveries that told of the task

 private:
  mutable std::mutex mutex_;
  std::multimap<std::string, std::string> ids_;
  http::Server server_;
};

class World {
 public:
  World();

  // A task of two parallel edits, tests, a push and a notification.
  std::string submit(const std::string& name);
  std::vector<std::string> submit_many(int count);
  // The JSON of such a task, for tests that submit by hand.
  json::Value body(const std::string& name) const;

  // Waits until a step of that queue is running.
  void wait_running(const std::string& task_id, std::string_view queue);
  // Waits until the task and its notification are over, then checks what must hold whatever was killed: succeeded; exactly one branch with
  // exactly one commit on the base, and the edits in it; event seqs from 1 without hole or repetition; one terminal event; one delivery id.
  void expect_ended_well(const std::string& task_id);

  test::Fleet& fleet() { return *fleet_; }
  test::OwnPostgres& postgres() { return postgres_; }
  test::OwnKafka& kafka() { return kafka_; }

 private:
  json::Value task(const std::string& task_id) const;
  void expect_one_branch(const json::Value& task) const;
  void expect_events_once(const std::string& task_id) const;

  testing::GitFixture git_;
  std::string base_;
  WebhookReceiver receiver_;
  test::OwnPostgres postgres_;
  test::OwnKafka kafka_;
  std::unique_ptr<test::Fleet> fleet_;
};

}  // namespace argosy::chaos
