#include "tests/chaos/matrix/load/steward.h"

#include <fmt/format.h>

#include "common/tasks/checkpoint.h"

namespace argosy::chaos {
namespace {

constexpr std::chrono::milliseconds kEvery{500};

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

}  // namespace argosy::chaos
