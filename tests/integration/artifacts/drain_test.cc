// A bucket that takes connections and never answers: a worker that ends while it puts something there gives that up and hands its step
// back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/artifacts/moto.h"
#include "tests/support/database.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {
namespace {

using testing::eventually;

constexpr auto kTaskTime = std::chrono::minutes(3);

TEST(DrainWithABucketThatHangs, HandsItsStepBackAtNoCostAndEndsByItself) {
  const char* brokers = std::getenv("ARGOSY_TEST_KAFKA_BROKERS");
  ASSERT_NE(brokers, nullptr) << "run this under tests/with-services";
  testing::GitFixture remote;
  remote.push_files({{"hello.txt", "hello\n"}, {"ok.sh", "echo fine\n"}});
  Moto moto;
  testing::TestDatabase database;
  auto environment = moto.environment();
  environment["ARGOSY_SETUP"] = "off";
  environment["ARGOSY_DRAIN_TIMEOUT_MS"] = "0";
  Fleet fleet({.postgres_url = database.url(), .kafka_brokers = brokers, .environment = environment});
  for (const auto* name : {"scheduler", "planning", "testing", "git", "ingest"}) fleet.start(name);
  fleet.add_repository("org/hello", remote.url(), "sh ok.sh");
  const json::Value replace = json::Object{{"op", "edit_file"}, {"path", "hello.txt"}, {"old_string", "hello"}, {"new_string", "goodbye"}};
  const auto id =
      fleet.submit(json::Object{{"repository_id", "org/hello"}, {"prompt", "say goodbye"}, {"change", json::Array{replace}}}, "one");
  ASSERT_TRUE(
      eventually([&] { return database.value("SELECT count(*) FROM step WHERE queue = 2 AND state = 'ready'") == "1"; }, kTaskTime));

  moto.freeze();
  fleet.start("codegen");
  // The place of the patch is noted just before its bytes are put.
  ASSERT_TRUE(eventually([&] { return database.value("SELECT count(*) FROM blob_place WHERE NOT stored") == "1"; }, kTaskTime));
  EXPECT_EQ(fleet.process("codegen").terminate(), 0) << "it did not have to leave without its handler";
  EXPECT_EQ(database.value("SELECT state || ' ' || attempts || ' ' || handbacks FROM step WHERE queue = 2"), "ready 0 1");

  moto.thaw();
  fleet.start("codegen");
  const auto task = fleet.wait_terminal(id, kTaskTime);
  EXPECT_EQ(task.string_or("status", ""), "succeeded") << json::dump(task);
}

}  // namespace
}  // namespace argosy::test
