#include <fmt/format.h>

#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"

namespace argosy::cli {
namespace {

constexpr std::string_view kPath = "/api/v1/cache";
constexpr std::int64_t kUsualDays = 31, kMostDays = 400;

int show(const Result<json::Value>& answer, const Arguments& arguments) {
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*answer));
    return kSucceeded;
  }
  if (!answer->bool_or("on", true)) fmt::print("the organisation has no answers kept (`argosy cache on`)\n");
  fmt::print("{:<16} {:>8} {:>12} {:>8} {:>8} {:>8} {:>9} {:>14}\n", "kind", "entries", "bytes", "same", "alike", "missed", "withheld",
             "USD saved");
  for (const auto& one : answer->array_or_empty("kinds"))
    fmt::print("{:<16} {:>8} {:>12} {:>8} {:>8} {:>8} {:>9} {:>14}\n", one.string_or("kind", "?"), one.int_or("entries", 0),
               one.int_or("bytes", 0), one.int_or("exact_hits", 0), one.int_or("semantic_hits", 0), one.int_or("misses", 0),
               one.int_or("withheld", 0), one.string_or("saved_usd", "?"));
  return kSucceeded;
}

int purge(const Api& api, const Arguments& arguments) {
  std::string path(kPath);
  char separator = '?';
  for (const auto& [option, name] : {std::pair{"--repo", "repository_id"}, std::pair{"--commit", "commit"}, std::pair{"--kind", "kind"}}) {
    const auto value = arguments.value(option);
    if (!value) continue;
    path += fmt::format("{}{}={}", separator, name, percent_encode(*value));
    separator = '&';
  }
  const auto gone = api.remove(path);
  return gone ? kSucceeded : report_answer(gone.error());
}

}  // namespace

int cache(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  if (what == "warm" && words == 2) return warm_cache(arguments);
  if (words != 1 || (what != "stats" && what != "purge" && what != "on" && what != "off"))
    return wrong_usage("it is `cache stats`, `cache purge`, `cache on`, `cache off` or `cache warm FILE`");
  const auto days = arguments.number("--days", 1, kMostDays);
  if (!days) return report(days.error());
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  if (what == "purge") return purge(*api, arguments);
  if (what == "stats") return show(api->get(fmt::format("{}?days={}", kPath, days->value_or(kUsualDays))), arguments);
  return show(api->post(std::string(kPath), json::Object{{"on", what == "on"}}), arguments);
}

}  // namespace argosy::cli
