// A person changes a text in an editor of theirs, in this terminal. Blocking; one thread.
#pragma once

#include <filesystem>
#include <string>

#include "common/core/error.h"

namespace argosy::cli {

// $VISUAL, else $EDITOR, else vi: a shell's words, to which the file's name is added.
std::string editor();

// Lets them change the file, and waits until they are done. Error (B): editor_failed, when it could not be started or ended with another
// code than 0: then the file is not what they want.
Result<void> edit_in_place(const std::filesystem::path& file, const std::string& editor);

}  // namespace argosy::cli
