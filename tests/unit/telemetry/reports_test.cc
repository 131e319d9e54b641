// Promises of reports of errors: what they say, what they never say, and that many are few.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "common/core/json.h"
#include "common/core/text.h"
#include "common/telemetry/reports/reporter.h"

namespace argosy::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Reporter kWho{.service = "argosy-git", .release = "argosy@0.1.0", .environment = "tests", .host = "here"};
constexpr auto kEventId = "0123456789abcdef0123456789abcdef";
constexpr std::chrono::milliseconds kLong{60'000};

ErrorReport some(const std::string& code = "push_failed") {
  return {.error = {.code = code, .message = "the remote hung up", .hint = "look at it"},
          .where = "step push",
          .tags = {{"task_id", "t"}},
          .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
}

json::Value event_of(const std::string& envelope) { return json::parse(text::lines(envelope).at(2)).value(); }

class HandClock final : public Clock {
 public:
  UnixMillis unix_ms() const override { return 1'795'392'000'000; }
  std::chrono::nanoseconds boot_time() const override { return std::chrono::nanoseconds(now_.load()); }
  void advance(std::chrono::nanoseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ = 1;
};

TEST(Envelope, HasAHeaderAnItemsHeaderAndAnEvent) {
  const auto text = envelope(kWho, some(), kEventId, 1'795'392'000'000);
  const auto lines = text::lines(text);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(json::parse(lines[0])->string_or("event_id", ""), kEventId);
  EXPECT_EQ(json::parse(lines[1])->string_or("type", ""), "event");
  EXPECT_EQ(json::parse(lines[1])->int_or("length", 0), static_cast<std::int64_t>(lines[2].size()));
  const auto event = event_of(text);
  EXPECT_EQ(event.string_or("level", ""), "error");
  EXPECT_EQ(event.string_or("release", ""), "argosy@0.1.0");
  EXPECT_EQ(event.string_or("environment", ""), "tests");
  EXPECT_EQ(event.find("exception")->array_or_empty("values").at(0).string_or("type", ""), "push_failed");
  EXPECT_EQ(event.find("exception")->array_or_empty("values").at(0).string_or("value", ""), "the remote hung up (look at it)");
  EXPECT_EQ(event.find("tags")->string_or("category", ""), "A");
  EXPECT_EQ(event.find("contexts")->find("trace")->string_or("trace_id", ""), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(event.find("breadcrumbs"), nullptr);
}

TEST(Envelope, ASecurityMatterIsFatal) {
  auto report = some();
  report.error.category = Category::security;
  EXPECT_EQ(event_of(envelope(kWho, report, kEventId, 0)).string_or("level", ""), "fatal");
}

TEST(Envelope, NeitherSecretsNorPeopleAreNamed) {
  auto report = some();
  report.error.message = "https://ann:hunter2@example.com refused ghp_0123456789abcdefghijklmnopqrstuvwxyz of ann@example.com";
  report.tags["who"] = "ann@example.com";
  const auto text = envelope(kWho, report, kEventId, 0);
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, Not(HasSubstr("ghp_0123")));
  EXPECT_THAT(text, Not(HasSubstr("ann@example.com")));
}

TEST(Envelope, IsBoundedWhateverTheErrorSays) {
  auto report = some();
  report.error.message = std::string(1 << 20, 'x') + "\n\xff";
  const auto text = envelope(kWho, report, kEventId, 0);
  EXPECT_LT(text.size(), 8192u);
  EXPECT_EQ(text::lines(text).size(), 3u);
}

TEST(Reportable, IsWhatAnOperatorMayMend) {
  EXPECT_TRUE(is_reportable({.category = Category::transient, .code = "", .message = "", .hint = {}}));
  EXPECT_TRUE(is_reportable({.category = Category::security, .code = "", .message = "", .hint = {}}));
  EXPECT_FALSE(is_reportable({.category = Category::needs_user, .code = "", .message = "", .hint = {}}));
  EXPECT_FALSE(is_reportable({.category = Category::code_logic, .code = "", .message = "", .hint = {}}));
}

class Reports : public ::testing::Test {
 protected:
  ErrorReporter& start(ReportBounds bounds = {}) {
    auto send = [this](const std::string& envelope, const std::function<bool()>& give_up) {
      std::unique_lock lock(mutex_);
      ++begun_;
      changed_.notify_all();
      while (blocked_ && !give_up()) changed_.wait_for(lock, std::chrono::milliseconds(1));
      if (takes_ && !give_up()) taken_.push_back(event_of(envelope));
      return takes_ && !give_up();
    };
    return reporter_.emplace(kWho, std::move(send), metrics_, bounds, clock_);
  }
  void expect(int sent, int dropped, int limited) const {
    EXPECT_THAT(metrics_.render(), HasSubstr("{result=\"sent\"} " + std::to_string(sent) + "\n"));
    EXPECT_THAT(metrics_.render(), HasSubstr("{result=\"dropped\"} " + std::to_string(dropped) + "\n"));
    EXPECT_THAT(metrics_.render(), HasSubstr("{result=\"limited\"} " + std::to_string(limited) + "\n"));
  }

  HandClock clock_;
  Metrics metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  bool takes_ = true, blocked_ = false;
  std::vector<json::Value> taken_;
  std::optional<ErrorReporter> reporter_;
};

TEST_F(Reports, TheSameErrorAThousandTimesIsAFewReportsAMinute) {
  start({.a_minute = 30, .of_a_kind_a_minute = 5});
  for (int i = 0; i < 1000; ++i) reporter_->take(some());
  reporter_->take(some("another"));
  reporter_->stop(kLong);
  expect(6, 0, 995);
}

TEST_F(Reports, ManyKindsOfErrorsAreBoundedTogetherAndAMinuteLaterGoOn) {
  start({.most_waiting = 100, .a_minute = 10, .of_a_kind_a_minute = 5});
  for (int i = 0; i < 50; ++i) reporter_->take(some("code_" + std::to_string(i)));
  clock_.advance(std::chrono::minutes(1));
  for (int i = 0; i < 50; ++i) reporter_->take(some("code_" + std::to_string(i)));
  reporter_->stop(kLong);
  expect(20, 0, 80);
}

TEST_F(Reports, AServerThatHangsBlocksNobodyAndIsLeftInTheEnd) {
  blocked_ = true;
  start({.most_waiting = 3, .a_minute = 100, .of_a_kind_a_minute = 100});
  reporter_->take(some());
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return begun_ == 1; });
  }
  for (int i = 0; i < 5; ++i) reporter_->take(some());
  reporter_->stop(std::chrono::milliseconds(1));
  expect(0, 4, 2);
}

TEST_F(Reports, WhatIsNotTakenIsCountedAndNotSentAgain) {
  takes_ = false;
  start();
  reporter_->take(some());
  reporter_->stop(kLong);
  expect(0, 1, 0);
  EXPECT_EQ(begun_, 1);
}

TEST_F(Reports, GoNowhereUnlessSomebodyListens) {
  auto send = [this](const std::string& envelope, const std::function<bool()>&) {
    taken_.push_back(event_of(envelope));
    return true;
  };
  const auto reporter = std::make_shared<ErrorReporter>(kWho, std::move(send), metrics_);
  report(some("before"));
  report_to(reporter);
  report(some("while"));
  report_to(nullptr);
  report(some("after"));
  reporter->stop(kLong);
  ASSERT_EQ(taken_.size(), 1u);
  EXPECT_EQ(taken_[0].find("tags")->string_or("code", ""), "while");
}

}  // namespace
}  // namespace argosy::telemetry
