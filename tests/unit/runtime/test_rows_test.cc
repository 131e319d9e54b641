// What is kept of the results that a handler gives.
#include "common/runtime/step/test_rows.h"

#include <gtest/gtest.h>

#include "common/core/redact.h"

namespace argosy::runtime {
namespace {

tasks::TestResults with(std::vector<std::string> outcomes) {
  tasks::TestResults results;
  for (auto& outcome : outcomes) {
    results.cases.push_back({.name = std::to_string(results.cases.size()), .outcome = std::move(outcome)});
  }
  return results;
}

TEST(TestRows, WhatFailedComesFirstAndElseInItsOrder) {
  const auto kept = presentable_tests(with({"passed", "failed", "skipped", "errored"}));
  std::string order;
  for (const auto& one : kept.cases) order += one.name;
  EXPECT_EQ(order, "1302");
  EXPECT_EQ(kept.cases_seen, 4);
}

TEST(TestRows, ARunThatNeverEndsIsBoundedAndItsFailuresSurvive) {
  auto many = with(std::vector<std::string>(tasks::kMaxTestRows + 10, "passed"));
  many.cases.back().outcome = "failed";
  const auto kept = presentable_tests(std::move(many));
  EXPECT_EQ(kept.cases.size(), tasks::kMaxTestRows);
  EXPECT_EQ(kept.cases.front().outcome, "failed");
  EXPECT_EQ(kept.cases_seen, static_cast<std::int64_t>(tasks::kMaxTestRows + 10));
}

TEST(TestRows, MessagesAreBoundedOneByOneAndTogether) {
  auto loud = with(std::vector<std::string>(3'000, "failed"));
  for (auto& one : loud.cases) one.message = std::string(2 * tasks::kMaxTestMessage, 'x');
  std::size_t bytes = 0;
  for (const auto& one : presentable_tests(std::move(loud)).cases) {
    EXPECT_LE(one.message.size(), tasks::kMaxTestMessage);
    bytes += one.message.size();
  }
  EXPECT_LE(bytes, tasks::kMaxTestMessages);
  EXPECT_GT(bytes, tasks::kMaxTestMessages / 2);
}

TEST(TestRows, AreTextThatADatabaseTakesAndShowNoSecret) {
  redact_register_secret("hunter2hunter2");
  auto odd = with({"failed"});
  odd.cases[0].name = std::string("a\0b\xff", 4);
  odd.cases[0].message = "the password is hunter2hunter2";
  const auto kept = presentable_tests(std::move(odd));
  EXPECT_EQ(kept.cases[0].name, "ab\xef\xbf\xbd");
  EXPECT_EQ(kept.cases[0].message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace argosy::runtime
