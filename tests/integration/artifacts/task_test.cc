// A whole task whose patches lie in a bucket: from its operations to its branch, with real workers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/artifacts/moto.h"
#include "tests/support/database.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

TEST(TaskWithABucket, ComesToItsBranchWithAllItsBytesInTheBucket) {
  const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
  ASSERT_NE(brokers, nullptr) << "run this under tests/with-services";
  testing::GitFixture remote;
  remote.push_files({{"hello.txt", "hello\n"}, {"ok.sh", "echo fine\n"}});
  Moto moto;
  testing::TestDatabase database;
  auto environment = moto.environment();
  environment["ARGOSY_SETUP"] = "off";
  Fleet fleet({.postgres_url = database.url(), .kafka_brokers = brokers, .environment = environment});
  for (const auto* name : {"scheduler", "planning", "codegen", "testing", "git", "ingest"}) fleet.start(name);
  fleet.add_repository("org/hello", remote.url(), "sh ok.sh");

  const json::Value replace = json::Object{{"op", "edit_file"}, {"path", "hello.txt"}, {"old_string", "hello"}, {"new_string", "goodbye"}};
  const auto id =
      fleet.submit(json::Object{{"repository_id", "org/hello"}, {"prompt", "say goodbye"}, {"change", json::Array{replace}}}, "one");
  const auto task = fleet.wait_terminal(id);
  ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump(task);

  testing::SqlSession sql(database.url());
  EXPECT_EQ(sql.value("SELECT count(*) FROM blob_chunk"), "0") << "no byte is in Postgres";
  EXPECT_EQ(sql.value("SELECT count(DISTINCT sha256)::text FROM blob_link"), std::to_string(moto.keys().size()));
  ASSERT_THAT(moto.keys(), Not(IsEmpty()));
  const auto patch = sql.value("SELECT encode(sha256, 'hex') FROM blob_link WHERE kind = 'patch' LIMIT 1");
  const auto served = fleet.request("GET", "/api/v1/tasks/" + id + "/artifacts/" + patch);
  ASSERT_TRUE(served);
  EXPECT_EQ(served->status, 200);
  EXPECT_THAT(served->body, ::testing::HasSubstr("+goodbye"));
}

}  // namespace
}  // namespace argosy::test
