#include <fmt/format.h>

#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kDefaultLimit = 50, kMostLimit = 200;

}  // namespace

int usage(const Arguments& arguments) {
  const auto limit = arguments.number("--limit", 1, kMostLimit);
  if (!limit) return report(limit.error());
  const auto group = arguments.value("--by").value_or("day");
  auto path = fmt::format("/api/v1/usage?limit={}&group_by={}", limit->value_or(kDefaultLimit), percent_encode(group));
  for (const auto& [option, name] : {std::pair{"--since", "from"}, std::pair{"--until", "to"}})
    if (const auto value = arguments.value(option)) path += fmt::format("&{}={}", name, percent_encode(*value));
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  const auto answer = api->get(path);
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
    return kSucceeded;
  }
  fmt::print("{:<36} {:>7} {:>14} {:>14} {:>12} {:>12} {:>12}\n", group, "calls", "USD", "reserved", "input", "cached", "output");
  for (const auto& one : answer->array_or_empty("usage")) {
    fmt::print("{:<36} {:>7} {:>14} {:>14} {:>12} {:>12} {:>12}\n", one.string_or(group == "task" ? "task_id" : group, "?"),
               one.int_or("calls", 0), one.string_or("usd", "?"), one.string_or("reserved_usd", "?"), one.int_or("input_tokens", 0),
               one.int_or("cached_tokens", 0), one.int_or("output_tokens", 0));
  }
  if (answer->bool_or("more", false)) fmt::print("... and more: --limit N, or narrow it with --since and --until\n");
  return kSucceeded;
}

}  // namespace argosy::cli
