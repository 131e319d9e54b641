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

// The checkpoint by which a person lets a task change such files: its name is this and a digest of the paths, so that an approval is good
// for just these files, in all steps of the task, and for no others. No question that a model words may have such a name.
inline constexpr std::string_view kProtectedFilesQuestion = "protected-files";
using Paths = std::vector<std::string>;
std::string protected_files_question(Paths paths);
// What was answered to it first; null: nobody has.
const Answer* protected_files_answer(const Paths& paths, const std::vector<Answer>& answers);

// Error (B), details {"files":[...]}: protected_file, with what each is, of those that nobody has approved. Of a renamed file both paths
// count. `granted`: lists of files that steps say they were let change; each counts where an answer approves of just that list.
Result<void> check_protected(const std::vector<TouchedFile>& touched, const std::vector<Answer>& answers,
                             const std::vector<Paths>& granted = {});
// The files that such an error names in its details.
Paths files_of_protected(const Error& because);
// What to ask a person because of it.
Question ask_for_protected(const Error& because);

}  // namespace argosy::tasks
