// Watches what a sandbox writes to disk, from outside: bytes and files of its writable folders together. There is no quota to be had
// without the disk owner's help, so it looks: at the free space of the disk on every call, which costs a microsecond, and at the folders
// themselves when that has shrunk by as much as is still allowed, and every second or so, because what others free on the same disk hides
// what is written here. What is written between two looks is the overshoot: about 100 ms of the disk's speed. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace argosy::sandbox {

// Whether a folder holds more than that, or is nested deeper than anything sensible: what is kept between two runs is nobody's to watch.
// Blocking, any thread.
bool holds_more(const std::filesystem::path& folder, std::int64_t bytes, std::int64_t files);

class DiskWatch {
 public:
  DiskWatch(std::vector<std::filesystem::path> folders, std::int64_t bytes, std::int64_t files)
      : folders_(std::move(folders)), max_bytes_(bytes), max_files_(files) {}

  // True once they hold more than they may, or are nested deeper than anything sensible. `now` is a clock that only goes forward;
  // `nameless` tells the bytes of deleted files that are still open, and is asked when the folders are looked at.
  bool over(std::chrono::nanoseconds now, const std::function<std::int64_t()>& nameless);

 private:
  struct Free {
    std::int64_t bytes = 0, files = 0;
  };
  Free free_now() const;
  bool look(const std::function<std::int64_t()>& nameless);

  std::vector<std::filesystem::path> folders_;
  std::int64_t max_bytes_, max_files_;
  std::int64_t bytes_ = 0, files_ = 0;  // at the last look
  Free free_then_{};
  bool looked_ = false;
  std::chrono::nanoseconds next_look_{};
};

}  // namespace argosy::sandbox
