#include "tests/chaos/matrix/load/steward.h"

#include <fmt/format.h>

#include "common/tasks/agent/plan.h"
#include "common/tasks/checkpoint.h"

namespace argosy::chaos {
namespace {

constexpr std::chrono::milliseconds kEvery{500};
constexpr auto kSource = "a steward's guess";  // what an edit changes: no step is another one by it

}  // namespace

Steward::Steward(const Stage& stage, Book& book) : stage_(stage), book_(book), thread_([this] { loop(); }) {}

Steward::~Steward() {
  over_.open();
  thread_.join();
}

void Steward::loop() {
  const json::Object ours{{"filter", json::Object{{"repository_id", Stage::kRepository}}}};
  while (!over_.wait_for(kEvery)) {
    for (const auto& task : book_.asking()) answer(task);
    for (const auto& task : book_.followed()) edit(task);
    // Repeated until nothing is left, so that a lost answer needs no care.
    ask_api(stage_, "POST", "/api/v1/dead/redrive", ours);
  }
}

// Once the question is there: an answer that comes before it would leave nothing to ask.
void Steward::answer(const std::string& task) {
  const auto now = ask_api(stage_, "GET", "/api/v1/tasks/" + task);
  if (now.status == 404) book_.answered(task);  // the audit will say so
  if (now.status != 200 || now.body.array_or_empty("checkpoints").empty()) return;
  const auto path = fmt::format("/api/v1/tasks/{}/checkpoints/{}", task, tasks::checkpoint_id(kChange, kQuestion));
  if (ask_api(stage_, "POST", path, json::Object{{"verdict", "approve"}}).status == 200) book_.answered(task);
}

// Repeated until it is answered: who asks for what stands already is told the same.
void Steward::edit(const std::string& task) {
  const auto path = fmt::format("/api/v1/tasks/{}/plan", task);
  const auto now = ask_api(stage_, "GET", path);
  if (now.body.string_or("type", "") == "/problems/task_not_found") book_.left_alone(task);  // the audit will say so
  const auto* stands = now.status == 200 ? now.body.find("plan") : nullptr;
  if (stands == nullptr) return;
  auto plan = tasks::plan_from(json::dump(*stands));
  if (!plan) return book_.left_alone(task);
  plan->estimate.source = kSource;
  const auto told = ask_api(stage_, "PUT", path, tasks::to_json(*plan), {{"If-Match", now.etag}});
  if (told.status == 200) book_.edited(task);
  const bool too_late = told.status >= 400 && told.status < 500 && told.status != 429;
  if (too_late) book_.left_alone(task);
}

}  // namespace argosy::chaos
