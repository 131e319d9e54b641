#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::string_view kPath = "/api/v1/dead";
constexpr std::int64_t kDefaultLimit = 20, kMostLimit = 200;  // of a list
constexpr std::int64_t kBatch = 500;                          // dead letters of one request

// Options that narrow a list and a redrive, and the names the API has for them.
constexpr std::pair<std::string_view, std::string_view> kFilters[] = {{"--queue", "queue"}, {"--category", "category"},
                                                                      {"--code", "code"},   {"--repo", "repository_id"},
                                                                      {"--since", "since"}, {"--until", "until"}};

std::string error_text(const json::Value& letter) {
  const json::Value* error = letter.find("error");
  if (error == nullptr || !error->is_object()) return "-";
  return fmt::format("{} {}: {}", error->string_or("category", "?"), error->string_or("code", "?"), error->string_or("message", ""));
}

int print_json(const json::Value& value) {
  fmt::print("{}\n", json::dump_pretty(value));
  return kSucceeded;
}

int list_dead(const Api& api, const Arguments& arguments) {
  const auto limit = arguments.number("--limit", 1, kMostLimit);
  if (!limit) return report(limit.error());
  auto path = fmt::format("{}?limit={}", kPath, limit->value_or(kDefaultLimit));
  for (const auto& [option, name] : kFilters)
    if (const auto value = arguments.value(option)) path += fmt::format("&{}={}", name, percent_encode(*value));
  const auto answer = api.get(path);
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) return print_json(*answer);
  for (const auto& one : answer->array_or_empty("dead")) {
    fmt::print("{} {:>5}  {:<13} {}  {:<24} {}\n", one.string_or("task_id", "?"), one.int_or("step", 0), one.string_or("queue", "?"),
               one.string_or("died_at", "?"), one.string_or("repository_id", "?"), error_text(one));
  }
  if (!answer->string_or("next_cursor", "").empty()) fmt::print("... and more: --limit N, or narrow it\n");
  return kSucceeded;
}

int show_dead(const Api& api, const Arguments& arguments) {
  const auto answer =
      api.get(fmt::format("{}/{}/{}", kPath, percent_encode(arguments.positional[1]), percent_encode(arguments.positional[2])));
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) return print_json(*answer);
  fmt::print("task {}  step {}  {}  {}\n", answer->string_or("task_id", "?"), answer->int_or("step", 0), answer->string_or("queue", "?"),
             answer->string_or("title", ""));
  fmt::print("died {}  after {} attempts and {} crashes  repository {}\n", answer->string_or("died_at", "?"), answer->int_or("attempts", 0),
             answer->int_or("crashes", 0), answer->string_or("repository_id", "?"));
  fmt::print("{}\n", error_text(*answer));
  if (const auto* error = answer->find("error"); error != nullptr && error->is_object() && !error->string_or("hint", "").empty())
    fmt::print("hint: {}\n", error->string_or("hint", ""));
  for (const auto& attempt : answer->array_or_empty("history")) {
    fmt::print("  attempt {:>2}  {}  {:<11} {}\n", attempt.int_or("attempt", 0), attempt.string_or("finished_at", "?"),
               attempt.string_or("outcome", "?"), error_text(attempt));
  }
  for (const auto& redrive : answer->array_or_empty("redrives"))
    fmt::print("  redriven    {}  by {}\n", redrive.string_or("at", "?"), redrive.string_or("by", "?"));
  return kSucceeded;
}

int redrive_one(const Api& api, const Arguments& arguments) {
  const auto step = text::to_int(arguments.positional[2]);
  if (!step) return wrong_usage("the step is a number, as `argosy dead list` shows it");
  json::Array steps;
  steps.emplace_back(json::Object{{"task_id", arguments.positional[1]}, {"step", *step}});
  const auto answer = api.post(std::string(kPath) + "/redrive", json::Object{{"steps", std::move(steps)}});
  if (!answer) return report_answer(answer.error());
  if (arguments.has("--json")) return print_json(*answer);
  fmt::print("{} redriven\n", answer->int_or("redriven", 0));
  return answer->int_or("redriven", 0) > 0 ? kSucceeded : kFailed;
}

// Batch after batch until the filter finds nothing more or --limit is reached. What dies again meanwhile is left alone.
int redrive_found(const Api& api, const Arguments& arguments) {
  const auto limit = arguments.number("--limit", 1, INT32_MAX);
  if (!limit) return report(limit.error());
  json::Object filter;
  for (const auto& [option, name] : kFilters)
    if (const auto value = arguments.value(option)) filter.append(std::string(name), *value);
  if (filter.empty() && !arguments.has("--all")) return wrong_usage("name a dead letter, narrow it down, or say --all");
  const std::int64_t most = limit->value_or(INT32_MAX);
  std::int64_t redriven = 0;
  for (bool more = true; more && redriven < most;) {
    const auto answer =
        api.post(std::string(kPath) + "/redrive", json::Object{{"filter", filter}, {"limit", std::min(kBatch, most - redriven)}});
    if (!answer) return report_answer(answer.error());
    const auto count = answer->int_or("redriven", 0);
    redriven += count;
    filter["until"] = answer->string_or("until", "");
    more = answer->bool_or("more", false) && count > 0;
  }
  fmt::print("{} redriven\n", redriven);
  return kSucceeded;
}

}  // namespace

int dead(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  const bool one = words == 3;
  const bool known = what == "list" ? words == 1 : what == "show" ? one : what == "redrive" && (one || words == 1);
  if (!known) return wrong_usage("it is `dead list`, `dead show ID STEP`, `dead redrive ID STEP` or `dead redrive` with a filter");
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  if (what == "list") return list_dead(*api, arguments);
  if (what == "show") return show_dead(*api, arguments);
  return one ? redrive_one(*api, arguments) : redrive_found(*api, arguments);
}

}  // namespace argosy::cli
