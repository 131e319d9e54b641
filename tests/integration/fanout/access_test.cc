// Promises of who may open a stream, and what a refusal says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/core/crypto.h"
#include "tests/integration/fanout/fixture.h"

namespace argosy::fanout {
namespace {

constexpr std::string_view kOurs = "018f0000-0000-7000-8000-00000000000a", kTheirs = "018f0000-0000-7000-8000-00000000000b";

TEST_F(FanoutTest, AForeignTaskIsNotFoundAndAMissingTokenIsRefused) {
  for (const std::string_view org : {kOurs, kTheirs}) {
    database_.query(fmt::format("INSERT INTO organisation (org_id, name) VALUES ('{}', '{}')", org, org));
  }
  const auto line = [](std::string_view token, std::string_view org) {
    return fmt::format("{} {} someone developer\n", crypto::sha256_hex(token), org);
  };
  must(write_file_atomic(folder_.path() / "tokens", line("our-token", kOurs) + line("their-token", kTheirs)));
  start({{"ARGOSY_TOKENS_FILE", (folder_.path() / "tokens").string()}});
  Story story(*db_, *OrgId::parse(kOurs));
  const std::string stream = stream_url(story.task()), log = log_url(story.task(), "?step=100");
  for (const std::string& url : {stream, log}) {
    EXPECT_EQ(status_of(url), 401);
    EXPECT_EQ(status_of(url, {{"Authorization", "Bearer wrong-token"}}), 401);
    EXPECT_EQ(status_of(url, {{"Authorization", "Bearer their-token"}}), 404);
    EXPECT_EQ(status_of(url, {{"Authorization", "Bearer our-token"}}), 101);
  }
}

TEST_F(FanoutTest, WhatMakesNoSenseIsRefusedBeforeTheUpgrade) {
  start();
  Story story(*db_, kDefaultOrg);
  EXPECT_EQ(status_of(stream_url(TaskId{Uuid::v7(1)})), 404);
  EXPECT_EQ(status_of(fmt::format("ws://127.0.0.1:{}/ws/tasks/not-a-uuid/stream", port_)), 404);
  EXPECT_EQ(status_of(stream_url(story.task(), "?from=-1")), 400);
  EXPECT_EQ(status_of(stream_url(story.task(), "?from=many")), 400);
  EXPECT_EQ(status_of(log_url(story.task(), "")), 400);
  EXPECT_EQ(status_of(log_url(story.task(), "?step=70000")), 400);
}

TEST_F(FanoutTest, APageOfAnotherSiteMayNotListenWhileThereAreNoTokens) {
  start();
  Story story(*db_, kDefaultOrg);
  EXPECT_EQ(status_of(stream_url(story.task()), {{"Origin", "https://evil.example"}}), 403);
  EXPECT_EQ(status_of(stream_url(story.task()), {{"Origin", fmt::format("http://127.0.0.1:{}", port_)}}), 101);
}

TEST_F(FanoutTest, NothingIsKeptOfClientsThatLeft) {
  start();
  Story story(*db_, kDefaultOrg);
  for (int i = 0; i < 20; ++i) {
    Client client(stream_url(story.task()));
    client.read_until(story.head());
  }
  EXPECT_TRUE(testing::eventually([&] { return metric("argosy_fanout_clients") == 0 && metric("argosy_fanout_tasks") == 0; }));
}

TEST_F(FanoutTest, StopsCleanlyAndTellsItsClients) {
  start();
  Story story(*db_, kDefaultOrg);
  Client client(stream_url(story.task()));
  EXPECT_EQ(process_->terminate(), 0);
  EXPECT_THROW(client.read_until(1'000), std::runtime_error);
}

}  // namespace
}  // namespace argosy::fanout
