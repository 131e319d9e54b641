// What steps of agents say to each other comes through JSON as it was, and what nobody can use is refused.
#include "common/tasks/agent/agent_step.h"

#include <gtest/gtest.h>

#include "common/tasks/agent/end_reason.h"
#include "common/tasks/payloads.h"

namespace argosy::tasks {
namespace {

using namespace std::chrono_literals;

TEST(AgentStep, APayloadComesBackAsItWas) {
  AgentPayload payload{.base_commit = "abc",
                       .node = {.id = "parser",
                                .agent = "coder",
                                .objective = "read \"both\"\nforms",
                                .write_set = {"src/**"},
                                .depends_on = {"lexer"},
                                .done_when = {"c1"},
                                .budget_share = 0.25},
                       .criteria = {{.id = "c1", .text = "both are read", .check = "tests"}, {.id = "c2", .text = "x", .check = ""}},
                       .follow = {"as in lexer.py"},
                       .state = "d1",
                       .ran = true};
  const auto back = agent_payload_from(to_json_text(payload));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->base_commit, "abc");
  EXPECT_EQ(back->node, payload.node);
  EXPECT_EQ(back->criteria, payload.criteria);
  EXPECT_EQ(back->follow, payload.follow);
  EXPECT_EQ(back->state, "d1");
  EXPECT_TRUE(back->ran);
}

TEST(AgentStep, RunsComeBackAsTheyWere) {
  const RunPayload payload{.base_commit = "abc",
                           .patch = "d2",
                           .runs = {{.call = "call_1", .kind = RunKind::tests, .command = "-k one", .time_limit = 90s},
                                    {.call = "call_2", .kind = RunKind::install, .command = "left-pad"}}};
  const auto back = run_payload_from(to_json_text(payload));
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->patch, "d2");
  ASSERT_EQ(back->runs.size(), 2u);
  EXPECT_EQ(back->runs[0].kind, RunKind::tests);
  EXPECT_EQ(back->runs[0].command, "-k one");
  EXPECT_EQ(back->runs[0].time_limit, 90s);
  EXPECT_EQ(back->runs[1].kind, RunKind::install);
  EXPECT_FALSE(back->runs[1].time_limit);
}

TEST(AgentStep, RefusesRunsThatNobodyCouldDo) {
  EXPECT_FALSE(run_payload_from(R"({"base_commit":"abc","runs":[]})"));
  EXPECT_FALSE(run_payload_from(R"({"base_commit":"abc","runs":[{"call":"c","kind":"prayer","command":"x"}]})"));
  EXPECT_FALSE(run_payload_from(R"({"base_commit":"abc","runs":[{"call":"c","kind":"tests","time_limit_ms":0}]})"));
  RunPayload many{.base_commit = "abc", .runs = std::vector<tasks::Run>(kMaxRuns + 1, tasks::Run{.call = "c", .command = "x"})};
  EXPECT_FALSE(run_payload_from(to_json_text(many)));
  EXPECT_FALSE(agent_payload_from(R"({"base_commit":"abc","node":{"id":"x"}})"));
}

TEST(AgentStep, WhatRanIsReadAsAChangeOfNothing) {
  const RunOutput output{
      .results = {{.call = "call_1", .exit_code = -1, .output = "…", .error = "timed out after 60 s", .duration_ms = 7}}};
  const auto text = to_json_text(output);
  const auto back = run_output_from(text);
  ASSERT_TRUE(back) << to_string(back.error());
  ASSERT_EQ(back->results.size(), 1u);
  EXPECT_EQ(back->results[0].exit_code, -1);
  EXPECT_EQ(back->results[0].output, "…");
  EXPECT_EQ(back->results[0].error, "timed out after 60 s");
  EXPECT_EQ(back->results[0].duration_ms, 7);
  const auto change = change_output_from(text);
  ASSERT_TRUE(change) << to_string(change.error());
  EXPECT_EQ(change->patch, "");
}

TEST(EndReason, EachHasAWordOfItsOwn) {
  for (int i = 0; i <= static_cast<int>(EndReason::error); ++i) {
    const auto reason = static_cast<EndReason>(i);
    EXPECT_EQ(end_reason_from_string(to_string(reason)), reason);
  }
  EXPECT_EQ(end_reason_from_string("tired"), std::nullopt);
}

}  // namespace
}  // namespace argosy::tasks
