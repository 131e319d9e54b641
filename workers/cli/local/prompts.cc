#include <fmt/format.h>

#include <algorithm>

#include "common/config/settings.h"
#include "common/llm/prompts/library.h"
#include "workers/cli/command.h"
#include "workers/cli/local/commands.h"

namespace argosy::cli {
namespace {

constexpr std::size_t kShownDigits = 12;

json::Array names_json(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

json::Object prompt_json(const llm::Prompt& prompt) {
  json::Object parts;
  for (std::size_t i = 0; i < prompt.parts.size(); ++i)
    if (!prompt.parts[i].empty()) parts.append(std::string(llm::kPromptParts[i]), prompt.parts[i]);
  return {{"name", prompt.name},
          {"about", prompt.about},
          {"hash", prompt.hash},
          {"source", prompt.source},
          {"trusted", names_json(prompt.trusted)},
          {"untrusted", names_json(prompt.untrusted)},
          {"parts", std::move(parts)}};
}

int list(const llm::Prompts& prompts, const Arguments& arguments) {
  if (arguments.has("--json")) {
    json::Array all;
    for (const auto& prompt : prompts.all()) all.emplace_back(prompt_json(prompt));
    fmt::print("{}\n", json::dump_pretty(json::Object{{"prompts", std::move(all)}}));
    return kSucceeded;
  }
  for (const auto& prompt : prompts.all())
    fmt::print("{:<16} {}  {}{}\n", prompt.name, prompt.hash.substr(0, kShownDigits), prompt.about,
               prompt.source == "built in" ? "" : fmt::format(" ({})", prompt.source));
  return kSucceeded;
}

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "-" : out;
}

int show(const llm::Prompt& prompt, const Arguments& arguments) {
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(prompt_json(prompt)));
    return kSucceeded;
  }
  if (arguments.has("--hash")) {
    fmt::print("{}\n", prompt.hash);
    return kSucceeded;
  }
  const auto wanted = arguments.value("--part");
  if (wanted && std::ranges::find(llm::kPromptParts, *wanted) == llm::kPromptParts.end())
    return wrong_usage("--part is system, context or task");
  if (!wanted)
    fmt::print("{}: {}\n{}, hash {}\ntrusted: {}\nuntrusted: {}\n", prompt.name, prompt.about, prompt.source, prompt.hash,
               joined(prompt.trusted), joined(prompt.untrusted));
  for (std::size_t i = 0; i < prompt.parts.size(); ++i) {
    const auto name = llm::kPromptParts[i];
    if (wanted.value_or(std::string(name)) != name || (prompt.parts[i].empty() && !wanted)) continue;
    fmt::print("{}{}\n", wanted ? "" : fmt::format("\n<!-- {} -->\n", name), prompt.parts[i]);
  }
  if (!wanted && !prompt.untrusted.empty()) fmt::print("\nBehind the system part:\n{}\n", llm::kUntrustedRule);
  return kSucceeded;
}

}  // namespace

int prompts(const Arguments& arguments) {
  const auto& what = arguments.positional[0];
  const auto words = arguments.positional.size();
  if (!(what == "list" && words == 1) && !(what == "show" && words == 2)) return wrong_usage("it is `prompts list` or `prompts show NAME`");
  const auto settings = config::load(config::process_environment());
  if (!settings) return wrong_usage(settings.error().front());
  const auto prompts = llm::Prompts::open(arguments.value("--prompts").value_or(settings->prompts));
  if (!prompts) return report(prompts.error(), kUsage);
  if (what == "list") return list(*prompts, arguments);
  const auto prompt = prompts->get(arguments.positional[1]);
  return prompt ? show(**prompt, arguments) : report(prompt.error(), kUsage);
}

}  // namespace argosy::cli
