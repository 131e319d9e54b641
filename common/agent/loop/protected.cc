// Edits of protected files: no model makes them, so they are held back and a person is asked, once for all of an answer. What the person
// says is good for these files and this task; whatever any text says about it is not asked.
#include <fmt/format.h>

#include <algorithm>

#include "common/agent/loop/limits.h"
#include "common/agent/loop/turn.h"
#include "common/agent/state/bytes_json.h"
#include "common/core/text.h"
#include "common/tasks/guards/protected_files.h"

namespace argosy::agent {
namespace {

std::string named(const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const auto& path : paths) {
    const auto what = tasks::protected_as(path);
    all.push_back(what ? fmt::format("{} ({})", clean_text(path), *what) : clean_text(path));
  }
  return text::join(all, ", ");
}

}  // namespace

// Of what was asked about already, yes or no, nobody is asked again: the refusal stands.
bool Turn::held_back(const ToolOutcome& outcome) {
  if (outcome.protected_files.empty() || state_.granted.size() + state_.denied.size() >= kMaxProtectedQuestions) return false;
  const auto among = [](const std::vector<std::vector<std::string>>& lists, const std::string& path) {
    return std::ranges::any_of(lists, [&](const auto& paths) { return std::ranges::find(paths, path) != paths.end(); });
  };
  const auto& files = outcome.protected_files;
  if (std::ranges::any_of(files, [&](const std::string& path) { return among(state_.denied, path) || among(state_.granted, path); }))
    return false;
  for (const auto& path : files)
    if (std::ranges::find(state_.asked_about, path) == state_.asked_about.end()) state_.asked_about.push_back(path);
  return true;
}

std::optional<Next> Turn::ask_about_protected() const {
  if (state_.asked_about.empty()) return std::nullopt;
  auto text = fmt::format(
      "The agent {} wants to change what no agent changes by itself: {}. \"approve\" lets this task change these files, \"reject\" lets "
      "the agent go on without. The edits, in the model's words:",
      parts_.agent.name, named(state_.asked_about));
  for (const auto& call : state_.open)
    if (parts_.tools.effect(call.name) == Effect::edit)
      text += fmt::format("\n{} {}", call.name, text::ellipsize(clean_text(call.arguments), kMaxHeldEdit));
  if (!state_.held_text.empty()) text += "\n" + text::ellipsize(clean_text(state_.held_text), kMaxHeldEdit);
  return AskPerson{{.name = tasks::protected_files_question(state_.asked_about),
                    .type = "approval",
                    .description = text::ellipsize(text, kMaxQuestion)}};
}

// What was held back is tried again: it is done now, or refused for good.
Next Turn::told_about_protected(const tasks::Answer& answer) {
  auto files = std::exchange(state_.asked_about, {});
  const bool yes = answer.verdict == tasks::Verdict::approve;
  auto words = fmt::format("A person was asked whether you may change {}, and says {}.", named(files), yes ? "yes" : "no");
  if (!answer.text.empty()) words += " " + clean_text(answer.text);
  words += yes ? " It is for no other files." : " Leave these files as they are; what cannot be done without is told in `not_done`.";
  (yes ? state_.granted : state_.denied).push_back(std::move(files));
  policy_ = with_grants(parts_.policy, state_);
  remember({.role = "user", .text = words, .round = state_.rounds});
  say(llm::neutralised(words));
  work();
  if (const auto text = std::exchange(state_.held_text, {}); !text.empty()) (void)edits_of_text(text);
  return next();
}

}  // namespace argosy::agent
