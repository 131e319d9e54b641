#include "tests/bench/load/task_shapes.h"

#include <algorithm>
#include <array>
#include <random>

#include "common/core/clock.h"
#include "common/tasks/payloads.h"

namespace argosy::bench {
namespace {

constexpr std::int16_t kFanWidth = 50;
constexpr std::string_view kOpens = R"({"data":")", kCloses = R"("})";

std::mt19937_64& engine() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return engine;
}

std::string letters(std::size_t count) {
  static constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  std::string text(count, '0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 10 == 0) bits = engine()();
    text[i] = kAlphabet[bits & 63];
    bits >>= 6;
  }
  return text;
}

tasks::NewStep step(std::int16_t ordinal, tasks::Queue queue, std::vector<std::int16_t> after) {
  tasks::NewStep made;
  made.ordinal = ordinal;
  made.queue = queue;
  made.kind = kPlain;
  made.title = "a step that is measured";
  made.payload = "{}";
  made.inputs = after;  // results are handed on along the edges
  made.depends_on = std::move(after);
  return made;
}

std::vector<tasks::NewStep> steps(Shape shape) {
  using enum tasks::Queue;
  std::vector<tasks::NewStep> all;
  switch (shape) {
    case Shape::chain:
      all = rest_of_chain(0, 1);
      all.insert(all.begin(), step(0, planning, {}));
      break;
    case Shape::fan: {
      all.push_back(step(0, planning, {}));
      std::vector<std::int16_t> middle;
      for (std::int16_t i = 1; i <= kFanWidth; ++i) {
        all.push_back(step(i, codegen, {0}));
        middle.push_back(i);
      }
      all.push_back(step(kFanWidth + 1, testing, std::move(middle)));
      break;
    }
    case Shape::single:
      all.push_back(step(0, codegen, {}));
      all.back().kind = kHolds;
      break;
  }
  return all;
}

std::string context(const TaskId& id, const OrgId& org, UnixMillis now) {
  tasks::TaskContext made;
  made.org_id = org.to_string();
  made.repository_id = kRepository;
  made.url = "https://git.example/bench/engine.git";
  made.default_branch = "main";
  made.prompt = payload();
  made.branch = "argosy/bench-" + id.to_string();
  made.commit_time_ms = now;
  made.user = "bench";
  return tasks::to_json_text(made);
}

}  // namespace

std::optional<Shape> shape_from(std::string_view name) {
  for (const auto shape : {Shape::chain, Shape::fan, Shape::single})
    if (to_string(shape) == name) return shape;
  return std::nullopt;
}

std::string_view to_string(Shape shape) {
  static constexpr std::array<std::string_view, 3> kNames{"chain", "fan", "single"};
  return kNames[static_cast<std::size_t>(shape)];
}

std::size_t steps_of(Shape shape) { return shape == Shape::chain ? 5 : shape == Shape::fan ? kFanWidth + 2 : 1; }

std::string payload() { return letters(kPayloadBytes); }

std::string result_of(std::string_view payload) {
  std::string text(kOpens);
  text += payload.substr(0, kResultBytes - kOpens.size() - kCloses.size());
  text += kCloses;
  return text;
}

std::vector<tasks::NewStep> rest_of_chain(std::int16_t first, std::int16_t from) {
  std::vector<tasks::NewStep> rest;
  for (const auto queue : {tasks::Queue::codegen, tasks::Queue::testing, tasks::Queue::git, tasks::Queue::notifications}) {
    rest.push_back(step(from, queue, {first}));
    first = from++;
  }
  return rest;
}

store::NewTask make_task(const Order& order) {
  const auto now = system_clock().unix_ms();
  store::NewTask task;
  task.id = TaskId{Uuid::v7(now)};
  task.org = order.org;
  task.repository_id = kRepository;
  task.kind = "edit_file";
  task.context = context(task.id, order.org, now);
  task.request = R"({"repository_id":"bench/engine","prompt":"measure the engine"})";
  task.traceparent = "00-" + task.id.to_string().substr(24) + "0000000000000000000f-00000000000000aa-01";
  task.created_by = "bench";
  task.steps = steps(order.shape);
  for (auto& one : task.steps) {
    if (order.fail_percent > 0 && static_cast<int>(engine()() % 100) < order.fail_percent) one.kind = kFailsOnce;
  }
  return task;
}

}  // namespace argosy::bench
