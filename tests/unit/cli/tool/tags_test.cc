// `argosy tool tags`: what a script gets to see of a source file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/file.h"
#include "common/core/json.h"
#include "workers/cli/run.h"

namespace argosy::cli {
namespace {

using ::testing::HasSubstr;

struct Answer {
  int code;
  std::string out, err;
};

Answer tags(const std::vector<std::string>& words) {
  std::vector<std::string> all{"tool", "tags"};
  all.insert(all.end(), words.begin(), words.end());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = run(all);
  return {code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
}

TEST(ToolTags, PrintsOneDefinitionALine) {
  const TempDir folder("tags");
  const auto file = (folder.path() / "a.rs").string();
  ASSERT_TRUE(write_file_atomic(file, "pub struct S { x: u8 }\nimpl S { fn f(&self) { g(self.x) } }\n"));
  const auto answer = tags({file});
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.out,
            "     1  struct     S  pub struct S { x: u8 }\n"
            "     1  field      S.x  pub struct S { x: u8 }\n"
            "     2  method     S.f  impl S { fn f(&self) { g(self.x) } }\n"
            "rust: 3 definitions, 3 references, 0 imports\n");
}

TEST(ToolTags, PrintsAllThatItSeesAsJson) {
  const TempDir folder("tags");
  const auto file = (folder.path() / "a.go").string();
  ASSERT_TRUE(write_file_atomic(file, "package p\n\nimport \"fmt\"\n\nfunc F() { fmt.Println() }\n"));
  const auto answer = tags({file, "--json"});
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.out,
            R"({"language":"go","package":"p","broken":false,)"
            R"("definitions":[{"name":"F","kind":"function","scope":"","line":5,"end_line":5,"signature":"func F() { fmt.Println() }",)"
            R"("exported":true}],"references":[{"name":"fmt","line":5,"call":false},{"name":"Println","line":5,"call":true}],)"
            R"("imports":[{"module":"fmt","names":[],"line":3}]})"
            "\n");
}

TEST(ToolTags, SaysInOneLineWhatItCannotRead) {
  const TempDir folder("tags");
  const auto file = (folder.path() / "notes.txt").string();
  ASSERT_TRUE(write_file_atomic(file, "x"));
  EXPECT_EQ(tags({file}).code, 2);
  EXPECT_THAT(tags({file}).err, HasSubstr("no grammar reads files of this name"));
  EXPECT_EQ(tags({(folder.path() / "none.py").string()}).code, 2);
}

}  // namespace
}  // namespace argosy::cli
