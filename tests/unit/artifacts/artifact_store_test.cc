// Promises of the artifact room: bytes are named by what they are, and what comes back is what was stored.
#include "common/artifacts/artifact_store.h"

#include <gtest/gtest.h>

#include <map>

#include "common/core/crypto.h"

namespace argosy::artifacts {
namespace {

const TaskId kTask{Uuid::v7(1)};
const Put kPatch{.step = {kTask, 100}, .attempt = 1, .kind = Kind::patch, .name = "step-100.patch"};

// Where the bytes lie in these tests: memory.
struct Memory {
  std::map<std::string, std::string> bytes;
  std::int64_t seen_cap = 0;
  std::optional<Error> put_error;
  std::optional<std::string> newest;

  Backend backend() {
    return {.put = [this](const Put&, const std::string& sha256, std::string_view what, std::int64_t task_cap,
                          const Backend::GiveUp&) -> Result<void> {
              seen_cap = task_cap;
              if (put_error) return std::unexpected(*put_error);
              bytes[sha256] = what;
              return {};
            },
            .get = [this](const TaskId&, const std::string& sha256, const Backend::GiveUp&) -> Result<std::optional<std::string>> {
              const auto hit = bytes.find(sha256);
              return hit == bytes.end() ? std::nullopt : std::optional(hit->second);
            },
            .newest = [this](const StepRef&, Kind kind) -> Result<std::optional<std::string>> {
              return kind == Kind::agent_state ? newest : std::nullopt;
            }};
  }
};

TEST(ArtifactStore, GivesBackTheBytesUnderTheirDigest) {
  Memory memory;
  const auto store = create_artifact_store(memory.backend(), {});
  const std::string bytes("a\0b\xff", 4);
  const auto sha256 = store->put(kPatch, bytes);
  ASSERT_TRUE(sha256);
  EXPECT_EQ(*sha256, crypto::sha256_hex(bytes));
  EXPECT_EQ(*store->get(kTask, *sha256), bytes);
}

TEST(ArtifactStore, FindsWhatAStepKeptLastAndChecksIt) {
  Memory memory;
  const auto store = create_artifact_store(memory.backend(), {});
  EXPECT_EQ(*store->newest(kPatch.step, Kind::agent_state), std::nullopt);
  memory.newest = *store->put({.step = kPatch.step, .attempt = 1, .kind = Kind::agent_state, .name = "s", .lease_epoch = 1}, "round 2");
  EXPECT_EQ(*store->newest(kPatch.step, Kind::agent_state), "round 2");
  memory.bytes[*memory.newest] = "round 3";
  EXPECT_EQ(store->newest(kPatch.step, Kind::agent_state).error().code, "artifact_corrupt");
}

TEST(ArtifactStore, RefusesWhatIsLargerThanTheCapAndStoresNothing) {
  Memory memory;
  const auto store = create_artifact_store(memory.backend(), {.artifact_bytes = 3, .task_bytes = 10});
  EXPECT_TRUE(store->put(kPatch, "123"));
  const auto refused = store->put(kPatch, "1234");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "artifact_too_large");
  EXPECT_EQ(refused.error().category, Category::needs_user);
  EXPECT_EQ(memory.bytes.size(), 1u);
}

TEST(ArtifactStore, HandsTheTasksCapToWhereTheBytesAreSummed) {
  Memory memory;
  const auto store = create_artifact_store(memory.backend(), {.artifact_bytes = 5, .task_bytes = 77});
  memory.put_error = Error{Category::needs_user, "artifact_task_cap", "too much", ""};
  EXPECT_EQ(store->put(kPatch, "x").error().code, "artifact_task_cap");
  EXPECT_EQ(memory.seen_cap, 77);
}

TEST(ArtifactStore, TreatsBytesThatChangedAsASecurityMatter) {
  Memory memory;
  const auto store = create_artifact_store(memory.backend(), {});
  const std::string sha256 = *store->put(kPatch, "good");
  memory.bytes[sha256] = "evil";
  const auto got = store->get(kTask, sha256);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "artifact_corrupt");
  EXPECT_EQ(got.error().category, Category::security);
}

TEST(ArtifactStore, SaysWhenThereIsNone) {
  Memory memory;
  EXPECT_EQ(create_artifact_store(memory.backend(), {})->get(kTask, crypto::sha256_hex("x")).error().code, "artifact_not_found");
}

}  // namespace
}  // namespace argosy::artifacts
