// The fleet of this program's tests, whose planning and codegen workers have a model that answers by a script. One thread.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "common/core/subprocess.h"
#include "common/core/text.h"
#include "tests/e2e/agents/story.h"
#include "tests/support/fleet/own_fleet.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {

inline constexpr auto kFetchTime = std::chrono::minutes(5);  // the registries' pace, the first time
inline constexpr auto kTaskTime = std::chrono::minutes(4);

// The folder that the fetch script prints.
inline std::filesystem::path fetched(const std::string& name, const std::string& what = "") {
  Command command{.argv = {ARGOSY_SOURCE_DIR "/tests/fixtures/libraries/fetch", name}, .env = clean_environment(), .timeout = kFetchTime};
  if (!what.empty()) command.argv.push_back(what);
  const auto done = run(command);
  if (!done || done->exit_code != 0) throw std::runtime_error(done ? done->err : to_string(done.error()));
  return std::string(text::trim(done->out));
}

class Agents : public SharedFleet<Agents> {
 public:
  static const std::vector<Story>& stories() {
    static const std::vector<Story> kAll{python_story(), typescript_story(), go_story(), java_story()};
    return kAll;
  }
  static Environment environment() {
    return {{"ARGOSY_MODEL", script("all.json", script_of(stories()))},
            {"ARGOSY_TEST_PATHS", fetched("typescript", "needs").string() + ":" + fetched("java", "needs").string()},
            {"ARGOSY_LEASE_MS", "4000"},
            {"ARGOSY_RENEW_MS", "500"}};
  }

  // What ARGOSY_MODEL is for these rules.
  static std::string script(const std::string& name, const std::string& rules) {
    static const TempDir folder("scripts");
    const auto file = folder.path() / name;
    if (const auto written = write_file_atomic(file, rules); !written) throw std::runtime_error(to_string(written.error()));
    return "script:" + file.string();
  }

 protected:
  // Gives the workers that call models another one.
  static void use_model(const std::string& model, const Environment& more = {}) {
    Environment all = more;
    all["ARGOSY_MODEL"] = model;
    for (const auto* worker : {"planning", "codegen"}) {
      // It says good-bye to Kafka: nobody waits for one that is silent.
      if (fleet().runs(worker)) EXPECT_EQ(fleet().process(worker).terminate(), 0);
      fleet().start(worker, all);
    }
  }
  // Pushes the library of the story as it is released, and registers it.
  void have(const Story& story, const std::string& repository) {
    const auto from = fetched(story.library);
    for (const auto& part : story.parts.empty() ? std::vector<std::string>{""} : story.parts) {
      std::filesystem::create_directories((git_.author() / part).parent_path());
      std::filesystem::copy(from / part, git_.author() / part, std::filesystem::copy_options::recursive);
    }
    for (const auto& [path, bytes] : story.more) git_.write(path, bytes);
    git_.push(story.library);
    fleet().add_repository(repository, git_.url(), story.test_command);
  }
  static std::string submit(const Story& story, const std::string& repository) {
    return fleet().submit(json::Object{{"repository_id", repository}, {"prompt", story.prompt}}, repository);
  }
  static json::Value got(const std::string& path) {
    const auto answer = fleet().request("GET", path);
    return answer && answer->status == 200 ? json::parse(answer->body).value_or(json::Value()) : json::Value();
  }
  static std::size_t count(const json::Array& list, const std::string& member, const std::string& value) {
    return static_cast<std::size_t>(std::ranges::count_if(list, [&](const auto& one) { return one.string_or(member, "") == value; }));
  }

  // The task has ended as it should, and its branch holds what the story says and nothing else.
  void expect_done(const json::Value& task, const Story& story) const {
    ASSERT_EQ(task.string_or("status", ""), "succeeded") << json::dump_pretty(task);
    EXPECT_EQ(task.string_or("stop_reason", ""), "completed") << json::dump_pretty(task);
    const auto& steps = task.array_or_empty("steps");
    EXPECT_EQ(count(steps, "kind", "fix"), 1u) << json::dump_pretty(task);
    EXPECT_EQ(count(steps, "kind", "test"), 2u);
    for (const auto* work : {&story.right, &story.wrong})
      EXPECT_EQ(count(steps, "title", work->id + ": " + work->objective), work->command.empty() ? 1u : 2u) << json::dump_pretty(task);
    const auto* result = task.find("result");
    ASSERT_TRUE(result && result->is_object()) << json::dump_pretty(task);
    expect_branch(result->string_or("branch", ""), story);
    const auto* tests = result->find("tests");
    ASSERT_TRUE(tests && tests->is_object()) << json::dump_pretty(task);
    EXPECT_EQ(count(tests->array_or_empty("criteria"), "outcome", "passed"), 2u) << json::dump_pretty(*tests);
  }

  void expect_branch(const std::string& branch, const Story& story) const {
    std::vector<std::string> expected;
    for (const auto* work : {&story.right, &story.wrong}) {
      const auto base = git_.at("main", work->path);
      const auto at = base.find(work->before);
      ASSERT_TRUE(at != std::string::npos && at == base.rfind(work->before)) << work->path;
      auto whole = base;
      const auto found = git_.at(branch, work->path);
      EXPECT_TRUE(found == whole.replace(at, work->before.size(), work->after)) << work->path << ":\n" << found;
      EXPECT_EQ(git_.at(branch, work->test_path), work->test);
      expected.insert(expected.end(), {work->path, work->test_path});
    }
    std::ranges::sort(expected);
    std::vector<std::string> changed;
    const auto diff = git_.at_remote({"diff", "--no-renames", "--name-only", "main", "refs/heads/" + branch});
    for (const auto line : text::lines(diff)) changed.emplace_back(line);
    EXPECT_EQ(changed, expected);
    EXPECT_EQ(git_.at_remote({"log", "-1", "--format=%s", "refs/heads/" + branch}), "feat: " + story.title);
  }

  testing::GitFixture git_;
};

}  // namespace argosy::test
