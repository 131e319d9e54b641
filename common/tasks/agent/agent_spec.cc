#include "common/tasks/agent/agent_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "common/core/text.h"
#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

constexpr std::size_t kMaxName = 64, kMaxAbout = 500, kMaxInstructions = 20'000, kMaxWord = 200, kMaxEntries = 100, kMaxCallbacks = 10,
                      kMaxUrl = 2'000;

struct Bound {
  std::string_view name;
  std::int64_t AgentLimits::* member;
  std::int64_t least, most;
};
// More is a slip of the pen; the budgets of users and organisations hold besides.
constexpr auto kBounds = std::to_array<Bound>({{"rounds", &AgentLimits::rounds, 1, 1'000},
                                               {"tokens", &AgentLimits::tokens, 1'000, 1'000'000'000},
                                               {"minutes", &AgentLimits::minutes, 1, 24 * 60},
                                               {"compactions", &AgentLimits::compactions, 0, 50},
                                               {"runs", &AgentLimits::runs, 0, 1'000},
                                               {"files_changed", &AgentLimits::files_changed, 0, 10'000}});

bool is_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= kMaxName && name.front() != '-' && std::ranges::all_of(name, plain);
}
// Names of templates and models, as their files have them.
bool is_word(std::string_view word) {
  return word.size() <= kMaxWord && std::ranges::none_of(word, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

bool is_callback(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme) || url.size() > kMaxUrl || !is_word(url.substr(0, kMaxWord))) return false;
  const auto host = url.substr(kScheme.size(), url.find_first_of("/?#", kScheme.size()) - kScheme.size());
  return !host.empty() && !host.contains('@') && std::ranges::none_of(url, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

json::Value list(const std::vector<std::string>& strings) { return json::Array(strings.begin(), strings.end()); }

AgentLimits read_limits(JsonReader& agent, std::optional<JsonReader::Problem>& problem) {
  AgentLimits limits;
  const auto* given = agent.optional_object("limits");
  if (given == nullptr) return limits;
  JsonReader in(*given, "/limits");
  for (const auto& bound : kBounds) {
    const auto value = in.optional_integer(bound.name).value_or(limits.*bound.member);
    if (value < bound.least || value > bound.most) in.fail(bound.name, fmt::format("must be {} to {}", bound.least, bound.most));
    limits.*bound.member = value;
  }
  in.refuse_unknown();
  problem = in.problem();
  return limits;
}

void check_list(JsonReader& in, std::string_view key, const std::vector<std::string>& entries, std::size_t most, auto&& good,
                std::string_view must) {
  if (entries.size() > most) in.fail(key, fmt::format("has more than {} entries", most));
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!seen.insert(entries[i]).second) in.fail_item(key, i, "stands here twice");
    if (!good(entries[i])) in.fail_item(key, i, std::string(must));
  }
}

void check(JsonReader& in, const AgentSpec& spec) {
  if (!is_name(spec.name)) in.fail("name", fmt::format("must be small letters, digits and dashes, at most {}", kMaxName));
  if (built_in_agent(spec.name) != nullptr) in.fail("name", "is a built-in agent's: choose another");
  if (!is_name(spec.role)) in.fail("role", fmt::format("must be small letters, digits and dashes, at most {}", kMaxName));
  if (spec.version < 0) in.fail("version", "must not be negative");
  if (spec.about.size() > kMaxAbout) in.fail("about", fmt::format("has more than {} bytes", kMaxAbout));
  if (spec.prompt.empty() || !is_word(spec.prompt)) in.fail("prompt", "must be a template's name");
  if (!is_word(spec.model)) in.fail("model", "must be a model's name");
  if (spec.instructions.size() > kMaxInstructions) in.fail("instructions", fmt::format("has more than {} bytes", kMaxInstructions));
  const auto known = [](const std::string& tool) { return std::ranges::find(agent_tools(), tool) != agent_tools().end(); };
  check_list(in, "tools", spec.tools, agent_tools().size(), known, "is no tool");
  if (std::ranges::find(spec.tools, "finish") == spec.tools.end())
    in.fail("tools", "must have \"finish\": without it the agent cannot end");
  const auto short_text = [](const std::string& text) { return !text.empty() && text.size() <= kMaxWord; };
  check_list(in, "avoid_files", spec.avoid_files, kMaxEntries, short_text, fmt::format("must be a pattern of at most {} bytes", kMaxWord));
  check_list(in, "callbacks", spec.callbacks, kMaxCallbacks, is_callback, "must be an https URL without a user");
  check_list(in, "may_use", spec.may_use, kMaxEntries, short_text, "must be a user");
}

}  // namespace

json::Value to_json(const AgentSpec& spec) {
  json::Object limits;
  for (const auto& bound : kBounds) limits.append(std::string(bound.name), spec.limits.*bound.member);
  return json::Object{{"name", spec.name},
                      {"version", spec.version},
                      {"about", spec.about},
                      {"owner", spec.owner},
                      {"role", spec.role},
                      {"prompt", spec.prompt},
                      {"instructions", spec.instructions},
                      {"model", spec.model},
                      {"tools", list(spec.tools)},
                      {"limits", std::move(limits)},
                      {"avoid_files", list(spec.avoid_files)},
                      {"callbacks", list(spec.callbacks)},
                      {"may_use", list(spec.may_use)}};
}

Result<AgentSpec> agent_spec_from(std::string_view json_text) {
  constexpr std::string_view kHint = "see the members of an agent in openapi.yaml; GET /api/v1/agents shows the built-in ones";
  const auto value = json::parse(json_text);
  if (!value) return fail_user("agent_invalid", "/: " + value.error().message, std::string(kHint));
  JsonReader in(*value);
  std::optional<JsonReader::Problem> of_limits;
  AgentSpec spec{.name = in.string("name"),
                 .version = in.optional_integer("version").value_or(0),
                 .about = in.string_or_empty("about"),
                 .owner = in.string_or_empty("owner"),
                 .role = in.string_or_empty("role"),
                 .prompt = in.string_or_empty("prompt"),
                 .instructions = in.string_or_empty("instructions"),
                 .model = in.string_or_empty("model"),
                 .tools = in.strings("tools"),
                 .limits = read_limits(in, of_limits),
                 .avoid_files = in.strings("avoid_files"),
                 .callbacks = in.strings("callbacks"),
                 .may_use = in.strings("may_use")};
  if (spec.role.empty()) spec.role = spec.name;
  if (spec.prompt.empty()) spec.prompt = AgentSpec{}.prompt;
  in.refuse_unknown();
  check(in, spec);
  if (const auto& problem = in.problem() ? in.problem() : of_limits) {
    return fail_user("agent_invalid", fmt::format("{}: {}", problem->pointer.empty() ? "/" : problem->pointer, problem->message),
                     std::string(kHint));
  }
  return spec;
}

}  // namespace argosy::tasks
