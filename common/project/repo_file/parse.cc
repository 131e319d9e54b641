#include <fmt/format.h>

#include <algorithm>

#include "common/config/yaml/reading.h"
#include "common/core/text.h"
#include "common/project/repo_file/repo_file.h"
#include "common/tasks/testing/fix_round.h"

namespace argosy::project {
namespace {

using yaml::choice_into;
using yaml::fail;
using yaml::list_into;
using yaml::map_of;
using yaml::Node;
using yaml::number_into;
using yaml::Read;
using yaml::text_into;

constexpr std::int64_t kMaxWall = 900;  // seconds; the hard limit of a run

// From the root, and staying below it.
Read path_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    for (const auto part : text::split(target, '/'))
      if (part == ".." || target.starts_with('/')) return fail(node, fmt::format("{} must be a path below the repository's root", what));
    return {};
  };
}

Read name_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    if (!std::ranges::all_of(target, is_name) || std::isdigit(static_cast<unsigned char>(target[0])) != 0)
      return fail(node, fmt::format("{} must be the name of a variable", what));
    return {};
  };
}

// HOST or HOST:PORT; a leading "*." stands for the names below.
Read host_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    const auto colon = target.find(':');
    const auto host = target.substr(0, colon);
    const auto is_host = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-'; };
    const auto port = colon == std::string::npos ? std::optional<std::int64_t>(443) : text::to_int(target.substr(colon + 1));
    const auto bare = host.starts_with("*.") ? host.substr(2) : host;
    if (bare.empty() || bare.size() > 253 || !std::ranges::all_of(bare, is_host) || !port || *port < 1 || *port > 65'535)
      return fail(node, fmt::format("{} must be HOST or HOST:PORT", what));
    return {};
  };
}

Read approval_into(bool& needed) {
  return [&needed](const Node& node) -> Result<void> {
    std::string mode;
    ARGOSY_TRY_VOID(choice_into(mode, "plan.approval", {"required", "none"})(node));
    needed = mode == "required";
    return {};
  };
}

Read gate_into(std::map<std::string, GateMode>& gates, const std::string& name) {
  return [&gates, name](const Node& node) -> Result<void> {
    std::string mode;
    ARGOSY_TRY_VOID(choice_into(mode, fmt::format("gates.{}", name), {"required", "warn", "off"})(node));
    gates[name] = mode == "required" ? GateMode::required : mode == "warn" ? GateMode::warn : GateMode::off;
    return {};
  };
}

Read gates_into(std::map<std::string, GateMode>& gates) {
  std::vector<yaml::Key> keys;
  for (const char* name : {"tests", "criteria", "coverage", "lint", "format", "syntax", "bench"})
    keys.push_back({name, gate_into(gates, name)});
  return map_of("gates", std::move(keys));
}

Read root_into(RepoFile& file) {
  constexpr double percent = 100;
  auto& limits = file.limits;
  return map_of(
      "the file",
      {{"setup", map_of("setup", {{"commands", list_into(file.setup.commands, "setup.commands", text_into)},
                                  {"cache_key_files", list_into(file.setup.cache_key_files, "setup.cache_key_files", path_into)},
                                  {"secrets", list_into(file.setup.secrets, "setup.secrets", name_into)},
                                  {"egress_allow", list_into(file.setup.egress_allow, "setup.egress_allow", host_into)}})},
       {"test", map_of("test", {{"command", text_into(file.test.command, "test.command")},
                                {"timeout_s", number_into<std::int64_t>(file.test.timeout_s, "test.timeout_s", 1, kMaxWall)},
                                {"report", path_into(file.test.report, "test.report")}})},
       {"lint", map_of("lint", {{"command", text_into(file.lint.command, "lint.command")},
                                {"report", path_into(file.lint.report, "lint.report")}})},
       {"format", map_of("format", {{"command", text_into(file.format.command, "format.command")}})},
       {"coverage", map_of("coverage", {{"command", text_into(file.coverage.command, "coverage.command")},
                                        {"report", path_into(file.coverage.report, "coverage.report")},
                                        {"min_changed", number_into<double>(file.coverage.min_changed, "coverage.min_changed", 0, percent)},
                                        {"max_drop", number_into<double>(file.coverage.max_drop, "coverage.max_drop", 0, percent)}})},
       {"bench", map_of("bench", {{"command", text_into(file.bench.command, "bench.command")},
                                  {"max_regression", number_into<double>(file.bench.max_regression, "bench.max_regression", 0, 1'000)}})},
       {"gates", gates_into(file.gates)},
       {"sandbox",
        map_of("sandbox",
               {{"class", choice_into(file.sandbox_class, "sandbox.class", {"bwrap", "gvisor"})},
                {"limits", map_of("sandbox.limits",
                                  {{"cpus", number_into<double>(limits.cpus, "sandbox.limits.cpus", 0.1, 64)},
                                   {"memory_mb", number_into<std::int64_t>(limits.memory_mb, "sandbox.limits.memory_mb", 64, 262'144)},
                                   {"disk_mb", number_into<std::int64_t>(limits.disk_mb, "sandbox.limits.disk_mb", 16, 1'048'576)},
                                   {"processes", number_into<std::int64_t>(limits.processes, "sandbox.limits.processes", 8, 32'768)},
                                   {"wall_s", number_into<std::int64_t>(limits.wall_s, "sandbox.limits.wall_s", 1, kMaxWall)}})}})},
       {"max_fix_rounds", number_into<std::int64_t>(file.max_fix_rounds, "max_fix_rounds", 0, tasks::kMaxFixRounds)},
       {"plan", map_of("plan", {{"approval", approval_into(file.plan.needs_approval)}})}});
}

}  // namespace

std::string_view to_string(GateMode mode) { return mode == GateMode::required ? "required" : mode == GateMode::warn ? "warn" : "off"; }

Result<RepoFile> parse_repo_file(std::string_view bytes) {
  RepoFile file;
  if (text::trim(bytes).empty()) return file;
  const auto done = yaml::read(bytes, {kMaxRepoFileBytes, kMaxRepoFileDepth, kMaxRepoFileNodes}, root_into(file));
  if (!done)
    return std::unexpected(
        yaml::in_file(done.error(), kRepoFileName, "repo_file_invalid", "the file of the base commit counts: correct it there"));
  return file;
}

}  // namespace argosy::project
