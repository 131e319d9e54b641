#include "workers/cli/local/models_check.h"

#include <fmt/format.h>

#include <vector>

#include "common/llm/check/checked.h"
#include "common/llm/check/live.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

std::string cost_text(const llm::ModelEntry& model, const llm::Spend& spend) {
  return model.prices ? fmt::format("{} USD ({} tokens)", usd_text(spend.money), spend.tokens)
                      : fmt::format("{} tokens, whose price is not known", spend.tokens);
}

void print_finding(const llm::Finding& finding) {
  const auto took = finding.took ? fmt::format("{} ms", finding.took->count()) : "";
  fmt::print("{:<13} {:<8} {:>9}  {}\n", llm::to_string(finding.ability), llm::to_string(finding.verdict.grade), took, finding.verdict.why);
  if (!finding.verdict.what_to_do.empty()) fmt::print("{:<32}  {}\n", "", finding.verdict.what_to_do);
  std::fflush(stdout);
}

Result<llm::CheckLimits> limits_of(const Arguments& arguments) {
  llm::CheckLimits limits;
  if (const auto given = arguments.value("--max-usd")) {
    const auto amount = parse_usd(*given);
    if (!amount) return usage_error("--max-usd is US dollars, a decimal number like 0.5");
    limits.most_usd = *amount;
  }
  return limits;
}

}  // namespace

std::string grades_text(const llm::CheckReport& report) {
  std::size_t fine = 0;
  std::vector<std::string_view> weak, failing;
  for (const auto& finding : report.findings) {
    if (finding.verdict.grade == llm::Grade::ok) ++fine;
    if (finding.verdict.grade == llm::Grade::weak) weak.push_back(llm::to_string(finding.ability));
    if (finding.verdict.grade == llm::Grade::fails) failing.push_back(llm::to_string(finding.ability));
  }
  auto text = fmt::format("{} ok", fine);
  if (!weak.empty()) text += fmt::format("; weak: {}", fmt::join(weak, " "));
  if (!failing.empty()) text += fmt::format("; fails: {}", fmt::join(failing, " "));
  return text;
}

int check_model(const llm::Catalogue& catalogue, const std::string& path, const Arguments& arguments) {
  const auto model = catalogue.get(arguments.positional[1]);
  if (!model) return report(model.error(), kUsage);
  if ((*model)->can.embedding)
    return report(
        fail_user("model_embeds", "the model " + (*model)->name + " makes vectors and answers nothing", "check one that answers").error(),
        kUsage);
  const auto limits = limits_of(arguments);
  if (!limits) return report(limits.error(), kUsage);
  const auto plan = llm::plan_check(**model, *limits);
  if (!plan) return report(plan.error(), kUsage);
  // What cannot be kept is not paid for.
  if (const auto kept = llm::read_checked(path); !kept) return report(kept.error());
  const bool as_json = arguments.has("--json");
  auto* const said_to = as_json ? stderr : stdout;
  fmt::print(said_to, "{}: {} at {}; it costs at most {}\n", (*model)->name, (*model)->endpoint.model, (*model)->endpoint.base_url,
             cost_text(**model, plan->worst));
  std::fflush(said_to);
  llm::LiveTargets live(**model, system_clock());
  const auto found = llm::check_model(**model, live.targets(), *plan, *limits, system_clock(),
                                      as_json ? std::function<void(const llm::Finding&)>() : print_finding);
  const auto written = llm::write_checked(path, found);
  if (as_json) {
    auto shown = llm::report_json(found);
    shown["worst_usd"] = usd_text(plan->worst.money);
    shown["worst_tokens"] = plan->worst.tokens;
    fmt::print("{}\n", json::dump_pretty(shown));
  } else {
    fmt::print("{}; it cost {}\n", grades_text(found), cost_text(**model, found.spent));
  }
  if (!written) return report(written.error());
  if (!as_json && found.shows_the_model()) fmt::print("kept in {}\n", llm::checked_path(path));
  if (!as_json && !found.shows_the_model()) fmt::print("not kept: the way to the model failed, and nothing was learnt of the model\n");
  return found.fails() ? kFailed : kSucceeded;
}

}  // namespace argosy::cli
