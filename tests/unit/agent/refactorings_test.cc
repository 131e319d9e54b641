// Promises of the refactorings that agents have as tools: they change what names mean everywhere, held to what every edit is held to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/agent/tools/toolbox.h"
#include "tests/unit/agent/support.h"

namespace argosy::agent {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Refactoring : public ::testing::Test {
 protected:
  ToolOutcome call(const std::string& name, const std::string& arguments) {
    return box.call({.id = "1", .name = name, .arguments = arguments}, {.workspace = there, .record = record, .policy = policy});
  }
  std::string now(const std::string& path) { return there.read(path).value().value_or("<none>"); }

  Toolbox box;
  Workspace there{tree_of({{"a.py", "import os\n\n\ndef one():\n    return 1\n"},
                           {"b.py", "from a import one\n\n\ndef two():\n    return one() + one()\n"},
                           {"c.py", "import logging\n\nlog = logging.getLogger()\nlog.warn(\"x\")\n"}})};
  WorkRecord record;
  Policy policy;
};

TEST_F(Refactoring, RenamesWhereverTheNameIsMeant) {
  const auto done = call("rename_symbol", R"({"language":"python","from":"one","to":"first"})");
  EXPECT_FALSE(done.failed) << done.text;
  EXPECT_TRUE(done.changed_files);
  EXPECT_THAT(done.text, AllOf(HasSubstr("rename_symbol one -> first: 2 files"), HasSubstr("b.py (+2 -2)")));
  EXPECT_EQ(now("b.py"), "from a import first\n\n\ndef two():\n    return first() + first()\n");
  EXPECT_TRUE(record.edited.contains("a.py"));
}

TEST_F(Refactoring, WorksOnWhatTheAgentHasEditedBefore) {
  ASSERT_FALSE(call("create_file", R"({"path":"d.py","content":"from a import one\n\n\nprint(one())\n"})").failed);
  ASSERT_FALSE(call("rename_symbol", R"({"language":"python","from":"one","to":"first"})").failed);
  EXPECT_EQ(now("d.py"), "from a import first\n\n\nprint(first())\n");
  EXPECT_FALSE(call("create_file", R"({"path":"d.py","content":"x = 1\n"})").failed) << "what it wrote it knows, renamed or not";
}

TEST_F(Refactoring, ChangesNothingWhenOneFileMayNotBeTouched) {
  policy.write_set = {"a.py"};
  const auto refused = call("rename_symbol", R"({"language":"python","from":"one","to":"first"})");
  EXPECT_EQ(refused.code, "write_set_violated");
  policy.write_set.clear();
  policy.max_files_changed = 1;
  EXPECT_EQ(call("rename_symbol", R"({"language":"python","from":"one","to":"first"})").code, "max_files_exceeded");
  EXPECT_THAT(there.edits().files, IsEmpty());
}

TEST_F(Refactoring, ListsThePlacesThatItCannotDecide) {
  const auto refused = call("rename_symbol", R"({"language":"python","from":"one","to":"two"})");
  EXPECT_TRUE(refused.failed);
  EXPECT_THAT(refused.text, HasSubstr("b.py:")) << refused.text;
  EXPECT_THAT(there.edits().files, IsEmpty());
}

TEST_F(Refactoring, OfEachKindIsDone) {
  EXPECT_FALSE(call("remove_unused_imports", R"({"paths":["a.py"]})").failed);
  EXPECT_EQ(now("a.py").find("import os"), std::string::npos);
  EXPECT_FALSE(call("add_import", R"({"path":"a.py","module":"json"})").failed);
  EXPECT_THAT(now("a.py"), HasSubstr("import json\n"));
  EXPECT_FALSE(call("replace_call", R"j({"language":"python","pattern":"log.warn($X)","replacement":"log.warning($X)"})j").failed);
  EXPECT_THAT(now("c.py"), HasSubstr("log.warning(\"x\")"));
  const auto modded = call("codemod", R"j({"language":"python","query":"(integer) @replace","template":"2","paths":["a.py"]})j");
  EXPECT_FALSE(modded.failed) << modded.text;
  EXPECT_THAT(now("a.py"), HasSubstr("return 2"));
  const auto moved = call("move_symbol", R"({"language":"python","name":"one","from":"a.py","to":"e.py"})");
  EXPECT_FALSE(moved.failed) << moved.text;
  EXPECT_THAT(now("b.py"), HasSubstr("from e import one"));
  const auto renamed = call("rename_module", R"({"language":"python","from":"e.py","to":"f.py"})");
  EXPECT_FALSE(renamed.failed) << renamed.text;
  EXPECT_THAT(renamed.text, HasSubstr("f.py (was e.py)"));
  EXPECT_THAT(now("b.py"), HasSubstr("from f import one"));
}

TEST_F(Refactoring, SaysWhatIsWrongWithItsArguments) {
  EXPECT_THAT(call("rename_symbol", R"({"language":"python","from":"one"})").text, HasSubstr("\"to\" is missing"));
  EXPECT_THAT(call("rename_symbol", R"({"language":"cobol","from":"one","to":"two"})").text, HasSubstr("language"));
  EXPECT_TRUE(call("rename_module", R"({"language":"python","from":"../a.py","to":"b2.py"})").failed);
}

}  // namespace
}  // namespace argosy::agent
