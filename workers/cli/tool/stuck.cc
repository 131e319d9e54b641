#include "common/agent/stuck.h"

#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {

int judge_stuck(const Arguments& arguments) {
  auto input = Input::open(arguments.positional[0]);
  if (!input) return report(input.error(), kUsage);
  const auto text = input->all(agent::kMaxHistoryBytes);
  if (!text) return report(in_file(input->path(), text.error()), kUsage);
  const auto history = agent::history_from(*text);
  if (!history) return report(in_file(input->path(), history.error()), kUsage);
  const auto kind = agent::stuck(*history);
  const json::Object found{{"stuck", kind.has_value()}, {"kind", kind ? json::Value(agent::to_string(*kind)) : json::Value()}};
  std::puts(json::dump(found).c_str());
  return kSucceeded;
}

}  // namespace argosy::cli
