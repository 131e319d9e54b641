// The watcher of what a sandbox writes, on a real disk that this test shares with everybody else.
#include "common/sandbox/limits/disk_watch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/core/file.h"

namespace argosy::sandbox {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::int64_t kPlenty = std::int64_t{1} << 40;
constexpr int kMaxFiles = 10;

class DiskWatching : public ::testing::Test {
 protected:
  static void fill(const fs::path& folder, int files) {
    fs::create_directories(folder);
    for (int i = 0; i < files; ++i) ASSERT_TRUE(write_file_atomic(folder / fmt::format("f{}", i), "x"));
  }
  static std::int64_t none() { return 0; }

  TempDir folder_{"disk-watch"};
  fs::path watched_ = folder_.path() / "watched", other_ = folder_.path() / "other";
};

TEST_F(DiskWatching, SeesWhatAnotherHidesByFreeingAsMuch) {
  fill(watched_, 1), fill(other_, 200);
  DiskWatch watch({watched_}, kPlenty, kMaxFiles);
  EXPECT_FALSE(watch.over(seconds(100), none));
  fs::remove_all(other_);
  fill(watched_, kMaxFiles + 1);
  EXPECT_TRUE(watch.over(seconds(101), none)) << "the disk has more free files than before";
}

TEST_F(DiskWatching, LetsBeWhatIsWithinItsBounds) {
  fill(watched_, kMaxFiles);
  DiskWatch watch({watched_}, kPlenty, kMaxFiles);
  for (int second = 100; second < 110; ++second) EXPECT_FALSE(watch.over(seconds(second), none));
}

TEST_F(DiskWatching, CountsFilesThatHaveNoNameAnyMore) {
  fill(watched_, 1);
  DiskWatch watch({watched_}, 1 << 20, kMaxFiles);
  EXPECT_FALSE(watch.over(seconds(100), none));
  EXPECT_TRUE(watch.over(seconds(101), [] { return std::int64_t{2} << 20; }));
}

}  // namespace
}  // namespace argosy::sandbox
