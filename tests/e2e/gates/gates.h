// The fleet of this program's tests, whose testing worker fetches dependencies through the egress proxy, and a repository whose gates have
// something to say. One thread.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "common/core/text.h"
#include "tests/support/fleet/own_fleet.h"
#include "tests/support/git_fixture.h"
#include "tests/support/registries.h"

namespace argosy::test {

// What a gate stops, and what it lets through.
inline constexpr auto kWrongTest = "from calc import is_text\n\n\ndef test_wrong():\n    assert is_text(1)\n";
inline constexpr auto kRightTest = "from calc import is_text\n\n\ndef test_right():\n    assert is_text(\"1\")\n";

inline constexpr auto kTaskTime = std::chrono::minutes(4);  // the registries' pace, the first time

inline std::string addresses() {
  std::vector<std::string> all;
  for (const auto& one : vouched_for_all()) all.push_back(fmt::format("{}={}", one.host.text(), one.address.text()));
  return text::join(all, ",");
}

class Gates : public SharedFleet<Gates> {
 public:
  static Environment environment() { return {{"ARGOSY_SETUP", "always"}, {"ARGOSY_EGRESS_ADDRESSES", addresses()}}; }

 protected:
  static void SetUpTestSuite() {
    SharedFleet::SetUpTestSuite();
    git_ = std::make_unique<testing::GitFixture>();
    git_->push_files({{".argosy.yaml", "coverage: {max_drop: 0}\n"},
                      {"ruff.toml", "[lint]\nselect = [\"F\"]\n\n[format]\nquote-style = \"double\"\n"},
                      {"requirements.txt", "six==1.16.0\n"},
                      {"calc.py", "import six\n\n\ndef is_text(value):\n    return isinstance(value, six.text_type)\n"},
                      {"test_calc.py",
                       "import pytest\n\nfrom calc import is_text\n\n\n@pytest.mark.parametrize(\"value\", [\"a\", \"\"])\n"
                       "def test_is_text(value):\n    assert is_text(value)\n"}});
    fleet().add_repository("e2e/gates", git_->url());
  }
  static void TearDownTestSuite() {
    SharedFleet::TearDownTestSuite();
    git_.reset();
  }

  static json::Object creating(const std::string& path, const std::string& content) {
    return {{"op", "create_file"}, {"path", path}, {"content", content}};
  }
  // `rounds`: how often it may be mended; without any, what a gate stops is the end.
  static std::string submit(const std::string& path, const std::string& content, int rounds = 0) {
    return fleet().submit(json::Object{{"repository_id", "e2e/gates"},
                                       {"prompt", "add " + path},
                                       {"max_fix_rounds", rounds},
                                       {"change", json::Array{creating(path, content)}}},
                          path);
  }
  static json::Value outcome(const std::string& path, const std::string& content) {
    return fleet().wait_terminal(submit(path, content), kTaskTime);
  }

  static json::Value shown(const std::string& task) {
    const auto answer = fleet().request("GET", "/api/v1/tasks/" + task);
    return answer ? json::parse(answer->body).value_or(json::Value()) : json::Value();
  }
  // The description of the question of that name, as soon as it is asked.
  static std::string question(const std::string& task, const std::string& name) {
    std::string text;
    const bool asked = testing::eventually(
        [&] {
          for (const auto& one : shown(task).array_or_empty("checkpoints"))
            if (one.string_or("checkpoint_id", "").ends_with("-" + name)) text = one.string_or("description", "");
          return !text.empty();
        },
        kTaskTime);
    EXPECT_TRUE(asked) << json::dump_pretty(shown(task));
    return text;
  }
  static void answer(const std::string& task, const std::string& name, json::Object body) {
    for (const auto& one : shown(task).array_or_empty("checkpoints")) {
      const auto id = one.string_or("checkpoint_id", "");
      if (!id.ends_with("-" + name)) continue;
      const auto said = fleet().request("POST", fmt::format("/api/v1/tasks/{}/checkpoints/{}", task, id), json::Value(std::move(body)));
      EXPECT_TRUE(said && said->status == 200) << (said ? said->body : to_string(said.error()));
      return;
    }
    ADD_FAILURE() << "no question " << name;
  }
  static std::size_t steps(const json::Value& task, const std::string& kind) {
    const auto& all = task.array_or_empty("steps");
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& one) { return one.string_or("kind", "") == kind; }));
  }

  static inline std::unique_ptr<testing::GitFixture> git_;
};

}  // namespace argosy::test
