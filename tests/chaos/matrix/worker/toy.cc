#include "tests/chaos/matrix/worker/toy.h"

#include <poll.h>

#include <random>

#include <fmt/format.h>

#include "common/tasks/agent/plan_steps.h"
#include "common/tasks/payloads.h"

namespace argosy::chaos {
namespace {

using std::chrono::milliseconds;

// A step takes so long, so that some of every queue are under way whenever something happens; a slow one passes the lease of the matrix.
constexpr milliseconds kShortest{20}, kLongest{400}, kSlow{2'600};
constexpr milliseconds kAskEvery{20};  // whether to stop

milliseconds some_time() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return milliseconds(std::uniform_int_distribution<std::int64_t>(kShortest.count(), kLongest.count())(random));
}

milliseconds time_of(Errand errand, std::int16_t step) {
  if (errand == Errand::slow && step != kPlan) return kSlow;
  return errand == Errand::replans ? kLongest : some_time();  // so that somebody is in time to edit what it follows
}

void work(milliseconds time, const runtime::StepContext& context) {
  const auto end = system_clock().boot_time() + time;
  while (!context.cancelled() && system_clock().boot_time() < end) ::poll(nullptr, 0, static_cast<int>(kAskEvery.count()));
}

tasks::NewStep step(std::int16_t ordinal, tasks::Queue queue, std::vector<std::int16_t> after) {
  tasks::NewStep made;
  made.ordinal = ordinal;
  made.queue = queue;
  made.kind = "toy";
  made.title = "a step that is disturbed";
  made.payload = "{}";
  made.inputs = after;
  made.depends_on = std::move(after);
  return made;
}

std::vector<tasks::NewStep> rest_of_the_task() {
  using enum tasks::Queue;
  return {step(kChange, codegen, {kPlan}), step(kOtherChange, codegen, {kPlan}), step(kTest, testing, {kChange, kOtherChange}),
          step(kPush, git, {kTest})};
}

// Of the same steps, so that only its own words can be edited.
tasks::Plan plan_of_the_task() {
  const auto node = [](const char* id) {
    return tasks::PlanNode{.id = id, .objective = "change it", .write_set = {id}, .done_when = {"c1"}};
  };
  return {
      .summary = "Disturb it", .criteria = {{.id = "c1", .text = "it is done", .check = "tests"}}, .nodes = {node("one"), node("other")}};
}

// A fix and another test, between the test and the push.
std::vector<tasks::NewStep> detour() { return {step(-1, tasks::Queue::codegen, {kTest}), step(-2, tasks::Queue::testing, {kTest, -1})}; }

}  // namespace

Result<runtime::StepResult> Toy::run(const runtime::Step& step, runtime::StepContext& context) {
  const auto order = order_from(step.task.prompt);
  if (!order) return fail_user("chaos_no_order", "this task is none of ours");
  const auto ordinal = step.ref.ordinal;
  const Token token{step.ref.task.to_string(), ordinal, step.lease_epoch};
  effects_.began(token, system_clock().boot_time());
  for (const auto& [from, result] : step.inputs) {
    if (result.empty()) return fail_code("chaos_input_lost", fmt::format("the result of step {} did not arrive", from));
  }
  if (order->errand == Errand::retries && ordinal == kChange && step.attempt == 1) return fail_transient("chaos_retries", "at first");
  if (order->errand == Errand::fails && ordinal == kTest && step.attempt == 1) return fail_user("chaos_fails", "until it is brought back");
  if (order->errand == Errand::asks && ordinal == kChange && step.answers.empty()) {
    return runtime::StepResult{.question =
                                   tasks::Question{.name = std::string(kQuestion), .type = "approval", .description = "Which colour?"}};
  }
  work(time_of(order->errand, ordinal), context);
  if (order->errand == Errand::pushes && ordinal == kPush) ARGOSY_TRY_VOID(push(*order, step, context));

  // In this order: an effect that is written down belongs to a lease that the process still believed in after that moment.
  const auto now = system_clock().boot_time();
  if (context.cancelled()) return fail_transient("chaos_stopped", "the step is not ours any more");
  effects_.applied(token, now);
  if (order->errand == Errand::replans && ordinal == kPlan) {
    const tasks::Target target{.base_commit = effects_.process(), .branch = std::to_string(step.lease_epoch)};
    const auto plan = plan_of_the_task();
    return runtime::StepResult{.output = tasks::to_json_text(tasks::PlanOutput{target.base_commit, target.branch, plan}),
                               .added = tasks::steps_of(plan, target)};
  }
  return runtime::StepResult{.output = json::dump(json::Object{{"process", effects_.process()}, {"epoch", step.lease_epoch}}),
                             .added = ordinal == kPlan ? rest_of_the_task() : std::vector<tasks::NewStep>{},
                             .detour = order->errand == Errand::detours && ordinal == kTest ? detour() : std::vector<tasks::NewStep>{}};
}

// As the git worker does it: the date is the task's, so that every attempt makes the same commit.
Result<void> Toy::push(const Order& order, const runtime::Step& step, const runtime::StepContext& context) const {
  auto options = git_;
  options.cancelled = [&context] { return context.cancelled(); };
  ARGOSY_TRY(const auto repository, vcs::Repository::open(options, step.task.url));
  ARGOSY_TRY(const auto head, repository->resolve(step.task.default_branch));
  ARGOSY_TRY(const auto tree, repository->checkout(head.first, vcs::Files::index_only));
  ARGOSY_TRY_VOID(tree->apply(
      fmt::format("diff --git a/order b/order\nnew file mode 100644\n--- /dev/null\n+++ b/order\n@@ -0,0 +1 @@\n+{}\n", order.number)));
  if (context.cancelled()) return fail_transient("chaos_stopped", "before its push");
  const auto trailer = trailer_of(order);
  ARGOSY_TRY_VOID(repository->commit_and_push(*tree, head.first, step.task.branch,
                                              {.message = fmt::format("Order {}\n\n{}\n", order.number, trailer),
                                               .author_name = "Chaos",
                                               .author_email = "chaos@example.org",
                                               .time_ms = step.task.commit_time_ms},
                                              trailer));
  return {};
}

}  // namespace argosy::chaos
