#include "common/tasks/agent/last_steps.h"

#include <utility>

#include "common/tasks/payloads.h"

namespace argosy::tasks {

NewStep test_step(std::int16_t ordinal, std::vector<std::int16_t> leaves, std::vector<std::int16_t> changes, const Target& target,
                  std::vector<Criterion> criteria, std::vector<std::string> write_set) {
  TreePayload tree{.base_commit = target.base_commit, .target_branch = target.branch};
  tree.criteria = std::move(criteria);
  tree.write_set = std::move(write_set);
  return {.ordinal = ordinal,
          .queue = Queue::testing,
          .kind = "test",
          .title = "run the repository's tests",
          .payload = to_json_text(tree),
          .depends_on = std::move(leaves),
          .inputs = std::move(changes)};
}

NewStep push_step(std::int16_t ordinal, std::int16_t test, std::vector<std::int16_t> changes, const Target& target, std::string title) {
  TreePayload tree{.base_commit = target.base_commit, .target_branch = target.branch};
  tree.title = std::move(title);
  changes.push_back(test);
  return {.ordinal = ordinal,
          .queue = Queue::git,
          .kind = "push",
          .title = "commit and push the branch",
          .payload = to_json_text(tree),
          .depends_on = {test},
          .inputs = std::move(changes)};
}

}  // namespace argosy::tasks
