// What the edit engine staged comes out of the operations byte for byte.
#include "workers/codegen/mending/whole_files.h"

#include <gmock/gmock.h>

#include <map>

#include "common/code/operations.h"

namespace argosy::codegen {
namespace {

using Files = std::map<std::string, std::string>;

class Tree final : public code::SourceTree {
 public:
  explicit Tree(Files& files) : files_(files) {}
  Result<std::vector<std::string>> list() const override {
    std::vector<std::string> all;
    for (const auto& [path, bytes] : files_) all.push_back(path);
    return all;
  }
  Result<std::optional<std::string>> read(const std::string& path) const override {
    const auto found = files_.find(path);
    if (found == files_.end()) return std::nullopt;
    return found->second;
  }

 private:
  Files& files_;
};

Files done(Files files, const code::Edit& edit) {
  const Tree tree(files);
  const auto operations = whole_files(edit, tree);
  EXPECT_TRUE(operations);
  for (const auto& operation : operations.value()) {
    const auto applied = code::apply(tree, operation);
    EXPECT_TRUE(applied) << to_string(applied.error());
    for (const auto& [path, bytes] : applied.value().files) {
      files.erase(path);
      if (bytes) files[path] = *bytes;
    }
  }
  return files;
}

TEST(WholeFiles, LeaveWhatWasStagedWhateverTheBytes) {
  const std::string mark = "\xEF\xBB\xBF",
                    wide_before(
                        "\xFF\xFE"
                        "a\0\n\0",
                        6),
                    wide_after(
                        "\xFF\xFE"
                        "b\0\n\0",
                        6);
  const std::vector<std::pair<std::string, std::string>> all{
      {"a\nb\n", "a\n"},      {"a\r\nb\r\n", "a\r\nc\r\n"},   {"a\r\nb\nc", "a\r\nc"},  {"a\n", ""},
      {"caf\xE9\n", "caf\n"}, {"caf\xE9\n", "caf\xE9\xE8\n"}, {mark + "a", mark + "b"}, {wide_before, wide_after},
      {"", "now\n"}};
  for (const auto& [before, after] : all) EXPECT_EQ(done({{"f", before}}, {.files = {{"f", after}}}).at("f"), after) << before;
}

TEST(WholeFiles, MakeRemoveAndMoveFiles) {
  const code::Edit edit{.files = {{"old", std::nullopt}, {"moved", "2\n"}, {"gone", std::nullopt}, {"gone/new", "3\n"}},
                        .renamed_from = {{"moved", "old"}}};
  EXPECT_EQ(done({{"old", "1\n"}, {"gone", "1\n"}, {"same", "1\n"}}, edit),
            (Files{{"gone/new", "3\n"}, {"moved", "2\n"}, {"same", "1\n"}}));
}

}  // namespace
}  // namespace argosy::codegen
