// Git's NUL-separated listings as values. What does not look like git's output is passed over.
#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/vcs/git_tree.h"

namespace argosy::vcs {
namespace {

std::string status_name(char letter) {
  switch (letter) {
    case 'A':
      return "added";
    case 'D':
      return "deleted";
    case 'R':
      return "renamed";
    default:
      return "modified";  // M, and T: a file became a link
  }
}

// ":100644 100755 <id> <id> M"
FileChange raw_record(std::string_view record) {
  FileChange change;
  const auto fields = text::split(record, ' ');
  if (fields.size() != 5 || fields[4].empty()) return change;
  change.status = status_name(fields[4][0]);
  change.mode = change.status == "deleted" ? fields[0].substr(1) : fields[1];
  return change;
}

}  // namespace

std::vector<FileChange> parse_changes(std::string_view output) {
  std::vector<FileChange> changes;
  std::map<std::string, std::size_t, std::less<>> at;
  const auto parts = text::split(output, '\0');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].starts_with(':')) {
      auto change = raw_record(parts[i]);
      if (change.status == "renamed" && i + 2 < parts.size()) change.old_path = parts[++i];
      if (i + 1 >= parts.size()) break;
      change.path = parts[++i];
      at[change.path] = changes.size();
      changes.push_back(std::move(change));
      continue;
    }
    // "added\tremoved\tpath", of a rename "added\tremoved\t" and two more parts; "-" for binary files
    const auto fields = text::split(parts[i], '\t');
    if (fields.size() < 3) continue;
    auto path = parts[i].substr(fields[0].size() + fields[1].size() + 2);
    if (path.empty() && i + 2 < parts.size()) {
      path = parts[i + 2];
      i += 2;
    }
    const auto found = at.find(path);
    if (found == at.end()) continue;
    changes[found->second].added = text::to_int(fields[0]).value_or(0);
    changes[found->second].removed = text::to_int(fields[1]).value_or(0);
  }
  std::ranges::sort(changes, {}, &FileChange::path);
  return changes;
}

std::string diff_stat(const std::vector<FileChange>& changes) {
  std::int64_t added = 0, removed = 0;
  for (const auto& change : changes) {
    added += change.added;
    removed += change.removed;
  }
  auto line = fmt::format("{} file{} changed", changes.size(), changes.size() == 1 ? "" : "s");
  if (added != 0 || removed == 0) line += fmt::format(", {} insertion{}(+)", added, added == 1 ? "" : "s");
  if (removed != 0 || added == 0) line += fmt::format(", {} deletion{}(-)", removed, removed == 1 ? "" : "s");
  return line;
}

std::vector<FileEntry> parse_entries(std::string_view output) {
  std::vector<FileEntry> entries;
  for (const auto record : text::split(output, '\0')) {
    // ls-files: "mode id stage\tpath"; ls-tree: "mode type id    size\tpath"
    const auto tab = record.find('\t');
    if (tab == std::string_view::npos) continue;
    std::vector<std::string_view> fields;
    for (const auto field : text::split(record.substr(0, tab), ' '))
      if (!field.empty()) fields.push_back(field);
    if (fields.size() < 3) continue;
    const bool tree = fields.size() == 4;
    entries.push_back({.path = std::string(record.substr(tab + 1)),
                       .mode = std::string(fields[0]),
                       .id = std::string(fields[tree ? 2 : 1]),
                       .size = tree ? text::to_int(fields[3]).value_or(0) : 0});
  }
  return entries;
}

}  // namespace argosy::vcs
