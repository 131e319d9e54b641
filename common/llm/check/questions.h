// The questions of a check: for each ability one whose right answer is known. Their words are stable, so that a scripted server can tell
// them apart. Used by the check and its tests. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/llm/conversation.h"

namespace argosy::llm {

inline constexpr std::int64_t kCheckAnswerTokens = 1'024;  // of one answer: a model that thinks needs more than the word it says

inline constexpr std::string_view kPlainWord = "kestrel", kUsageWord = "heron", kFollowUpWord = "osprey";
inline constexpr std::string_view kLastOfCount = "twelve", kStock = "837", kShip = "Argo", kLongWord = "marmot";
inline constexpr std::int64_t kPart = 4711, kFirstPart = 4712, kSecondPart = 4713, kOars = 50;
inline constexpr std::string_view kTool = "stock_of_part";

// "Answer with this one word": plain, after a cancelled call, and to servers that should refuse it.
Request word_question(std::string_view word);
Request stream_question();  // a count to kLastOfCount
Request call_question();
Request two_calls_question();
Request result_question();  // kStock stands in the result of a call
Request schema_question();
json::Value schema_of_ship();
Request usage_question();  // some kilobytes of text
// kLongWord stands in its first line, and is asked for in its last; about so many bytes lie between.
Request long_question(std::int64_t bytes);
Request endless_question();  // a count to three hundred, to be left

// Every text of a request, in bytes.
std::int64_t text_bytes(const Request& request);

}  // namespace argosy::llm
