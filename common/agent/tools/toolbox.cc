#include "common/agent/tools/toolbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/agent/tools/arguments.h"
#include "common/agent/tools/tool.h"
#include "common/core/failpoint.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxCommand = 8'000;  // bytes of a shell's line
constexpr std::size_t kMaxPackage = 200;

// A name as package managers have it, with a version; nothing that a shell or an option would mean.
// A name that a registry knows: what lies at an address or in a folder is nobody's release.
bool is_package(std::string_view name) {
  if (name.contains("://") || name.starts_with("file:") || name.starts_with('.') || name.starts_with('/')) return false;
  constexpr std::string_view kMarks = "@/._:+=<>~^-[],!";
  return !name.empty() && name.size() <= kMaxPackage && name.front() != '-' && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kMarks.contains(c);
  });
}

std::optional<tasks::RunKind> run_kind(std::string_view tool) {
  if (tool == "run_command") return tasks::RunKind::command;
  if (tool == "run_tests") return tasks::RunKind::tests;
  if (tool == "run_linter") return tasks::RunKind::linter;
  if (tool == "install_dependency") return tasks::RunKind::install;
  return std::nullopt;
}

}  // namespace

struct Toolbox::Impl {
  struct Tool {
    const ToolSpec* spec;
    json::Value schema;
    json::Schema checker;
  };
  std::vector<Tool> tools;  // in the order in which they are offered

  const Tool* find(std::string_view name) const {
    const auto found = std::ranges::find_if(tools, [&](const Tool& tool) { return tool.spec->name == name; });
    return found == tools.end() ? nullptr : &*found;
  }
};

Toolbox::Toolbox() : impl_(std::make_unique<Impl>()) {
  for (const auto group : {reading_tools(), source_tools(), repository_tools(), editing_tools(), refactoring_tools(), material_tools(),
                           outside_tools(), other_tools()})
    for (const auto& spec : group)
      // The schemas are ours: that each can be compiled is held by a test.
      impl_->tools.push_back({&spec, json::parse(spec.schema).value(), json::Schema::compile(spec.schema).value()});
}

Toolbox::~Toolbox() = default;

std::vector<llm::Tool> Toolbox::offered(std::span<const std::string> allowed) const {
  std::vector<llm::Tool> offered;
  for (const auto& tool : impl_->tools)
    if (std::ranges::find(allowed, tool.spec->name) != allowed.end())
      offered.push_back({.name = std::string(tool.spec->name), .description = std::string(tool.spec->about), .parameters = tool.schema});
  return offered;
}

std::optional<Effect> Toolbox::effect(std::string_view name) const {
  const auto* tool = impl_->find(name);
  return tool == nullptr ? std::nullopt : std::optional(tool->spec->effect);
}

ToolOutcome Toolbox::call(const llm::ToolCall& call, const Bench& bench) const {
  const auto* tool = impl_->find(call.name);
  if (tool == nullptr) return failed("unknown_tool", fmt::format("there is no tool {}", call.name));
  if (!call.problem.empty()) return failed("arguments_invalid", call.problem);
  if (tool->spec->work == nullptr) return failed("tool_runs_elsewhere", fmt::format("{} is no tool that reads or edits", call.name));
  const auto arguments = arguments_of(call.arguments, tool->schema, tool->checker);
  if (!arguments) return failed("arguments_invalid", arguments.error());
  auto outcome = tool->spec->work(*arguments, bench);
  outcome.text = bounded(outcome.text);
  return outcome;
}

std::expected<tasks::Run, ToolOutcome> Toolbox::run_of(const llm::ToolCall& call) const {
  const auto* tool = impl_->find(call.name);
  const auto kind = run_kind(call.name);
  if (tool == nullptr || !kind) return std::unexpected(failed("unknown_tool", fmt::format("there is no program behind {}", call.name)));
  if (!call.problem.empty()) return std::unexpected(failed("arguments_invalid", call.problem));
  const auto arguments = arguments_of(call.arguments, tool->schema, tool->checker);
  if (!arguments) return std::unexpected(failed("arguments_invalid", arguments.error()));
  tasks::Run run{.call = call.id, .kind = *kind, .command = {}, .time_limit = {}};
  for (const auto* name : {"command", "selection", "package"})
    if (arguments->contains(name)) run.command = string_of(*arguments, name);
  if (run.command.size() > kMaxCommand)
    return std::unexpected(
        failed("arguments_invalid", fmt::format("the command has more than {} bytes: write a file and run that", kMaxCommand)));
  if (run.command.find('\0') != std::string::npos || (*kind == tasks::RunKind::command && text::trim(run.command).empty()))
    return std::unexpected(failed("arguments_invalid", "there is no command to run"));
  if (*kind == tasks::RunKind::install && !is_package(run.command) && !ARGOSY_FAILPOINT("policy.off"))
    return std::unexpected(failed("arguments_invalid", "name one package, with a version if need be, and no options"));
  if (const auto seconds = int_of(*arguments, "timeout_seconds", 0); seconds > 0) run.time_limit = std::chrono::seconds(seconds);
  return run;
}

std::string bounded(std::string_view text, std::size_t max) {
  if (text.size() <= max) return std::string(text);
  constexpr std::size_t kLine = 80;  // of what says what is missing
  const auto keep = max > kLine ? max - kLine : 0;
  auto head = text.substr(0, keep / 2), tail = text.substr(text.size() - (keep - keep / 2));
  const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };  // of a character of UTF-8
  while (!head.empty() && head.size() < text.size() && is_inside(text[head.size()])) head.remove_suffix(1);
  while (!tail.empty() && is_inside(tail.front())) tail.remove_prefix(1);
  return fmt::format("{}\n[... {} of {} bytes are left out ...]\n{}", head, text.size() - head.size() - tail.size(), text.size(), tail);
}

}  // namespace argosy::agent
