#include <gtest/gtest.h>

#include "common/llm/api.h"
#include "common/llm/conversation.h"

namespace argosy::llm {
namespace {

TEST(Names, AreReadBackAsTheyAreWritten) {
  for (const auto reason : {StopReason::end_turn, StopReason::tool_use, StopReason::max_tokens, StopReason::stop_sequence,
                            StopReason::refusal, StopReason::content_filter, StopReason::error})
    EXPECT_EQ(stop_reason_from_string(to_string(reason)), reason);
  for (const auto api : {Api::openai_chat, Api::openai_responses, Api::anthropic, Api::ollama})
    EXPECT_EQ(api_from_string(to_string(api)), api);
}

TEST(Names, UnknownOnesAreNothing) {
  EXPECT_EQ(stop_reason_from_string("stop"), std::nullopt);
  EXPECT_EQ(api_from_string("openai"), std::nullopt);
}

}  // namespace
}  // namespace argosy::llm
