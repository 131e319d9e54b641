// The calls of an answer, in their order: each gets exactly one result.
#include <fmt/format.h>

#include <algorithm>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/code/edits/merge.h"
#include "common/core/failpoint.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

std::vector<std::string> lines_of(const std::optional<std::string>& bytes) {
  std::vector<std::string> lines;
  for (const auto line : text::lines(bytes.value_or(""))) lines.emplace_back(line);
  return lines;
}

tasks::NewEvent modified(const std::string& path, const std::optional<std::string>& before, const std::optional<std::string>& after) {
  const auto old_lines = lines_of(before), new_lines = lines_of(after);
  const auto common = code::common_lines(old_lines, new_lines);
  const auto added = std::ranges::count(common, code::kNoLine);
  const auto removed = static_cast<std::int64_t>(old_lines.size()) - (static_cast<std::int64_t>(new_lines.size()) - added);
  return tasks::file_modified(clean_text(path), added, removed);
}

std::string as_canonical(const std::string& arguments) {
  const auto value = json::parse(arguments);
  return value ? json::canonical(*value) : arguments;
}

}  // namespace

Bench Turn::bench() {
  return {.workspace = workspace_,
          .record = state_.record,
          .policy = policy_,
          .round = state_.rounds,
          .index = parts_.index,
          .edited = &edited_index_,
          .by_meaning = parts_.by_meaning,
          .outside = parts_.outside};
}

// Into the message that follows the answer; some vendors refuse results that stand behind anything else there.
void Turn::close(const llm::ToolCall& call, std::string text, bool failed) {
  if (state_.messages.empty() || state_.messages.back().role != llm::Role::user)
    state_.messages.push_back({.role = llm::Role::user, .parts = {}});
  auto& parts = state_.messages.back().parts;
  const auto behind = std::ranges::find_if(parts, [](const llm::Part& part) { return !std::holds_alternative<llm::ToolResult>(part); });
  parts.insert(behind, llm::ToolResult{.call = call.id, .text = std::move(text), .failed = failed});
}

void Turn::close_marked(const llm::ToolCall& call, std::string_view text, bool failed) {
  close(call, shown("result of " + call.name, text), failed);
}

std::vector<llm::Tool> Turn::offered() const { return parts_.tools.offered(offered_tools(parts_.agent.tools, state_.format)); }

void Turn::write_in(code::EditFormat format) {
  state_.format = format;
  state_.bad_edits = 0;
  state_.format_is_settled = true;
}

// What an edit has changed is kept, told to whoever watches, and counted where it failed.
void Turn::edited(const code::Edit& before, const ToolOutcome& outcome) {
  if (outcome.tried && parts_.tried) parts_.tried(outcome.tried->format, outcome.tried->placed);
  const bool misplaced = outcome.tried ? !outcome.tried->placed : outcome.code == "file_too_long";
  if (misplaced && ++state_.bad_edits == kBadEditsOfAFormat) {
    say(fmt::format("{} edits could not be placed.", kBadEditsOfAFormat));
    write_in(next_format(state_.format, parts_.agent.tools));
  }
  const auto& now = workspace_.edits();
  std::set<std::string> paths;
  for (const auto* edit : {&before, &now})
    for (const auto& [path, bytes] : edit->files) paths.insert(path);
  for (const auto& path : paths) {
    const auto was = before.files.find(path), is = now.files.find(path);
    if (was != before.files.end() && is != now.files.end() && was->second == is->second) continue;
    state_.record.edited[path] = state_.rounds;
    if (!parts_.emit) continue;
    const auto base = workspace_.base().read(path);
    const auto bytes_of = [&](const code::Edit& edit, auto found) {
      return found != edit.files.end() ? found->second : base ? *base : std::nullopt;
    };
    parts_.emit(modified(path, bytes_of(before, was), bytes_of(now, is)));
  }
  state_.edits = now;
}

// False: a person is asked first.
bool Turn::bench_call(const llm::ToolCall& call, Effect effect) {
  const code::Edit before = effect == Effect::edit ? workspace_.edits() : code::Edit{};
  const auto outcome = parts_.tools.call(call, bench());
  if (effect == Effect::edit && held_back(outcome)) return false;
  close_marked(call, outcome.text, outcome.failed);
  if (effect == Effect::edit) edited(before, outcome);
  if (parts_.emit)
    parts_.emit(tasks::agent_thought(parts_.agent.name, text::ellipsize(fmt::format("{} {}", call.name, call.arguments), kMaxThought),
                                     parts_.now ? parts_.now() : 0));
  remember({.action = Action{call.name, as_canonical(call.arguments)},
            .observation = Observation{.output = outcome.failed ? "" : outcome.text, .error = outcome.failed ? outcome.text : ""},
            .changed_files = outcome.changed_files,
            .round = state_.rounds});
  return true;
}

// False: a program, a person or the end is needed.
bool Turn::done_at_once(const llm::ToolCall& call) {
  const auto refused = [&](std::string text) {
    remember({.action = Action{call.name, as_canonical(call.arguments)},
              .observation = Observation{.output = {}, .error = text},
              .round = state_.rounds});
    close(call, std::move(text), true);
    return true;
  };
  const bool allowed = std::ranges::find(parts_.agent.tools, call.name) != parts_.agent.tools.end() || ARGOSY_FAILPOINT("policy.off");
  const auto effect = allowed ? parts_.tools.effect(call.name) : std::nullopt;
  if (!effect) return refused(fmt::format("You have no tool of this name. You have: {}.", text::join(parts_.agent.tools, ", ")));
  if (!call.problem.empty()) return refused("The call's arguments cannot be used: " + call.problem);
  if (*effect == Effect::read || *effect == Effect::edit) return bench_call(call, *effect);
  if (*effect == Effect::ask && question_of(parts_.tools, call).empty()) return refused("Nobody was asked: `question` is empty.");
  if (*effect != Effect::run) return false;
  if (state_.runs >= parts_.agent.limits.runs && !ARGOSY_FAILPOINT("policy.off"))
    return refused(fmt::format("All {} runs are used. Go on without, and finish.", parts_.agent.limits.runs));
  if (detours_left() == 0 && !ARGOSY_FAILPOINT("policy.off"))
    return refused("Nothing more can be run: the task has nearly as many steps as it may have. Go on without, and finish.");
  if (const auto run = parts_.tools.run_of(call); !run) return refused(run.error().text);
  return false;
}

void Turn::work() {
  std::vector<llm::ToolCall> kept;
  std::size_t runs = 0;
  const auto left = std::max<std::int64_t>(0, parts_.agent.limits.runs - state_.runs);
  const auto most = ARGOSY_FAILPOINT("policy.off") ? tasks::kMaxRuns : std::min(tasks::kMaxRuns, static_cast<std::size_t>(left));
  for (auto& call : state_.open) {
    if (done_at_once(call)) continue;
    if (parts_.tools.effect(call.name) == Effect::run && ++runs > most)
      close(call, fmt::format("This call was not carried out: at most {} programs run now.", most), true);
    else
      kept.push_back(std::move(call));
  }
  state_.open = std::move(kept);
}

}  // namespace argosy::agent
