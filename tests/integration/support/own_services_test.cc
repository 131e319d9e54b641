// The servers that crash tests start and kill must themselves keep what they were given.
#include <gtest/gtest.h>

#include "common/broker/admin.h"
#include "tests/support/database.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"

namespace argosy::test {
namespace {

TEST(OwnPostgres, KeepsCommittedRowsOverAnImmediateRestart) {
  OwnPostgres postgres;
  testing::SqlSession(postgres.url()).query("create table t(x int); insert into t values (7)");
  postgres.restart_immediately();
  EXPECT_EQ(testing::SqlSession(postgres.url()).value("select x from t"), "7");
}

TEST(OwnKafka, ComesBackOnItsPortWithItsTopicsAndLosesThemOnlyWhenTold) {
  OwnKafka kafka;
  const auto brokers = kafka.brokers();
  const broker::KafkaOptions options{.brokers = brokers, .client_id = "test"};
  const broker::Topics topics{.partitions = 2, .events_partitions = 2, .replication = 1};
  ASSERT_TRUE(broker::ensure_topics(options, topics, std::chrono::seconds(30)));
  kafka.kill9();
  kafka.start();
  EXPECT_EQ(kafka.brokers(), brokers);
  EXPECT_EQ(kafka.delete_all_topics(), static_cast<int>(topics.all().size()));
  kafka.stop();
}

}  // namespace
}  // namespace argosy::test
