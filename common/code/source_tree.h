// The files that a change works on, without the disk: codegen hands in a work tree, planning a commit, tests a map. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/error.h"

namespace argosy::code {

class SourceTree {
 public:
  virtual ~SourceTree() = default;
  virtual Result<std::vector<std::string>> list() const = 0;  // regular files, sorted, '/'-separated
  // The raw bytes; nothing when there is no such regular file.
  virtual Result<std::optional<std::string>> read(const std::string& path) const = 0;
};

// What an operation does to the tree, complete or not at all: the caller writes it. Raw bytes; nothing = the file is deleted.
struct Edit {
  std::map<std::string, std::optional<std::string>> files;
  std::map<std::string, std::string> renamed_from{};  // new path -> old path, so that the mode can be kept
};

// A place in a source, for refusals and reports. Line and column from 1, in characters.
struct Place {
  std::string path;
  int line = 0, column = 0;
  std::string text;  // the line, trimmed and bounded
};

}  // namespace argosy::code
