// What a process makes on disk and nobody needs after it lies below one folder that it holds locked: who starts later sees which of these
// folders nobody holds any more, and removes them. Used by the sandbox and by the workers that keep trees. Blocking, any thread.
#pragma once

#include <cstddef>
#include <filesystem>

#include "common/core/error.h"

namespace argosy {

class Scratch {
 public:
  // Makes <parent>/scratch-<random>, mode 0711, and locks it; the parent too, if need be. Errors: file_unwritable (A).
  static Result<Scratch> open(const std::filesystem::path& parent);
  ~Scratch();  // removes it with all in it
  Scratch(Scratch&& other) noexcept;
  Scratch& operator=(Scratch&&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // Removes the scratch folders in `parent` whose process is gone, however it went. Returns how many.
  static std::size_t sweep(const std::filesystem::path& parent);

 private:
  Scratch(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_ = -1;
};

// Removes a tree that a stranger may have made: of any depth, with folders closed to their owner, never through a link. False when
// something is left.
bool remove_tree(const std::filesystem::path& path);

}  // namespace argosy
