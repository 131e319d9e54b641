// The files of one answer while its edits are laid over them. Used by engine.cc. Not thread-safe.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>

#include "common/code/edits/edit_list.h"
#include "common/code/edits/line_text.h"
#include "common/code/encoding.h"
#include "common/code/source_tree.h"

namespace argosy::code {

struct StagedFile {
  bool existed = false;
  std::optional<std::string> bytes;  // as it was
  Encoding encoding = Encoding::utf8;
  std::string before;  // its text as it was
  LineText original;
  LineText now;
  bool present = false;  // whether it is there after the edits so far
  bool touched = false;  // whether one of them changed it
  std::string moved_from{};
};

class Staging {
 public:
  explicit Staging(const SourceTree& tree) : tree_(tree) {}

  // The file, read when it is first asked for. Failures: path_unsafe, path_conflict, file_unreadable, file_binary.
  std::expected<StagedFile*, EditFailure> open(const std::string& path);
  std::map<std::string, StagedFile>& files() { return files_; }

  // Whether a new file may stand there: no folder, no file on the way, none whose name differs by case only.
  std::expected<void, EditFailure> check_free(const std::string& path);
  // Files of the same name elsewhere, for a hint.
  std::string similar(const std::string& path) const;

 private:
  const SourceTree& tree_;
  std::map<std::string, StagedFile> files_;
};

// Why the path is not one inside the repository, in a sentence; nothing for a good one.
std::optional<std::string> path_problem(const std::string& path);

}  // namespace argosy::code
