// What the tests of steering share: the store's fixture, and a start for races.
#pragma once

#include <fmt/format.h>

#include <latch>
#include <map>

#include "common/store/steering.h"
#include "tests/integration/store/fixture.h"

namespace argosy::store {

using tasks::Queue;

class SteeringTest : public StoreTest {
 protected:
  using Kind = Steered::Kind;

  Kind paused(const TaskId& task) { return must(pause(*db, kDefaultOrg, task, "ann")).kind; }
  Kind resumed(const TaskId& task) { return must(resume(*db, kDefaultOrg, task, "ann")).kind; }

  // The task as the API shows it.
  TaskView shown(const TaskId& task) { return must(get_task(*db, kDefaultOrg, task)).value(); }
  std::string status(const TaskId& task) { return std::string(tasks::to_string(shown(task).state)); }

  // Data of the task's events of that type, in order.
  std::vector<std::string> told(const TaskId& task, std::string_view type) {
    std::vector<std::string> data;
    const auto page = must(read_events(*db, kDefaultOrg, task, 0, 1000));
    for (const auto& event : page.value().events)
      if (event.type == type) data.push_back(event.data);
    return data;
  }

  // One worker a queue, and what it makes of a step.
  WorkerId of(Queue queue) {
    if (!workers_.contains(queue)) workers_[queue] = worker(queue);
    return workers_[queue];
  }
  Finished done(const TaskId& task, std::int16_t step, Queue queue) {
    return must(finish(*db, of(queue), {finished(claim_one(of(queue), queue, {task, step}))}));
  }
  Finished broken(const TaskId& task, std::int16_t step, Queue queue) {
    return must(finish(*db, of(queue), {failed(claim_one(of(queue), queue, {task, step}))}));
  }
  Steered back(const TaskId& task, std::int16_t step, std::string key = "") {
    return must(rollback(*db, kDefaultOrg, task, step, key, "ann"));
  }
  // The row that took the place of that step.
  std::int16_t now(const TaskId& task, std::int16_t step) {
    for (const auto& one : shown(task).steps)
      if (one.replaces == step) return now(task, one.ordinal);
    return step;
  }
  // The counters say what the rows say.
  void expect_counted(const TaskId& task) {
    EXPECT_EQ(database.value(fmt::format(R"(
      SELECT t.known_steps = count(*) FILTER (WHERE NOT s.on_task_end AND s.state <> 'superseded')
         AND t.open_steps = count(*) FILTER (WHERE NOT s.on_task_end AND s.state IN ('blocked', 'ready', 'running', 'waiting'))
         AND t.end_steps = count(*) FILTER (WHERE s.on_task_end AND s.state IN ('blocked', 'ready', 'running', 'waiting'))
        FROM task t JOIN step s ON s.task_id = t.task_id WHERE t.task_id = '{}' GROUP BY t.task_id)",
                                         task.to_string())),
              "t");
  }

  // Runs all at the same moment and waits for the last.
  template <class... Action>
  void together(Action&&... actions) {
    std::latch start(sizeof...(actions));
    std::vector<std::jthread> threads;
    (threads.emplace_back([&] {
      start.arrive_and_wait();
      actions();
    }),
     ...);
  }

 private:
  std::map<Queue, WorkerId> workers_;
};

}  // namespace argosy::store
