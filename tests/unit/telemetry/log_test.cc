// Promises of the log: one valid line a call, with its ids, without secrets.
#include "common/telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/core/json.h"
#include "common/core/redact.h"

namespace argosy::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

template <class Speak>
std::string captured(Speak&& speak) {
  ::testing::internal::CaptureStderr();
  speak();
  return ::testing::internal::GetCapturedStderr();
}

json::Value one_line(const std::string& text) {
  EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : json::Value();
}

TEST(Log, IsOneJsonObjectALine) {
  init_logging({.service = "testing", .least = Severity::info, .json = true});
  const json::Value line = one_line(captured([] { log_warning("two\nlines \"quoted\"", {{"code", "x"}, {"bytes", "\xff"}}); }));
  EXPECT_EQ(line.string_or("severity", ""), "warning");
  EXPECT_EQ(line.string_or("service", ""), "testing");
  EXPECT_EQ(line.string_or("message", ""), "two\nlines \"quoted\"");
  EXPECT_EQ(line.string_or("code", ""), "x");
  EXPECT_THAT(line.string_or("timestamp", ""), MatchesRegex("[0-9-]+T[0-9:.]+Z"));
}

TEST(Log, LeavesOutWhatIsLessSevereThanAsked) {
  init_logging({.service = "s", .least = Severity::warning, .json = true});
  EXPECT_EQ(captured([] { log_info("no"); }), "");
  EXPECT_THAT(captured([] { log_error("yes"); }), HasSubstr("yes"));
}

TEST(Log, CarriesTheIdsOfItsThreadsScopeAndOfNoOther) {
  init_logging({.service = "s", .json = true});
  const LogScope outer("trace1", "task1", "");
  {
    const LogScope inner("trace2", "task2", "3");
    const json::Value line = one_line(captured([] { log_info("x"); }));
    EXPECT_EQ(line.string_or("task_id", ""), "task2");
    EXPECT_EQ(line.string_or("step_id", ""), "3");
    EXPECT_EQ(one_line(captured([] { std::thread([] { log_info("x"); }).join(); })).find("task_id"), nullptr);
  }
  const json::Value line = one_line(captured([] { log_info("x"); }));
  EXPECT_EQ(line.string_or("trace_id", ""), "trace1");
  EXPECT_EQ(line.find("step_id"), nullptr);
}

TEST(Log, AFieldOfTheLineWinsOverTheScope) {
  init_logging({.service = "s", .json = true});
  const LogScope scope("", "task1", "");
  EXPECT_EQ(one_line(captured([] { log_info("x", {{"task_id", "task9"}}); })).string_or("task_id", ""), "task9");
}

TEST(Log, HidesSecretsInMessagesAndFields) {
  redact_register_secret("s3cr3t-value");
  for (const bool as_json : {true, false}) {
    init_logging({.service = "s", .json = as_json});
    EXPECT_THAT(captured([] { log_info("a s3cr3t-value b", {{"url", "https://u:pw@h/p"}, {"x", "s3cr3t-value"}}); }),
                Not(::testing::AnyOf(HasSubstr("s3cr3t-value"), HasSubstr("u:pw"))));
  }
}

TEST(Log, TextStaysOneLineWithoutTerminalCodes) {
  init_logging({.service = "git", .json = false});
  const LogScope scope("trace", "task1", "2");
  const std::string text = captured([] { log_info("a\nb\x1b[31mc", {{"k", "v"}}); });
  EXPECT_THAT(text, HasSubstr("info    git: a b [31mc task_id=task1 step_id=2 k=v\n"));
}

}  // namespace
}  // namespace argosy::telemetry
