#include "common/agent/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/code/edits/staging.h"
#include "common/code/encoding.h"
#include "common/core/failpoint.h"
#include "common/core/text.h"
#include "common/tasks/guards/protected_files.h"
#include "common/tasks/guards/secret_scan.h"

namespace argosy::agent {
namespace {

using Paths = std::vector<std::string>;

Result<void> check_paths(const Paths& paths) {
  for (const auto& path : paths)
    if (const auto problem = code::path_problem(path))
      return fail_user("path_unsafe", fmt::format("{}: {}", text::to_utf8(path), *problem), "name a file of the repository");
  return {};
}

Result<void> check_write_set(const Policy& policy, const Paths& paths) {
  if (policy.write_set.empty()) return {};
  for (const auto& path : paths) {
    if (std::ranges::any_of(policy.write_set, [&](const auto& glob) { return text::path_matches(glob, path); })) continue;
    return fail_user("write_set_violated", fmt::format("{} is not among the files that this step may change", text::to_utf8(path)),
                     fmt::format("it may change: {}", text::join(policy.write_set, ", ")));
  }
  return {};
}

// Of all edits together, what is there already included: counted per file, forbidden per path.
Result<void> check_constraints(const Policy& policy, const code::Edit& all) {
  std::vector<tasks::TouchedFile> touched;
  for (const auto& [path, bytes] : all.files) {
    const auto renamed = all.renamed_from.find(path);
    touched.push_back({path, renamed == all.renamed_from.end() ? "" : renamed->second});
  }
  // A renamed file is one, and its old path is gone as part of it.
  std::erase_if(touched, [&](const tasks::TouchedFile& file) {
    return !all.files.at(file.path) &&
           std::ranges::any_of(all.renamed_from, [&](const auto& renamed) { return renamed.second == file.path; });
  });
  auto constraints = policy.constraints;
  constraints.max_files_changed = std::min(constraints.max_files_changed.value_or(policy.max_files_changed), policy.max_files_changed);
  return tasks::check_constraints(constraints, touched);
}

bool is_binary(std::string_view bytes) { return bytes.find('\0') != std::string_view::npos || !text::is_utf8(bytes); }

Result<void> check_binaries(const Policy& policy, const Workspace& workspace, const code::Edit& edit) {
  for (const auto& [path, bytes] : edit.files) {
    if (!bytes || bytes->size() <= policy.max_binary_bytes || !is_binary(*bytes)) continue;
    ARGOSY_TRY(const auto before, workspace.read(path));
    if (before == bytes) continue;
    const bool moved = edit.renamed_from.contains(path);
    if (moved) {
      ARGOSY_TRY(const auto origin, workspace.read(edit.renamed_from.at(path)));
      if (origin == bytes) continue;
    }
    return fail_user(
        "binary_too_large",
        fmt::format("{} would be a binary file of {} bytes; {} are allowed", text::to_utf8(path), bytes->size(), policy.max_binary_bytes),
        "leave it out of the change");
  }
  return {};
}

// As text, whatever it is encoded in.
std::string decoded(const std::string& bytes) {
  const auto text = code::decode(bytes);
  return text ? text->text : bytes;
}

// What any of the files held before, in the base or under another name, is not new.
Result<void> check_secrets(const Workspace& workspace, const code::Edit& edit) {
  std::string before;
  const auto remember = [&](const std::string& path) -> Result<void> {
    for (const code::SourceTree* tree : {&workspace.base(), static_cast<const code::SourceTree*>(&workspace)}) {
      ARGOSY_TRY(const auto bytes, tree->read(path));
      if (bytes) before.append(decoded(*bytes)).push_back('\n');
    }
    return {};
  };
  for (const auto& [path, bytes] : edit.files) ARGOSY_TRY_VOID(remember(path));
  for (const auto& [to, from] : edit.renamed_from) ARGOSY_TRY_VOID(remember(from));
  for (const auto& [path, bytes] : edit.files) {
    if (!bytes) continue;
    const auto hits = tasks::secrets_added(path, before, decoded(*bytes));
    if (hits.empty()) continue;
    return fail_user("secret_in_change", fmt::format("this adds what looks like a secret: {}", tasks::in_words(hits)),
                     "read it from the environment or from a file outside the repository; examples are written as EXAMPLE or xxxx");
  }
  return {};
}

Result<void> check_protected(const Policy& policy, const Paths& paths) {
  std::vector<tasks::TouchedFile> touched;
  for (const auto& path : paths)
    if (!policy.protected_allowed.contains(path)) touched.push_back({path, ""});
  return tasks::check_protected(touched, {});
}

}  // namespace

Result<void> check(const Policy& policy, const Workspace& workspace, const code::Edit& edit) {
  if (ARGOSY_FAILPOINT("policy.off")) return {};
  Paths paths;
  for (const auto& [path, bytes] : edit.files) paths.push_back(path);
  for (const auto& [to, from] : edit.renamed_from)
    if (!edit.files.contains(from)) paths.push_back(from);
  ARGOSY_TRY_VOID(check_paths(paths));
  auto after = workspace;
  ARGOSY_TRY_VOID(after.stage(edit));
  // What is put back as it was leaves no trace, so that an agent can always undo.
  std::erase_if(paths, [&](const std::string& path) { return !after.edits().files.contains(path); });
  ARGOSY_TRY_VOID(check_write_set(policy, paths));
  ARGOSY_TRY_VOID(check_constraints(policy, after.edits()));
  ARGOSY_TRY_VOID(check_binaries(policy, workspace, edit));
  ARGOSY_TRY_VOID(check_secrets(workspace, edit));
  return check_protected(policy, paths);
}

}  // namespace argosy::agent
