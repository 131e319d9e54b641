// The API's description tells the limits and the words that the code holds.
#include "workers/ingest/openapi.h"

#include <gtest/gtest.h>

#include "common/core/json.h"
#include "common/tasks/change.h"
#include "common/tasks/queue.h"
#include "common/tasks/step_state.h"
#include "common/tasks/task_state.h"
#include "common/tasks/testing/fix_round.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/steer/requests.h"
#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {
namespace {

// The value at a path of members ("components/schemas/Path/maxLength"); null, which equals nothing here, when it is not there.
const json::Value& at(const std::string& path) {
  static const json::Value kDocument = *json::parse(openapi_json());
  static const json::Value kNothing;
  const json::Value* here = &kDocument;
  for (std::size_t from = 0; from <= path.size();) {
    const auto slash = std::min(path.find('/', from), path.size());
    here = here->find(path.substr(from, slash - from));
    if (here == nullptr) return kNothing;
    from = slash + 1;
  }
  return *here;
}

void expect_number(const std::string& path, std::size_t expected) {
  const auto& value = at("components/" + path);
  ASSERT_TRUE(value.is_int()) << path;
  EXPECT_EQ(value.as_int(), static_cast<std::int64_t>(expected)) << path;
}

TEST(OpenApi, TellsTheLimitsThatTheCodeHolds) {
  const std::string task = "schemas/TaskRequest/properties/";
  expect_number(task + "prompt/maxLength", kMaxPrompt);
  expect_number(task + "constraints/properties/avoid_files/maxItems", kMaxAvoidFiles);
  expect_number(task + "constraints/properties/avoid_files/items/maxLength", kMaxGlob);
  expect_number(task + "constraints/properties/max_files_changed/maximum", kMaxFilesChanged);
  expect_number(task + "max_fix_rounds/maximum", tasks::kMaxFixRounds);
  expect_number("schemas/AnswerRequest/properties/text/maxLength", kMaxAnswer);
  expect_number(task + "notify/maxItems", kMaxWebhooks);
  expect_number(task + "notify/items/properties/webhook/maxLength", kMaxUrl);
  expect_number("schemas/RepositoryRequest/properties/url/maxLength", kMaxUrl);
  expect_number("schemas/RepositoryId/maxLength", kMaxRepositoryId);
  expect_number("schemas/Path/maxLength", tasks::ChangeLimits{}.max_path);
  expect_number("parameters/limit/schema/maximum", kMaxPage);
  expect_number("parameters/limit/schema/default", kDefaultPage);
  expect_number("parameters/cursor/schema/maxLength", kMaxCursor);
  for (const auto& operation : at("components/schemas/Operation/oneOf").as_array())
    for (const auto& [name, property] : operation.find("properties")->as_object())
      if (name == "content" || name == "diff" || name == "old_string" || name == "new_string") {
        EXPECT_EQ(property.int_or("maxLength", 0), static_cast<std::int64_t>(tasks::ChangeLimits{}.max_string)) << name;
      }
}

std::vector<std::string> words(const std::string& schema) {
  std::vector<std::string> out;
  for (const auto& word : at("components/schemas/" + schema + "/enum").as_array()) out.push_back(word.as_string());
  return out;
}

TEST(OpenApi, KnowsEveryStateAndQueue) {
  std::vector<std::string> queues, tasks_states, step_states;
  for (const auto queue : tasks::kQueues) queues.emplace_back(to_string(queue));
  for (int i = 0; i <= static_cast<int>(tasks::TaskState::cancelled); ++i)
    tasks_states.emplace_back(to_string(static_cast<tasks::TaskState>(i)));
  for (int i = 0; i <= static_cast<int>(tasks::StepState::superseded); ++i)
    step_states.emplace_back(to_string(static_cast<tasks::StepState>(i)));
  EXPECT_EQ(words("Queue"), queues);
  EXPECT_EQ(words("TaskStatus"), tasks_states);
  EXPECT_EQ(words("StepState"), step_states);
}

}  // namespace
}  // namespace argosy::ingest
