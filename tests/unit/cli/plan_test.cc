// Promises of `argosy plan edit`: what a file may hold, and how an editor is called.
#include <gtest/gtest.h>

#include <cstdlib>

#include "common/core/file.h"
#include "workers/cli/client/plan/editor.h"
#include "workers/cli/client/plan/plan_file.h"

namespace argosy::cli {
namespace {

const std::string kPlan =
    R"({"intent":"docs","summary":"s","criteria":[{"id":"c1","text":"t"}],"nodes":[{"id":"n","objective":"o","write_set":["a"]}]})";

TEST(PlanFile, IsThePlanAloneOrAsItIsShownWithWhatItWasMadeFrom) {
  const auto alone = plan_file_from(kPlan);
  ASSERT_TRUE(alone) << to_string(alone.error());
  EXPECT_EQ(json::dump(alone->plan), kPlan);
  EXPECT_EQ(alone->etag, "");
  const auto shown = plan_file_from(R"({"state":"accepted","step":0,"etag":"\"e\"","plan":)" + kPlan + "}");
  ASSERT_TRUE(shown) << to_string(shown.error());
  EXPECT_EQ(json::dump(shown->plan), kPlan);
  EXPECT_EQ(shown->etag, "\"e\"");
}

TEST(PlanFile, ThatIsNoPlanIsRefusedBeforeAnybodyIsAsked) {
  EXPECT_EQ(plan_file_from(R"({"intent":"docs"})").error().code, "plan_invalid");
  EXPECT_EQ(plan_file_from("{").error().code, "json_malformed");
}

TEST(AnEditor, MayHaveOptionsAndChangesTheFileWhateverItsName) {
  const TempDir folder;
  const auto file = folder.path() / "a plan's \"file\".json";
  ASSERT_TRUE(write_file_atomic(file, "old"));
  const auto done = edit_in_place(file, "sed -i s/old/new/");
  ASSERT_TRUE(done) << to_string(done.error());
  EXPECT_EQ(*read_file(file), "new");
}

TEST(AnEditor, ThatEndsWithoutSuccessChangesNothing) {
  const TempDir folder;
  const auto file = folder.path() / "plan.json";
  ASSERT_TRUE(write_file_atomic(file, "old"));
  EXPECT_EQ(edit_in_place(file, "false").error().code, "editor_failed");
  EXPECT_EQ(edit_in_place(file, "/nobody/has/this").error().code, "editor_failed");
}

TEST(AnEditor, IsTheVisualOneThenTheOtherThenVi) {
  setenv("VISUAL", "code --wait", 1);
  setenv("EDITOR", "nano", 1);
  EXPECT_EQ(editor(), "code --wait");
  setenv("VISUAL", "", 1);
  EXPECT_EQ(editor(), "nano");
  unsetenv("EDITOR");
  EXPECT_EQ(editor(), "vi");
}

}  // namespace
}  // namespace argosy::cli
