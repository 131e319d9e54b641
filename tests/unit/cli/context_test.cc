// What `argosy context` says about a step's report.
#include "workers/cli/client/context_text.h"

#include <gtest/gtest.h>

namespace argosy::cli {
namespace {

TEST(AContext, IsPrintedWithTheReasonForEachPieceAndForWhatWasLeftOut) {
  const auto report = json::parse(R"({"budget": 100, "tokens": 42, "pieces": [{"name": "a.py", "priority": "task_file", "weight": 1.0,
      "value": 1.0, "reason": "the task names it or may write it", "form": "whole", "tokens": 40}, {"name": "b.py", "priority": "related",
      "weight": 0.7, "value": 0.525, "reason": "imports a.py", "form": "outline", "tokens": 2}], "left_out": [{"name": "c.bin",
      "priority": "task_file", "reason": "it is not text", "tokens": 0}], "left_out_more": 3})");
  ASSERT_TRUE(report);
  EXPECT_EQ(context_text(*report),
            "42 of 100 tokens\n"
            " 1.00 task_file       40 whole     a.py: the task names it or may write it\n"
            " 0.53 related          2 outline   b.py: imports a.py\n"
            "    - task_file        0 left out  c.bin: it is not text\n"
            "and 3 more were left out\n");
}

}  // namespace
}  // namespace argosy::cli
