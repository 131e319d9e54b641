#include "workers/cli/local/models_route.h"

#include <fmt/format.h>

#include "common/llm/check/checked.h"
#include "common/llm/route/route.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000'000;

Result<llm::Need> need_of(const Arguments& arguments) {
  llm::Need need;
  ARGOSY_TRY(need.what.kind, llm::call_kind(arguments.value("--kind").value_or("")));
  if (const auto text = arguments.value("--complexity")) {
    const auto complexity = llm::complexity_from_string(*text);
    if (!complexity) return usage_error("--complexity is low, normal or high");
    need.what.complexity = *complexity;
  }
  if (const auto text = arguments.value("--org")) {
    need.what.org = *text == "default" ? kDefaultOrg : OrgId::parse(*text);
    if (!need.what.org) return usage_error("--org is \"default\" or an id");
  }
  need.what.repository = arguments.value("--repo").value_or("");
  need.can = {.tools = arguments.has("--tools"), .images = arguments.has("--images"), .schema = arguments.has("--schema")};
  need.images = need.can.images ? 1 : 0;
  ARGOSY_TRY(const auto input, arguments.number("--input-tokens", 0, kMostTokens));
  ARGOSY_TRY(const auto output, arguments.number("--output-tokens", 0, kMostTokens));
  const bool embeds = need.what.kind == llm::CallKind::embedding;
  need.input_tokens = input.value_or(0);
  need.output_tokens = output.value_or(embeds ? 0 : llm::Request{.messages = {}}.max_tokens);
  return need;
}

void explain(const llm::RouteDecision& decision) {
  fmt::print("decided by: {}\n", decision.rule);
  for (std::size_t i = 0; i < decision.in_turn.size(); ++i)
    fmt::print("{:>4}  {:<24} {}\n", i + 1, decision.in_turn[i].model, decision.in_turn[i].why);
  for (const auto& [model, why] : decision.passed_over) fmt::print("   -  {:<24} {}\n", model, why);
  if (decision.hedge_after)
    fmt::print("without an answer begun after {} ms, the next one is asked as well\n", decision.hedge_after->count());
}

}  // namespace

int route_call(const llm::Catalogue& catalogue, const std::string& path, const Arguments& arguments) {
  const auto need = need_of(arguments);
  if (!need) return report(need.error(), kUsage);
  const auto checks = llm::read_checked(path);
  if (!checks) return report(checks.error());
  const auto decision = llm::route(catalogue, *need, {.checks = *checks});
  if (!decision) return report(decision.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(llm::decision_json(*decision)));
  } else if (arguments.has("--explain")) {
    explain(*decision);
  } else {
    for (const auto& one : decision->in_turn) fmt::print("{}\n", one.model);
  }
  return kSucceeded;
}

}  // namespace argosy::cli
