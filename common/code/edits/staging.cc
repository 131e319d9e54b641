#include "common/code/edits/staging.h"

#include <algorithm>
#include <array>

#include "common/code/edits/engine.h"
#include "common/code/edits/punctuation.h"
#include "common/core/failpoint.h"
#include "common/core/text.h"
#include "common/tasks/change.h"

namespace argosy::code {
namespace {

constexpr std::size_t kMostSimilar = 3;

std::unexpected<EditFailure> fail(const std::string& path, std::string reason, std::string hint) {
  return std::unexpected(EditFailure{.path = path, .reason = std::move(reason), .hint = std::move(hint)});
}

// Names under which some file system finds .git: with characters of no width, dots or spaces behind, or a stream.
bool is_git_folder(std::string_view part) {
  auto name = text::lower(ascii_punctuation(part));
  name = name.substr(0, name.find(':'));
  while (name.ends_with('.') || name.ends_with(' ')) name.pop_back();
  return name == ".git" || name == "git~1";
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<std::string> path_problem(const std::string& path) {
  if (ARGOSY_FAILPOINT("policy.off")) return std::nullopt;
  const bool drive = path.size() > 1 && path[1] == ':';
  if (path.starts_with('/') || path.starts_with('~') || drive || path.contains('\\'))
    return "paths are relative to the repository, with / between their parts";
  const auto parts = text::split(path, '/');
  if (std::ranges::any_of(parts, is_git_folder)) return "nothing in .git may be edited";
  if (!tasks::is_safe_repo_path(path))
    return "this is not a path inside the repository: no empty parts, no . and .., no control characters";
  return std::nullopt;
}

std::expected<StagedFile*, EditFailure> Staging::open(const std::string& path) {
  if (auto problem = path_problem(path)) return fail(path, "path_unsafe", *std::move(problem));
  if (const auto found = files_.find(path); found != files_.end()) return &found->second;
  auto bytes = tree_.read(path);
  if (!bytes) return fail(path, bytes.error().code == "path_conflict" ? "path_conflict" : "file_unreadable", bytes.error().message);
  StagedFile file;
  if (*bytes) {
    if ((*bytes)->size() > kMaxEditedBytes)
      return fail(path, "file_unreadable", path + " is larger than " + std::to_string(kMaxEditedBytes) + " bytes");
    auto decoded = decode(**bytes);
    if (!decoded) return fail(path, "file_binary", path + " is not text");
    file.existed = file.present = true;
    file.bytes = *std::move(*bytes);
    file.encoding = decoded->encoding;
    file.before = std::move(decoded->text);
    file.now = file.original = LineText::split(file.before);
  }
  return &files_.emplace(path, std::move(file)).first->second;
}

std::expected<void, EditFailure> Staging::check_free(const std::string& path) {
  auto listed = tree_.list();
  if (!listed) return fail(path, "file_unreadable", listed.error().message);
  std::erase_if(*listed, [&](const std::string& other) { return files_.contains(other) && !files_.at(other).present; });
  for (const auto& [other, file] : files_)
    if (file.present && other != path) listed->push_back(other);
  const auto lower = text::lower(path);
  for (const auto& other : *listed) {
    if (other == path) continue;
    if (path.starts_with(other + "/")) return fail(path, "path_conflict", other + " is a file, not a folder");
    if (other.starts_with(path + "/")) return fail(path, "path_conflict", path + " is a folder");
    if (text::lower(other) == lower)
      return fail(path, "path_conflict", "there is " + other + ": a name that differs by case only is the same file on some systems");
  }
  return {};
}

std::string Staging::similar(const std::string& path) const {
  const auto listed = tree_.list();
  if (!listed) return "";
  std::string out;
  std::size_t count = 0;
  for (const auto& other : *listed) {
    if (text::lower(name_of(other)) != text::lower(name_of(path))) continue;
    if (++count > kMostSimilar) return out + " and others";
    out += (out.empty() ? "; there is " : ", ") + other;
  }
  return out;
}

}  // namespace argosy::code
