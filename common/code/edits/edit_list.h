// What a model's answer asks for, in one form whatever format it was written in: formats/ reads answers, engine.h applies the list. Values,
// any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/code/source_tree.h"

namespace argosy::code {

enum class EditFormat : std::uint8_t { automatic, search_replace, str_replace, unified_diff, apply_patch, whole_file };
// As the command line and the agents name them: auto, search-replace, str-replace, udiff, apply-patch, whole.
std::optional<EditFormat> edit_format(std::string_view name);
std::string_view to_string(EditFormat format);

enum class EditKind : std::uint8_t {
  replace,  // some lines, or a piece of text, by others
  create,   // a file that is not there
  write,    // a whole file, there or not
  remove,
  move,
};

struct FileEdit {
  EditKind kind = EditKind::replace;
  std::string path;
  std::string move_to{};
  // Whole lines without their ends: what must be there, and what stands there afterwards (all of the file for create and write).
  std::vector<std::string> search{}, replace{};
  // For str_replace: the same as text that may begin and end within a line; `search` and `replace` are empty then.
  std::optional<std::string> old_text{};
  std::string new_text{};
  std::vector<std::string> anchors{};  // lines that stand above the place, outermost first, each opening a block around it
  bool at_end = false;                 // the place is the end of the file
  std::optional<bool> last_newline{};  // whether the file ends with a newline afterwards, where a diff says so
  std::size_t number = 0;              // its place in the answer, from 1

  bool operator==(const FileEdit& other) const;  // but for the number
};

// Why an edit cannot be applied. Reasons, for programs:
//   no_edits, malformed, answer_incomplete, answer_too_large, path_missing, path_unsafe, path_conflict, file_not_found, file_exists,
//   file_binary, file_unreadable, text_not_found, text_ambiguous, already_there, empty_search, empty_file, elided, overlap,
//   change_unclear, encoding_unfit, syntax_broken, nothing_to_change.
struct EditFailure {
  std::string path;  // empty when the answer names none
  std::string reason;
  std::string hint;             // for the model: what is wrong and what to do, with lines and their numbers
  std::size_t number = 0;       // of the edit; 0: of the answer as a whole
  std::vector<Place> places{};  // the nearest lines, or all places where the text stands
};

struct EditList {
  EditFormat format = EditFormat::automatic;  // never automatic once read, unless nothing was found
  std::vector<FileEdit> edits;
  std::vector<EditFailure> problems;  // what stood there as an edit and cannot be read as one
};

// More is no edit of a model.
inline constexpr std::size_t kMaxAnswerBytes = 8u << 20;
inline constexpr std::size_t kMaxEdits = 500;

// Reads an answer as models really write them. Strict where leniency could change what is meant: what is cut off or unclear is a problem,
// never half an edit. `tree` decides what of the text around edits is the name of a file.
EditList read_edits(std::string_view answer, EditFormat format, const SourceTree& tree);

}  // namespace argosy::code
