// The files that a tool is called with. Blocking, one thread.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "common/core/error.h"

namespace argosy::cli {

// A file, or standard input for "-", in pieces.
class Input {
 public:
  // Errors (B): file_unreadable, for what is not there, may not be read, or is a folder.
  static Result<Input> open(const std::string& path);
  std::string_view next();  // valid until the next call; empty at the end

  // All of it. Errors (B): file_too_large beyond `most` bytes.
  Result<std::string> all(std::size_t most);
  const std::string& path() const { return path_; }  // "standard input" for "-"

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  Input(std::string path, std::unique_ptr<std::FILE, Close> file);
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string buffer_;
};

// The error with the path before its sentence, as one line.
Error in_file(const std::string& path, Error error);

}  // namespace argosy::cli
