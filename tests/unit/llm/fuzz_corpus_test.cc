// What the fuzzers start from and what they once found, in the ordinary build: every input through every target.
#include <gtest/gtest.h>

#include <filesystem>

#include "common/core/file.h"
#include "tests/fuzz/targets/targets.h"

namespace argosy::fuzz {
namespace {

TEST(FuzzCorpus, BreaksNoPromiseOfAnyTarget) {
  std::size_t inputs = 0;
  for (const auto* folder : {"/tests/fixtures/streams", "/tests/fuzz/corpus"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(ARGOSY_SOURCE_DIR) + folder)) {
      if (!entry.is_regular_file()) continue;
      const auto bytes = read_file(entry.path());
      ASSERT_TRUE(bytes) << entry.path();
      SCOPED_TRACE(entry.path());
      for (const auto& target : targets()) target.run(*bytes);  // ends the program
      ++inputs;
    }
  }
  EXPECT_GT(inputs, 250u);
}

}  // namespace
}  // namespace argosy::fuzz
