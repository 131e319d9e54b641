#include "tests/chaos/world/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/text.h"
#include "tests/support/eventually.h"

namespace argosy::chaos {
namespace {

constexpr auto kLease = "2000";  // ms: short, so that a killed worker's steps come back soon
constexpr auto kRenew = "500";
constexpr auto kSession = "2000";  // likewise its partitions
constexpr auto kRetry = "100";
constexpr auto kPatience = std::chrono::seconds(180);
// Standard Webhooks: whsec_ and at least 24 bytes.
constexpr auto kWebhookSecret = "whsec_Y2hhb3MtY2hhb3MtY2hhb3MtY2hhb3MtY2g=";

constexpr auto kTest = R"(import pathlib, unittest

class Words(unittest.TestCase):
    def test_every_word_is_there(self):
        for name in ("a.txt", "b.txt"):
            self.assertTrue(pathlib.Path(name).read_text().strip())
)";

bool all_over(const json::Value& task) {
  const auto& steps = task.array_or_empty("steps");
  return !steps.empty() && std::ranges::all_of(steps, [](const json::Value& step) {
    const auto state = step.string_or("state", "");
    return state == "succeeded" || state == "failed" || state == "cancelled";
  });
}

}  // namespace

World::World(const test::Environment& more) {
  base_ = git_.push_files({{"a.txt", "one\n"}, {"b.txt", "two\n"}, {"test_words.py", kTest}});
  test::Environment environment{{"ARGOSY_LEASE_MS", kLease},           {"ARGOSY_RENEW_MS", kRenew},
                                {"ARGOSY_KAFKA_SESSION_MS", kSession}, {"ARGOSY_RETRY_BASE_MS", kRetry},
                                {"ARGOSY_PARKED_BASE_MS", kRetry},     {"ARGOSY_WEBHOOK_SECRET", kWebhookSecret}};
  environment.insert(more.begin(), more.end());
  fleet_ = std::make_unique<test::Fleet>(
      test::FleetOptions{.postgres_url = postgres_.url(), .kafka_brokers = kafka_.brokers(), .environment = std::move(environment)});
  fleet_->start_all();
  fleet_->add_repository(kRepository, git_.url());
}

void World::add_repository(const std::string& id, const std::string& test_command) const {
  fleet_->add_repository(id, git_.url(), test_command);
}

json::Value World::body(const std::string& name, const std::string& repository) const {
  const auto edit = [&](const char* path, const char* old_word) {
    return json::Object{
        {"op", "edit_file"}, {"path", path}, {"old_string", old_word}, {"new_string", fmt::format("{} {}", old_word, name)}};
  };
  return json::Object{{"repository_id", repository},
                      {"prompt", name},
                      {"change", json::Array{edit("a.txt", "one"), edit("b.txt", "two")}},
                      {"notify", json::Array{json::Object{{"webhook", receiver_.url()}}}}};
}

std::string World::submit(const std::string& name) { return fleet_->submit(body(name), name); }

json::Value World::task(const std::string& task_id) const {
  const auto answer = fleet_->request("GET", "/api/v1/tasks/" + task_id);
  return answer && answer->status == 200 ? json::parse(answer->body).value_or(json::Value()) : json::Value();
}

void World::wait_running(const std::string& task_id, std::string_view queue) {
  const bool runs = testing::eventually([&] {
    const auto now = task(task_id);
    return std::ranges::any_of(now.array_or_empty("steps"), [&](const json::Value& step) {
      return step.string_or("queue", "") == queue && step.string_or("state", "") == "running";
    });
  });
  if (!runs) throw std::runtime_error(fmt::format("no {} step of {} runs:\n{}", queue, task_id, json::dump_pretty(task(task_id))));
}

json::Value World::wait_over(const std::string& task_id) const {
  json::Value ended;
  const bool over = testing::eventually([&] { return all_over(ended = task(task_id)); }, kPatience);
  if (!over) throw std::runtime_error("not over:\n" + json::dump_pretty(ended));
  return ended;
}

void World::expect_ended_well(const std::string& task_id) {
  const auto ended = wait_over(task_id);
  EXPECT_EQ(ended.string_or("status", ""), "succeeded") << json::dump_pretty(ended);
  EXPECT_EQ(ended.int_or("progress_percentage", 0), 100);
  expect_one_branch(ended);
  expect_events_once(task_id);
  EXPECT_EQ(receiver_.ids_of(task_id).size(), 1u) << "a notification is told under one id, however often";
}

void World::expect_one_branch(const json::Value& ended) const {
  const auto name = ended.string_or("branch", "");
  const auto* result = ended.find("result");
  ASSERT_TRUE(result && result->is_object()) << json::dump_pretty(ended);
  EXPECT_EQ(result->string_or("branch", ""), name);
  EXPECT_EQ(git_.at_remote({"rev-parse", "refs/heads/" + name}), result->string_or("commit", ""));
  EXPECT_EQ(git_.at_remote({"rev-list", "--count", base_ + "..refs/heads/" + name}), "1");
  const auto word = ended.find("request")->string_or("prompt", "");
  EXPECT_EQ(git_.at(name, "a.txt"), "one " + word + "\n");
  EXPECT_EQ(git_.at(name, "b.txt"), "two " + word + "\n");
  // Every branch that carries this task's trailer: a second push under another name would show here.
  const auto carriers = git_.at_remote({"log", "--all", "--format=%H", "--grep=Argosy-Task: " + ended.string_or("task_id", "?")});
  EXPECT_EQ(text::lines(carriers).size(), 1u) << carriers;
}

void World::expect_events_once(const std::string& task_id, std::string_view ending) const {
  std::int64_t next = 1;
  int endings = 0;
  for (const auto& event : fleet_->events(task_id)) {
    EXPECT_EQ(event.int_or("seq", 0), next++);
    const auto* data = event.find("data");
    if (event.string_or("type", "") == "task_state" && data && data->string_or("status", "") == ending) ++endings;
  }
  EXPECT_GT(next, 1);
  EXPECT_EQ(endings, 1);
}

std::vector<std::vector<std::string>> World::histories(const std::string& task_id, std::string_view queue) const {
  std::vector<std::vector<std::string>> out;
  const auto now = task(task_id);
  for (const auto& step : now.array_or_empty("steps")) {
    if (step.string_or("queue", "") != queue) continue;
    auto& outcomes = out.emplace_back();
    for (const auto& attempt : step.array_or_empty("history")) outcomes.push_back(attempt.string_or("outcome", ""));
  }
  return out;
}

void World::expect_crashed_once(const std::string& task_id, std::string_view queue) const {
  const std::vector<std::string> quiet{"succeeded"}, crashed{"crashed", "succeeded"};
  const auto all = histories(task_id, queue);
  EXPECT_TRUE(std::ranges::find(all, crashed) != all.end()) << ::testing::PrintToString(all);
  for (const auto& one : all) EXPECT_TRUE(one == quiet || one == crashed) << ::testing::PrintToString(all);
}

void World::expect_ran_once(const std::string& task_id, std::string_view queue) const {
  const auto all = histories(task_id, queue);
  EXPECT_FALSE(all.empty());
  for (const auto& one : all) EXPECT_EQ(one, std::vector<std::string>{"succeeded"});
}

std::string World::whole_story(const std::string& task_id) const {
  std::string story = json::dump_pretty(task(task_id));
  for (const auto& event : fleet_->events(task_id)) story += "\n" + json::dump(event);
  return story;
}

}  // namespace argosy::chaos
