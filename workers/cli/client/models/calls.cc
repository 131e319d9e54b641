#include <fmt/format.h>

#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/client/screen.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kShownDigits = 12;

// What nobody knows is a dash.
std::string figure(const json::Value& call, std::string_view name) {
  const auto* found = call.find(name);
  return found != nullptr && found->is_int() ? std::to_string(found->as_int()) : "-";
}

// Why this model: what the route said of the one that answered, where it came from else.
std::string why(const json::Value& call) {
  const auto source = call.string_or("source", "model");
  if (source != "model") return source == "exact_cache" ? "from the cache" : "from the cache, by its meaning";
  const auto* route = call.find("route");
  if (route == nullptr || !route->is_object()) return "-";
  for (const auto& one : route->array_or_empty("in_turn"))
    if (one.string_or("model", "") == call.string_or("model", "?")) return one.string_or("why", "-");
  return route->string_or("rule", "-");
}

void print(const json::Value& call) {
  const auto* prompt = call.find("prompt");
  const auto template_name = prompt == nullptr || !prompt->is_object()
                                 ? "-"
                                 : prompt->string_or("name", "?") + "@" + prompt->string_or("hash", "").substr(0, kShownDigits);
  const auto fault = call.string_or("fault", "");
  fmt::print("{}  {:>5}.{:<3} {:<15} {:<20} {:>8} in {:>8} cached {:>7} out  {:>9}  {:<13} {:<28} {}\n", call.string_or("started_at", "?"),
             call.int_or("step", 0), call.int_or("attempt", 0), call.string_or("kind", "?"), call.string_or("model", "-"),
             figure(call, "input_tokens"), figure(call, "cached_tokens"), figure(call, "output_tokens"),
             duration_text(call.int_or("took_ms", 0)), fault.empty() ? call.string_or("stop", "?") : fault, template_name, why(call));
}

}  // namespace

int calls(const Arguments& arguments) {
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  auto all = api->list("/api/v1/tasks/" + percent_encode(arguments.positional[0]) + "/calls", "calls");
  if (!all) return report_answer(all.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(json::Object{{"calls", std::move(*all)}}));
    return kSucceeded;
  }
  for (const auto& call : *all) print(call);
  if (all->empty()) fmt::print("the task has asked no model (yet)\n");
  return kSucceeded;
}

}  // namespace argosy::cli
