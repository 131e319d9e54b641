// What programs and people have answered.
#include <fmt/format.h>

#include <algorithm>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::string_view kNotCarriedOut = "The call was not carried out.";
constexpr std::size_t kNoteLines = 1;  // of a run's output, its last

std::string in_words(const tasks::RunResult& result) {
  std::string words = fmt::format("exit code {}", result.exit_code);
  if (!result.error.empty()) words += fmt::format(" ({})", result.error);
  return words + "\n" + result.output;
}

// Tools say what came of all in their last line.
std::string last_line(std::string_view output) {
  const auto lines = text::lines(text::trim(output));
  return lines.size() < kNoteLines ? std::string() : std::string(lines.back());
}

std::string in_words(const tasks::Answer& answer) {
  const auto text = clean_text(answer.text);
  if (answer.verdict == tasks::Verdict::approve) return text.empty() ? "Yes." : "Yes. " + text;
  if (answer.verdict == tasks::Verdict::reject) return text.empty() ? "No." : "No. " + text;
  return text;
}

}  // namespace

Next Turn::ran(const std::vector<tasks::RunResult>& results) {
  std::vector<llm::ToolCall> kept;
  for (auto& call : state_.open) {
    const auto run = parts_.tools.effect(call.name) == Effect::run ? parts_.tools.run_of(call) : std::unexpected(ToolOutcome{});
    if (!run) {
      kept.push_back(std::move(call));
      continue;
    }
    ++state_.runs;
    const auto found = std::ranges::find(results, call.id, &tasks::RunResult::call);
    const bool failed = found == results.end() || found->exit_code != 0 || !found->error.empty();
    Happening happened{.action = Action{call.name, run->command}, .observation = Observation{}, .round = state_.rounds};
    if (found == results.end()) {
      happened.observation->error = kNotCarriedOut;
      close(call, std::string(kNotCarriedOut), true);
    } else {
      happened.observation = Observation{.output = found->output, .exit_code = found->exit_code, .error = found->error};
      const auto what = run->command.empty() ? call.name : fmt::format("{}: {}", call.name, run->command);
      state_.record.note_run({.command = what,
                              .exit_code = found->exit_code,
                              .round = state_.rounds,
                              .note = found->error.empty() ? last_line(found->output) : found->error});
      close_marked(call, bounded(in_words(*found)), failed);
    }
    remember(std::move(happened));
  }
  state_.open = std::move(kept);
  return next();
}

Next Turn::told(const tasks::Answer& answer) {
  if (!state_.asked_about.empty()) return told_about_protected(answer);
  const auto asked =
      std::ranges::find_if(state_.open, [&](const llm::ToolCall& call) { return parts_.tools.effect(call.name) == Effect::ask; });
  if (asked != state_.open.end()) {
    ++state_.asks;
    const auto words = in_words(answer);
    close(*asked, llm::neutralised(words), false);
    remember({.role = "user", .text = words, .round = state_.rounds});
    state_.open.erase(asked);
  }
  return next();
}

}  // namespace argosy::agent
