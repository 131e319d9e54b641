// A lock between threads and processes of one machine: flock on a file. It ends with the last process that holds the descriptor, so a
// child that inherits it (GitCall::keep_fds) keeps the lock when we are killed in the middle of its work. Internal to this room.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

#include "common/core/error.h"

namespace argosy::vcs {

class FileLock {
 public:
  enum class Kind { shared, exclusive };

  // Waits at most `patience`. Errors (A): lock_timeout, lock_failed, cancelled.
  static Result<FileLock> take(const std::filesystem::path& path, Kind kind, std::chrono::milliseconds patience,
                               const std::function<bool()>& cancelled);
  // Nothing when somebody else holds it.
  static std::optional<FileLock> try_take(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();
  int fd() const { return fd_; }

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace argosy::vcs
