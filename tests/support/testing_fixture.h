// A testing handler on a real remote, with real patches, tools and sandbox; what it tells is kept for the test to look at. For unit and
// integration tests; those of a suite may share a remote, and so the dependencies that were fetched for it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/core/crypto.h"
#include "common/core/json.h"
#include "tests/support/git_fixture.h"
#include "workers/testing/testing_handler.h"

namespace argosy::testing {

class RecordingContext final : public runtime::StepContext {
 public:
  RecordingContext()
      : store_(
            artifacts::create_artifact_store({.put = [this](const artifacts::Put& what, const std::string& sha256, std::string_view bytes,
                                                            std::int64_t, const artifacts::Backend::GiveUp&) -> Result<void> {
                                                names[what.name] = sha256;
                                                bytes_[sha256] = bytes;
                                                return {};
                                              },
                                              .get = [this](const TaskId&, const std::string& sha256,
                                                            const artifacts::Backend::GiveUp&) -> Result<std::optional<std::string>> {
                                                const auto it = bytes_.find(sha256);
                                                return it == bytes_.end() ? std::nullopt : std::optional(it->second);
                                              }},
                                             {})) {}

  void emit(tasks::NewEvent event) override { events.push_back(std::move(event)); }
  void log(std::string_view text) override {  // the egress proxy's thread logs, too
    const std::scoped_lock lock(mutex_);
    logged += text;
    if (!cancel_on.empty() && logged.find(cancel_on) != std::string::npos) cancelled_ = true;
  }
  bool cancelled() const override { return cancelled_; }
  void keep_tests(tasks::TestResults results) override { tests = std::move(results); }
  artifacts::ArtifactStore& artifacts() override { return *store_; }
  const Clock& clock() const override { return system_clock(); }

  std::vector<tasks::NewEvent> events;
  std::string logged;
  tasks::TestResults tests;
  std::string cancel_on;                     // cancels the step as soon as this was logged
  std::map<std::string, std::string> names;  // of artifacts -> sha256

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> bytes_;
  std::atomic<bool> cancelled_ = false;
  std::unique_ptr<artifacts::ArtifactStore> store_;
};

class TestingTest : public ::testing::Test {
 protected:
  explicit TestingTest(std::shared_ptr<GitFixture> shared = std::make_shared<GitFixture>()) : remote_(std::move(shared)) {
    std::filesystem::create_directories(remote.work_dir());
    step.kind = "test";
    step.task.url = remote.url();
    step.task.max_fix_rounds = 0;  // a gate that does not hold is the end; what mends says so
    options.git = {.work_dir = remote.work_dir(), .allow_file = true};
    options.limits.wall = std::chrono::seconds(120);
    options.set_up = false;  // what needs the registries says so
  }

  using Files = std::map<std::string, std::string>;

  // What the remote has: the commit that the task is based on.
  void base(const Files& files) { commit = remote.push_files(files); }

  // A codegen step's output: these files on top of the base and of earlier changes.
  void change(const Files& files) {
    for (const auto& [path, bytes] : files) remote.write(path, bytes);
    remote.git(remote.author(), {"add", "-A"});
    tasks::ChangeOutput made;
    const auto file = remote.dir() / "change.patch";
    remote.git(remote.author(), {"diff", "--binary", "--cached", "--output=" + file.string(), "HEAD"});
    const auto patch = read_file(file).value_or("");
    remote.git(remote.author(), {"commit", "-q", "-m", "change"});
    const auto stored = context.artifacts().put({step.ref, 1, artifacts::Kind::patch, "patch"}, patch);
    ASSERT_TRUE(stored);
    made.patch = *stored;
    for (const auto& [path, bytes] : files) made.files.push_back({path, "modified", 1, 1});
    step.inputs.emplace_back(static_cast<std::int16_t>(100 + step.inputs.size()), tasks::to_json_text(made));
  }

  Result<tasks::TestOutput> run() {
    step.payload = tasks::to_json_text(tasks::TreePayload{.base_commit = commit, .target_branch = "main", .criteria = criteria});
    TestingHandler handler(options);
    auto done = handler.run(step, context);
    if (!done) return std::unexpected(done.error());
    return tasks::test_output_from(done->output);
  }

  static std::string numbers(const Result<tasks::TestOutput>& output) {
    if (!output) return to_string(output.error()) + " " + output.error().details;
    return output->framework + " " + std::to_string(output->tests.passed) + " " + std::to_string(output->tests.failed) + " " +
           std::to_string(output->tests.skipped);
  }

  json::Value report() {
    const auto bytes = context.artifacts().get(step.ref.task, context.names["test-report.json"]);
    EXPECT_TRUE(bytes);
    const auto parsed = json::parse(bytes.value_or("null"));
    EXPECT_TRUE(parsed);
    return parsed.value_or(json::Value());
  }

  std::string artifact(const std::string& sha256) {
    const auto bytes = context.artifacts().get(step.ref.task, sha256);
    EXPECT_TRUE(bytes);
    return bytes.value_or("");
  }

 private:
  std::shared_ptr<GitFixture> remote_;

 protected:
  GitFixture& remote = *remote_;
  std::string commit;
  std::vector<tasks::Criterion> criteria;  // that the plan has promised
  RecordingContext context;
  runtime::Step step;
  TestingOptions options;
};

#define EXPECT_ERROR(result, wanted_category, wanted_code)                        \
  do {                                                                            \
    const auto& checked_ = (result);                                              \
    ASSERT_FALSE(checked_.has_value()) << "it succeeded: " << numbers(checked_);  \
    EXPECT_EQ(checked_.error().code, wanted_code) << to_string(checked_.error()); \
    EXPECT_EQ(letter(checked_.error().category), wanted_category);                \
    EXPECT_NE(checked_.error().hint, "") << "an error without a way out";         \
  } while (0)

}  // namespace argosy::testing
