// What the tests of this room share: a remote, and a repository opened on it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/vcs/repository.h"
#include "tests/support/git_fixture.h"

namespace argosy::vcs {

class VcsTest : public ::testing::Test {
 protected:
  VcsOptions options() const { return {.work_dir = remote.work_dir(), .allow_file = true, .timeout = std::chrono::seconds(60)}; }

  std::unique_ptr<Repository> open() const {
    auto repository = Repository::open(options(), remote.url());
    EXPECT_TRUE(repository) << to_string(repository.error());
    return repository ? std::move(*repository) : nullptr;
  }
  // The folder of the only mirror.
  std::filesystem::path mirror_home() const {
    std::filesystem::directory_iterator it(remote.work_dir() / "mirrors");
    return it->path();
  }
  static std::string bytes(const std::filesystem::path& path) {
    const auto read = read_file(path);
    EXPECT_TRUE(read) << path;
    return read.value_or("");
  }

  testing::GitFixture remote;
};

#define ASSERT_OK(result) ASSERT_TRUE((result).has_value()) << to_string((result).error())
#define EXPECT_CODE(result, wanted)                                          \
  do {                                                                       \
    const auto& checked_ = (result);                                         \
    ASSERT_FALSE(checked_.has_value()) << "it succeeded";                    \
    EXPECT_EQ(checked_.error().code, wanted) << to_string(checked_.error()); \
  } while (0)

}  // namespace argosy::vcs
