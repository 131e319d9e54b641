// The dependencies that set-ups fetched, kept between tasks: one folder for each repository, set-up and content of its lock files. Filled
// once, by one process at a time, in full or not at all; read by many. On the disk of the work folder; a cache that is lost costs time
// only. Thread-safe; open() blocks while another fills the same one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "common/core/error.h"

namespace argosy::testing {

// Used until it goes out of scope: nobody removes it meanwhile.
class DependencyFolder {
 public:
  ~DependencyFolder();
  DependencyFolder(DependencyFolder&& other) noexcept;
  DependencyFolder& operator=(DependencyFolder&& other) noexcept;

  const std::filesystem::path& path() const { return path_; }
  bool filled() const { return filled_; }
  // To be called once path() is complete. Errors: cache_unwritable (A).
  Result<void> keep();

 private:
  friend class DependencyCache;
  DependencyFolder(std::filesystem::path path, std::filesystem::path final, int lock, bool filled)
      : path_(std::move(path)), final_(std::move(final)), lock_(lock), filled_(filled) {}
  std::filesystem::path path_, final_;
  int lock_ = -1;
  bool filled_ = false;
};

class DependencyCache {
 public:
  // Keeps at most `most` folders, those that were used last.
  DependencyCache(std::filesystem::path root, std::size_t most) : root_(std::move(root)), most_(most) {}
  // What is there under this key, or an empty folder to fill. `key` is hexadecimal. Errors: cache_unwritable (A).
  Result<DependencyFolder> open(const std::string& key) const;

 private:
  void remove_oldest() const;
  std::filesystem::path root_;
  std::size_t most_;
};

}  // namespace argosy::testing
