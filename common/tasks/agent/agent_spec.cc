#include "common/tasks/agent/agent_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/tasks/json_reader.h"

namespace argosy::tasks {
namespace {

using json::Array;
using json::Object;

constexpr std::size_t kMaxName = 64, kMaxText = 8'000, kMaxItem = 1'024, kMaxItems = 64;  // bytes; of lists
constexpr std::int64_t kMaxLimit = 1'000'000'000;

Array list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

// The members of AgentLimits by name, and the least that each may be.
struct LimitName {
  std::string_view name;
  std::int64_t AgentLimits::*member;
  std::int64_t least;
};
constexpr auto kLimits = std::to_array<LimitName>({{"rounds", &AgentLimits::rounds, 1},
                                                   {"tokens", &AgentLimits::tokens, 1},
                                                   {"minutes", &AgentLimits::minutes, 1},
                                                   {"compactions", &AgentLimits::compactions, 0},
                                                   {"runs", &AgentLimits::runs, 0},
                                                   {"files_changed", &AgentLimits::files_changed, 1}});

AgentLimits read_limits(JsonReader& in) {
  AgentLimits limits;
  const auto* given = in.optional_object("limits");
  if (given == nullptr) return limits;
  JsonReader one(*given, "/limits");
  for (const auto& [name, member, least] : kLimits) {
    const auto value = one.optional_integer(name);
    if (!value) continue;
    if (*value < least || *value > kMaxLimit) one.fail(name, fmt::format("must be from {} to {}", least, kMaxLimit));
    limits.*member = *value;
  }
  one.refuse_unknown();
  if (one.problem()) in.fail("limits", fmt::format("{}: {}", one.problem()->pointer, one.problem()->message));
  return limits;
}

bool is_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxName && plain(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '-'; });
}

void check_texts(JsonReader& in, const AgentSpec& spec) {
  if (!is_name(spec.name)) in.fail("name", fmt::format("must be small letters, digits and dashes, at most {}", kMaxName));
  if (built_in_agent(spec.name) != nullptr) in.fail("name", "is that of a built-in agent");
  if (spec.role.empty()) in.fail("role", "must not be empty");
  for (const auto& [key, text, most] :
       {std::tuple{"about", &spec.about, kMaxItem}, std::tuple{"role", &spec.role, kMaxName}, std::tuple{"prompt", &spec.prompt, kMaxName},
        std::tuple{"model", &spec.model, kMaxItem}, std::tuple{"instructions", &spec.instructions, kMaxText}})
    if (text->size() > most) in.fail(key, fmt::format("has more than {} bytes", most));
}

void check_lists(JsonReader& in, const AgentSpec& spec) {
  for (const auto& [key, texts] : {std::pair{"tools", &spec.tools}, std::pair{"avoid_files", &spec.avoid_files},
                                   std::pair{"callbacks", &spec.callbacks}, std::pair{"may_use", &spec.may_use}}) {
    if (texts->size() > kMaxItems) in.fail(key, fmt::format("has more than {} items", kMaxItems));
    for (std::size_t i = 0; i < texts->size(); ++i)
      if ((*texts)[i].empty() || (*texts)[i].size() > kMaxItem) in.fail_item(key, i, fmt::format("must have 1 to {} bytes", kMaxItem));
  }
  const auto known = agent_tools();
  for (std::size_t i = 0; i < spec.tools.size(); ++i)
    if (std::ranges::find(known, spec.tools[i]) == known.end()) in.fail_item("tools", i, "is no tool");
}

}  // namespace

json::Value to_json(const AgentSpec& spec) {
  Object limits;
  for (const auto& [name, member, least] : kLimits) limits.append(std::string(name), spec.limits.*member);
  return Object{{"name", spec.name},
                {"about", spec.about},
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
  ARGOSY_TRY(const json::Value value, json::parse(json_text));
  JsonReader in(value);
  AgentSpec spec{.name = in.string("name"), .about = in.string_or_empty("about"), .role = in.string("role"), .tools = in.strings("tools")};
  if (auto prompt = in.string_or_empty("prompt"); !prompt.empty()) spec.prompt = std::move(prompt);
  spec.instructions = in.string_or_empty("instructions");
  spec.model = in.string_or_empty("model");
  spec.limits = read_limits(in);
  spec.avoid_files = in.strings("avoid_files");
  spec.callbacks = in.strings("callbacks");
  spec.may_use = in.strings("may_use");
  in.refuse_unknown();
  if (!in.problem()) {
    check_texts(in, spec);
    check_lists(in, spec);
  }
  if (const auto& problem = in.problem())
    return fail_user("agent_invalid", fmt::format("{}: {}", problem->pointer.empty() ? "/" : problem->pointer, problem->message),
                     "`argosy agents show coder` prints one that is right");
  return spec;
}

}  // namespace argosy::tasks
