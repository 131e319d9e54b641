// What the tests of steering share: the store's fixture, and a start for races.
#pragma once

#include <fmt/format.h>

#include <latch>

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
};

}  // namespace argosy::store
