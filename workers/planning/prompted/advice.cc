#include "workers/planning/prompted/advice.h"

#include <fmt/format.h>

#include <cctype>
#include <set>

#include "common/core/text.h"
#include "workers/planning/changes/api_changes.h"
#include "workers/planning/changes/mentions.h"

namespace argosy::planning {
namespace {

constexpr std::size_t kMaxNamed = 8;  // of the words that one document mentions

bool is_of_names(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '/' || c == '-'; }

// Those that look like names, and what stands between backticks.
std::set<std::string> names_in(std::string_view request) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < request.size() && names.size() < kMaxWords;) {
    if (!is_of_names(request[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < request.size() && is_of_names(request[end])) ++end;
    auto word = request.substr(at, end - at);
    const bool quoted = at > 0 && request[at - 1] == '`' && end < request.size() && request[end] == '`';
    while (word.ends_with('.') || word.ends_with('-')) word.remove_suffix(1);
    if (quoted ? word.size() > 1 : looks_like_a_name(word)) names.emplace(word);
    at = end;
  }
  return names;
}

}  // namespace

std::string rules(const tasks::Constraints& constraints) {
  std::string text;
  for (const auto& glob : constraints.avoid_files) text += fmt::format("- No write_set names files that match {}\n", glob);
  if (constraints.max_files_changed) text += fmt::format("- All steps together touch at most {} files\n", *constraints.max_files_changed);
  return text;
}

std::string_view advice(tasks::Intent intent) {
  switch (intent) {
    case tasks::Intent::bug_fix:
      return "This is a bug. The first step reproduces it with a test that fails, before anything is mended; that test and the mending "
             "belong "
             "to one step unless the cause lies elsewhere. Aim at the cause, not at the place where it shows.";
    case tasks::Intent::refactor:
      return "This is a refactoring: behaviour stays. No step changes what tests expect; public names keep working unless the request says "
             "otherwise. Renames and moves are steps of the refactorer.";
    case tasks::Intent::docs:
      return "This is about documents. Steps change documents and comments, no behaviour. Documents that mention what was changed are "
             "listed "
             "where they were found.";
    case tasks::Intent::test:
      return "This is about tests. Steps change tests and what only tests use; a step that finds a bug says so and does not mend it.";
    case tasks::Intent::investigation:
      return "This is an investigation: what is found out is written into one document of the repository, which the write_set names. "
             "Nothing "
             "else changes.";
    case tasks::Intent::feature:
      return "This is a feature. Each step brings the tests of what it adds, and the documents that users of it read.";
  }
  return "";
}

Result<std::vector<llm::Untrusted>> findings_for(tasks::Intent intent, std::string_view request, const code::SourceTree& tree) {
  if (intent != tasks::Intent::docs) return std::vector<llm::Untrusted>{};
  ARGOSY_TRY(const auto paths, tree.list());
  const auto names = names_in(request);
  std::string mentions, descriptions;
  std::size_t read = 0, listed = 0;
  for (const auto& path : paths) {
    if (is_api_description(path)) descriptions += text::to_utf8(path) + "\n";
    if (!is_document(path) || names.empty() || read == kMaxReadDocuments || listed == kMaxDocuments) continue;
    ++read;
    ARGOSY_TRY(const auto bytes, tree.read(path));
    if (!bytes || bytes->size() > kMaxDocumentBytes) continue;
    std::vector<std::string> found;
    for (const auto& name : names)
      if (found.size() < kMaxNamed && bytes->contains(name)) found.push_back(name);
    if (found.empty()) continue;
    ++listed;
    mentions += fmt::format("{}: {}\n", text::to_utf8(path), text::join(found, ", "));
  }
  std::vector<llm::Untrusted> findings;
  if (!mentions.empty()) findings.push_back({.source = "documents that mention what the request names", .text = std::move(mentions)});
  if (!descriptions.empty()) findings.push_back({.source = "OpenAPI descriptions", .text = std::move(descriptions)});
  return findings;
}

}  // namespace argosy::planning
