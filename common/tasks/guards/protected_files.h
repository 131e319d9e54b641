// Files that no model changes unless a person lets it: what runs on other machines or at other times, what decides what is installed, and
// what says how changes are judged. One list for agents' tools, codegen and git. Operations of a person are not asked. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/tasks/checkpoint.h"
#include "common/tasks/constraints.h"

namespace argosy::tasks {

// What it is, for people ("a CI workflow"); nothing for a file that is not protected. Letters count in either case: some file systems do
// not tell them apart.
std::optional<std::string_view> protected_as(std::string_view path);
inline bool is_protected(std::string_view path) { return protected_as(path).has_value(); }

// The checkpoint by which a person lets a task change such files: asked by whichever step first has to, once an approval is given good
// for all steps of the task. No question that a model words may have this name.
inline constexpr std::string_view kProtectedFilesQuestion = "protected-files";
bool protected_files_approved(const std::vector<Answer>& answers);

// Error (B), details {"files":[...]}: protected_file, with what each is. Of a renamed file both paths count.
Result<void> check_protected(const std::vector<TouchedFile>& touched, const std::vector<Answer>& answers);
// What to ask a person because of it.
Question ask_for_protected(const Error& because);

}  // namespace argosy::tasks
