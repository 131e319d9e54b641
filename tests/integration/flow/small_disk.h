// A disk of a few megabytes that a test fills and empties. As root only; in a mount namespace of the calling thread and of what it starts
// afterwards, so that nothing is left behind however the test ends.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "common/core/file.h"

namespace argosy::test {

class SmallDisk {
 public:
  // Why there can be none here, or nothing. Then the disk is there.
  std::optional<std::string> mount(std::size_t megabytes);
  ~SmallDisk();

  // A folder on it that belongs to the user that Postgres runs as.
  std::filesystem::path folder() const { return mounted_.path() / "space"; }
  void fill();
  void make_room();

 private:
  std::filesystem::path ballast() const { return mounted_.path() / "ballast"; }

  TempDir mounted_{"argosy-small-disk"};
  bool is_mounted_ = false;
};

}  // namespace argosy::test
