// The sandboxes that a worker keeps for clients, without the processes around them.
#include "workers/testing/sandboxes/boxes.h"

#include "common/core/text.h"
#include "tests/support/testing_fixture.h"

namespace argosy::testing {
namespace {

class PlayedClock final : public Clock {
 public:
  UnixMillis unix_ms() const override { return system_clock().unix_ms(); }
  std::chrono::nanoseconds boot_time() const override { return system_clock().boot_time() + ahead; }
  std::chrono::nanoseconds ahead{};
};

class BoxesTest : public TestingTest {
 protected:
  BoxesTest() {
    base({{"a.txt", "a\n"}});
    options.limits.wall = std::chrono::seconds(60);
  }
  void start(std::size_t room = 2) {
    boxes_.emplace(BoxesOptions{.testing = options, .idle = std::chrono::minutes(15), .room = room},
                   Scratch::open(remote.work_dir()).value(), clock_, [this](const tasks::LogChunk& chunk) { log_ += chunk.text; });
  }
  SandboxId made() {
    const SandboxId id{Uuid::v4()};
    const auto done = boxes_->make({.id = id, .url = remote.url(), .branch = "", .commit = "", .limits = {}});
    EXPECT_TRUE(done) << to_string(done.error());
    if (done) EXPECT_EQ(done->commit, commit);
    return id;
  }
  Result<tasks::Executed> sh(const SandboxId& id, const std::string& command) {
    return boxes_->exec(id, {.argv = {"/bin/sh", "-c", command}, .timeout = std::chrono::seconds(30)});
  }
  std::size_t folders() const {
    std::size_t count = 0;
    for (const auto& scratch : std::filesystem::directory_iterator(remote.work_dir()))
      if (scratch.path().filename().string().starts_with("scratch-"))
        for (const auto& entry : std::filesystem::directory_iterator(scratch)) count += entry.is_directory() ? 1 : 0;
    return count;
  }

  PlayedClock clock_;
  std::string log_;
  std::optional<Boxes> boxes_;
};

TEST_F(BoxesTest, KeepTheirFilesApartAndTellWhatIsPrinted) {
  start();
  const auto one = made(), other = made();
  EXPECT_EQ(sh(one, "cat a.txt; echo mine > b; printf 'odd \\000\\377'")->out, "a\nodd ?\xef\xbf\xbd");
  EXPECT_NE(sh(other, "cat b")->exit_code, 0);
  EXPECT_EQ(sh(one, "cat b")->out, "mine\n");
  EXPECT_NE(log_.find("mine"), std::string::npos);
}

TEST_F(BoxesTest, HaveNoMoreRoomThanTheyMayAndMakeItAgain) {
  start(1);
  const auto one = made();
  const auto refused = boxes_->make({.id = SandboxId{Uuid::v4()}, .url = remote.url(), .branch = "", .commit = "", .limits = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "sandbox_no_room");
  boxes_->remove(one);
  EXPECT_EQ(folders(), 0u);
  EXPECT_TRUE(boxes_->census().gone.empty());  // who removed it knows
  made();
}

TEST_F(BoxesTest, ThatNobodyUsesGoAndAreTold) {
  start();
  const auto one = made(), other = made();
  clock_.ahead = std::chrono::minutes(14);
  EXPECT_TRUE(sh(other, "true"));
  clock_.ahead = std::chrono::minutes(16);
  boxes_->remove_idle();
  const auto census = boxes_->census();
  EXPECT_EQ(census.held, std::vector{other});
  ASSERT_EQ(census.gone.size(), 1u);
  EXPECT_EQ(census.gone[0], std::pair(one, std::string("idle")));
  boxes_->told(census.gone);
  EXPECT_TRUE(boxes_->census().gone.empty());
  EXPECT_EQ(sh(one, "true").error().code, "sandbox_gone");
}

TEST_F(BoxesTest, ThatAreStoppedLeaveNothingBehindAndTakeNothingNew) {
  start();
  const auto one = made();
  boxes_->stop();
  EXPECT_EQ(folders(), 0u);
  EXPECT_EQ(boxes_->census().gone, (std::vector{std::pair(one, std::string("worker_stopped"))}));
  EXPECT_EQ(sh(one, "true").error().code, "sandbox_stopping");
}

TEST_F(BoxesTest, AreRefusedWhereAWallIsMissing) {
  options.require = {"no-such-layer"};
  start();
  const auto refused = boxes_->make({.id = SandboxId{Uuid::v4()}, .url = remote.url(), .branch = "", .commit = "", .limits = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "sandbox_policy_unmet");
}

TEST_F(BoxesTest, OfARepositoryThatIsTooLargeAreNotMade) {
  base({{"large", std::string(3 << 20, 'x')}});
  start();
  const auto refused =
      boxes_->make({.id = SandboxId{Uuid::v4()}, .url = remote.url(), .branch = "", .commit = "", .limits = {.disk_bytes = 1 << 20}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "sandbox_limit_refused");
  EXPECT_EQ(folders(), 0u);
  EXPECT_TRUE(boxes_->census().held.empty());
}

}  // namespace
}  // namespace argosy::testing
