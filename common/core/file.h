// Files as the product needs them: whole reads with a bound, atomic writes, folders that clean up after themselves. Blocking, any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/core/error.h"

namespace argosy {

// Errors: file_not_found, file_too_large, file_unreadable (category B).
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes = 64u << 20);

// Writes beside the target, then renames over it; keeps the mode of a file that was there. `mode` is for a new file.
// Errors: file_unwritable (category B).
Result<void> write_file_atomic(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0644);

// A fresh folder, removed with all in it when this goes out of scope.
class TempDir {
 public:
  // Below $ARGOSY_WORK_DIR's value as given by `parent`, or the system's temporary folder when empty. Throws only when out of disk.
  explicit TempDir(std::string_view prefix = "argosy", const std::filesystem::path& parent = {});
  ~TempDir();
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace argosy
