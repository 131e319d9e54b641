#include "workers/planning/changes/since_release.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "common/code/tags/tags.h"
#include "common/core/text.h"
#include "workers/planning/changes/api_changes.h"
#include "workers/planning/changes/symbol_changes.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxFindings = 40'000;  // bytes of each list
constexpr std::size_t kShortId = 10, kMaxUnmentioned = 100;

// Those that can tell something, descriptions of APIs first.
std::vector<vcs::FileChange> telling(std::vector<vcs::FileChange> changes) {
  std::erase_if(changes, [](const auto& one) { return !is_api_description(one.path) && !code::language_of(one.path); });
  std::ranges::sort(changes, {}, [](const auto& one) { return std::pair(!is_api_description(one.path), one.path); });
  return changes;
}

class Comparison {
 public:
  Comparison(vcs::Repository& repository, const code::SourceTree& tree, SinceRelease& since)
      : repository_(repository), tree_(tree), since_(since) {}

  Result<void> look_at(const vcs::FileChange& file) {
    std::string before, after;
    if (file.status != "added") {
      ARGOSY_TRY(auto bytes, repository_.read(since_.from.commit, file.old_path.empty() ? file.path : file.old_path));
      before = std::move(bytes).value_or("");
    }
    if (file.status != "deleted") {
      ARGOSY_TRY(auto bytes, tree_.read(file.path));
      after = std::move(bytes).value_or("");
    }
    if (!is_api_description(file.path)) {
      take(symbol_changes(file.path, before, after));
    } else if (auto changes = api_changes(file.path, before, after)) {
      take(std::move(*changes));
    } else {
      since_.unread.push_back(file.path);
    }
    return {};
  }

 private:
  void take(std::vector<Change> changes) {
    for (auto& one : changes) {
      if (since_.changes.size() == kMaxChanges) {
        since_.cut = true;
        return;
      }
      since_.changes.push_back(std::move(one));
    }
  }

  vcs::Repository& repository_;
  const code::SourceTree& tree_;
  SinceRelease& since_;
};

std::vector<std::string> names_of(const std::vector<Change>& changes) {
  std::set<std::string> names;
  for (const auto& one : changes) names.insert(one.names.begin(), one.names.end());
  return {names.begin(), names.end()};
}

std::string in_words(const Change& change) {
  auto text = fmt::format("{} {} ({})", to_string(change.kind), text::to_utf8(change.what), text::to_utf8(change.path));
  if (!change.before.empty()) text += fmt::format("\n  was: {}", change.before);
  if (!change.after.empty()) text += fmt::format("\n  is:  {}", change.after);
  return text + "\n";
}

}  // namespace

Result<SinceRelease> since_release(vcs::Repository& repository, const std::string& commit, const code::SourceTree& tree,
                                   const std::function<bool()>& cancelled) {
  SinceRelease since;
  ARGOSY_TRY(auto release, repository.last_release(commit));
  if (!release) return since;
  since.from = std::move(*release);
  ARGOSY_TRY(auto changes, repository.changes_between(since.from.commit, commit));
  const auto files = telling(std::move(changes));
  Comparison comparison(repository, tree, since);
  for (std::size_t i = 0; i < files.size() && !since.cut; ++i) {
    if (cancelled()) return fail_transient("cancelled", "the step was cancelled");
    since.cut = i == kMaxComparedFiles;
    if (!since.cut) ARGOSY_TRY_VOID(comparison.look_at(files[i]));
  }
  ARGOSY_TRY(since.mentions, mentioning_documents(tree, names_of(since.changes), cancelled));
  return since;
}

std::vector<llm::Untrusted> findings_of(const SinceRelease& since) {
  std::vector<llm::Untrusted> findings;
  if (since.from.commit.empty() || (since.changes.empty() && since.unread.empty())) return findings;
  const auto from = fmt::format("{}{} commit{} ago", since.from.tag.empty() ? "" : text::to_utf8(since.from.tag) + ", ", since.from.commits,
                                since.from.commits == 1 ? "" : "s");
  std::string changes;
  for (const auto& one : since.changes) changes += in_words(one);
  for (const auto& path : since.unread) changes += fmt::format("changed, and could not be read: {}\n", text::to_utf8(path));
  if (since.cut) changes += "and more\n";
  findings.push_back({.source = fmt::format("what users see otherwise since commit {} ({})", since.from.commit.substr(0, kShortId), from),
                      .text = std::move(changes),
                      .max_bytes = kMaxFindings});
  std::string documents;
  std::set<std::string> mentioned;
  for (const auto& one : since.mentions) {
    std::vector<std::string> names;
    for (const auto& [name, count] : one.names) {
      names.push_back(count == 1 ? name : fmt::format("{} ({} times)", name, count));
      mentioned.insert(name);
    }
    documents += fmt::format("{}: {}\n", text::to_utf8(one.document), text::to_utf8(text::join(names, ", ")));
  }
  if (!documents.empty())
    findings.push_back({.source = "documents that mention what changed", .text = std::move(documents), .max_bytes = kMaxFindings});
  std::vector<std::string> nowhere;
  for (const auto& one : since.changes) {
    const bool known = std::ranges::any_of(one.names, [&](const auto& name) { return mentioned.contains(name); });
    if (one.kind != ChangeKind::removed && !known && nowhere.size() < kMaxUnmentioned) nowhere.push_back(one.what);
  }
  if (!nowhere.empty())
    findings.push_back({.source = "changed, and mentioned in no document", .text = text::to_utf8(text::join(nowhere, "\n")) + "\n"});
  return findings;
}

}  // namespace argosy::planning
