#include "workers/planning/traces/suspects.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "common/core/clock.h"
#include "common/core/text.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxShownLine = 300, kMaxSubject = 120, kShortId = 10;

// Folders and name that both end with.
std::size_t common_end(std::string_view a, std::string_view b) {
  const auto left = text::split(a, '/'), right = text::split(b, '/');
  std::size_t same = 0;
  while (same < left.size() && same < right.size() && left[left.size() - 1 - same] == right[right.size() - 1 - same]) ++same;
  return same;
}

void look_at(Suspect& suspect, const std::string& bytes) {
  const auto lines = text::lines(bytes);
  suspect.first = std::max<std::int64_t>(suspect.frame.line - kLinesAround, 1);
  for (auto n = suspect.first; n <= suspect.frame.line + kLinesAround && static_cast<std::size_t>(n) <= lines.size(); ++n)
    suspect.lines.push_back(text::ellipsize(text::to_utf8(lines[static_cast<std::size_t>(n - 1)]), kMaxShownLine));
}

std::string named(const vcs::PastCommit& commit) {
  return fmt::format("{} {} {}", commit.commit.substr(0, kShortId), rfc3339(commit.time_ms).substr(0, 10),
                     text::ellipsize(commit.subject, kMaxSubject));
}

}  // namespace

std::string path_of(const Frame& frame, const std::vector<std::string>& paths) {
  const std::string* best = nullptr;
  std::size_t most = 0;
  bool several = false;
  for (const auto& path : paths) {
    const auto same = common_end(path, frame.file);
    if (same == 0 || same < most) continue;
    several = same == most;
    most = same;
    best = &path;
  }
  // A package of a library may hold a file of the same name as one of ours: one name alone says too little when the trace says more.
  const auto parts = text::split(frame.file, '/').size();
  if (best == nullptr || several) return {};
  const bool whole = most == parts || most == text::split(*best, '/').size();
  return whole || most > 1 ? *best : std::string();
}

Result<std::vector<Suspect>> suspects(const std::vector<Frame>& frames, vcs::Repository& repository, const std::string& commit,
                                      const code::SourceTree& tree, const std::function<bool()>& cancelled) {
  std::vector<Suspect> found;
  ARGOSY_TRY(const auto paths, tree.list());
  for (const auto& frame : frames) {
    if (found.size() == kMaxSuspects) break;
    if (cancelled()) return fail_transient("cancelled", "the step was cancelled");
    Suspect suspect{.frame = frame, .path = path_of(frame, paths)};
    if (suspect.path.empty()) continue;
    ARGOSY_TRY(const auto bytes, tree.read(suspect.path));
    if (bytes) look_at(suspect, *bytes);
    const auto last = suspect.first + static_cast<std::int64_t>(suspect.lines.size()) - 1;
    if (auto wrote = repository.blame(commit, suspect.path, suspect.first, last)) suspect.wrote = std::move(*wrote);
    if (auto past = repository.past(commit, suspect.path, kPastCommits)) suspect.past = std::move(*past);
    found.push_back(std::move(suspect));
  }
  return found;
}

std::string in_words(const std::vector<Suspect>& suspects) {
  std::string text;
  for (const auto& one : suspects) {
    text += fmt::format("{}:{}{}{}\n", one.path, one.frame.line, one.frame.function.empty() ? "" : " in ", one.frame.function);
    std::map<std::int64_t, const vcs::PastCommit*> wrote;
    std::map<std::string, const vcs::PastCommit*> commits;
    for (const auto& origin : one.wrote) {
      wrote[origin.line] = &origin.from;
      commits[origin.from.commit] = &origin.from;
    }
    for (std::size_t i = 0; i < one.lines.size(); ++i) {
      const auto number = one.first + static_cast<std::int64_t>(i);
      const auto by = wrote.find(number);
      text += fmt::format("{} {:>6} {:{}} | {}\n", number == one.frame.line ? ">" : " ", number,
                          by == wrote.end() ? "" : by->second->commit.substr(0, kShortId), kShortId, one.lines[i]);
    }
    for (const auto& [id, commit] : commits) text += fmt::format("  line written by {}\n", named(*commit));
    for (const auto& commit : one.past) text += fmt::format("  file touched by {}\n", named(commit));
    text += "\n";
  }
  return text;
}

}  // namespace argosy::planning
