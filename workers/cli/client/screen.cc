#include "workers/cli/client/screen.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

namespace argosy::cli {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kDeepestIndent = 6;

struct Look {
  std::string_view sign, colour;
};

Look look_of(std::string_view state) {
  if (state == "succeeded") return {"✓", "\033[32m"};
  if (state == "running") return {"●", "\033[36m"};
  if (state == "failed") return {"✗", "\033[31m"};
  if (state == "cancelled" || state == "superseded") return {"–", "\033[90m"};
  if (state == "waiting") return {"◔", "\033[33m"};
  return {"·", "\033[90m"};  // blocked, ready
}

// How deep a step lies below the first ones: that indents it.
std::size_t depth_of(const TaskModel& task, std::int64_t number, std::map<std::int64_t, std::size_t>& known) {
  if (const auto found = known.find(number); found != known.end()) return found->second;
  known[number] = 0;  // ends the walk should a server ever send a cycle
  std::size_t depth = 0;
  if (const auto step = task.steps.find(number); step != task.steps.end()) {
    for (const auto other : step->second.depends_on) depth = std::max(depth, depth_of(task, other, known) + 1);
  }
  return known[number] = depth;
}

// Cut by characters, not bytes, so that the terminal never wraps a line.
std::string fit(const std::string& text, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (starts && ++characters > width) return text.substr(0, at);
  }
  return text;
}

std::string time_of(const StepModel& step, UnixMillis now) {
  if (step.started_at == 0) return "";
  const auto end = step.finished_at != 0 ? step.finished_at : step.state == "running" ? now : 0;
  return end == 0 ? "" : duration_text(end - step.started_at);
}

bool is_over(const StepModel& step) { return step.finished_at != 0 || step.state == "succeeded" || step.state == "cancelled"; }

// The steps that fit: what is over gives way to what is to come.
std::vector<const StepModel*> shown_steps(const TaskModel& task, std::size_t room) {
  std::size_t hidden = room == 0 || task.steps.size() <= room ? 0 : task.steps.size() - room;
  std::vector<const StepModel*> out;
  for (const auto& [number, step] : task.steps) {
    if (hidden > 0 && is_over(step)) {
      --hidden;
    } else {
      out.push_back(&step);
    }
  }
  if (room != 0 && out.size() > room) out.resize(room);
  return out;
}

std::string bar(std::int64_t progress) {
  const auto full = static_cast<std::size_t>(std::clamp<std::int64_t>(progress, 0, 100)) * kBarWidth / 100;
  std::string out;
  for (std::size_t at = 0; at < kBarWidth; ++at) out += at < full ? "█" : "░";
  return out;
}

}  // namespace

std::string duration_text(UnixMillis millis) {
  const auto value = std::max<UnixMillis>(0, millis);
  if (value < 10'000) return fmt::format("{:.1f} s", static_cast<double>(value) / 1000);
  if (value < 60'000) return fmt::format("{} s", value / 1000);
  return fmt::format("{} min {:02} s", value / 60'000, value / 1000 % 60);
}

std::string draw(const TaskModel& task, UnixMillis now, const ScreenOptions& options) {
  const auto end = task.finished_at != 0 ? task.finished_at : now;
  auto out = fit(fmt::format("{}  {}  {} {:>3} %  {}", task.id, task.status, bar(task.progress), task.progress,
                             task.created_at == 0 ? "" : duration_text(end - task.created_at)),
                 options.width) +
             "\n";
  std::map<std::int64_t, std::size_t> depths;
  for (const auto* shown : shown_steps(task, options.height == 0 ? 0 : std::max<std::size_t>(options.height, 2) - 1)) {
    const auto& step = *shown;
    const auto look = look_of(step.state);
    const auto indent = std::min(depth_of(task, step.step, depths), kDeepestIndent) * 2;
    const auto line = fmt::format("  {:{}}{} {:<13} {:<9} {:>9}  {}{}", "", indent, look.sign, step.queue, step.state, time_of(step, now),
                                  step.title, step.attempts > 1 ? fmt::format(" (attempt {})", step.attempts) : "");
    out += fmt::format("{}{}{}\n", options.colour ? look.colour : "", fit(line, options.width), options.colour ? "\033[0m" : "");
  }
  return out;
}

std::string outcome_text(const TaskModel& task) {
  if (task.status == "succeeded" && task.result.is_object()) {
    auto out = fmt::format("branch {}  commit {}  files {}\n", task.result.string_or("branch", "?"),
                           task.result.string_or("commit", "?").substr(0, 12), task.result.int_or("files_changed", 0));
    if (const auto* tests = task.result.find("tests")) {
      out += fmt::format("tests: {} passed, {} failed, {} skipped in {}\n", tests->int_or("passed", 0), tests->int_or("failed", 0),
                         tests->int_or("skipped", 0), duration_text(tests->int_or("duration_ms", 0)));
    }
    return out;
  }
  if (!task.error.is_object()) return fmt::format("task {}\n", task.status);
  const auto hint = task.error.string_or("hint", "");
  return fmt::format("task {}: {} ({} {}){}\n", task.status, task.error.string_or("message", "?"), task.error.string_or("category", "?"),
                     task.error.string_or("code", "?"), hint.empty() ? "" : "\n  " + hint);
}

std::string question_text(const TaskModel& task, const CheckpointModel& question) {
  return fmt::format("waits for you ({}): {}\n  argosy answer {} {} approve|reject|correct [TEXT | --file FILE]", question.type,
                     question.description, task.id, question.id);
}

std::string questions_text(const TaskModel& task) {
  std::string out;
  for (const auto& one : task.checkpoints) out += question_text(task, one) + "\n";
  return out;
}

}  // namespace argosy::cli
