#include <fmt/format.h>

#include "common/llm/check/grades/grade.h"
#include "common/llm/check/grades/verdicts.h"
#include "common/llm/check/questions.h"
#include "common/llm/money/tokens.h"

namespace argosy::llm {
namespace {

constexpr std::int64_t kMostBytesPerToken = 8;  // of prose; who counts fewer tokens counts something else
constexpr double kFewestBytes = 1.0, kMostBytes = 8.0;

}  // namespace

UsageBounds usage_bounds(const ModelEntry& entry, const Request& request, std::string_view body) {
  return {.least_input = text_bytes(request) / kMostBytesPerToken,
          .most_input = input_bound(entry, request, body),
          .most_output = request.max_tokens};
}

Verdict grade_usage(const CallResult& result, const UsageBounds& bounds, const CallResult* plain, bool streamed) {
  constexpr std::string_view kWorst = "every call is charged with its worst case: ask the server's settings for usage";
  if (result.fault) return failed(*result.fault);
  const auto& usage = result.answer.usage;
  const bool plain_has = plain != nullptr && plain->answer.usage.input && plain->answer.usage.output;
  if (!usage.input || !usage.output)
    return fails(streamed && plain_has ? "an answer in one piece reports its tokens, a stream does not" : "no tokens are reported", kWorst);
  if (*usage.input < bounds.least_input || *usage.input > bounds.most_input)
    return fails(fmt::format("{} tokens of input are reported; by our count they are between {} and {}", *usage.input, bounds.least_input,
                             bounds.most_input),
                 kWorst);
  if (*usage.output < 1 || *usage.output > bounds.most_output)
    return fails(fmt::format("{} tokens of output are reported; between 1 and {} were asked for", *usage.output, bounds.most_output),
                 kWorst);
  if (usage.cached.value_or(0) + usage.cache_written.value_or(0) > *usage.input)
    return fails("more tokens are reported for the cache than for the input", kWorst);
  if (plain != nullptr && !plain->fault && !plain_has) return weak("a stream reports its tokens, an answer in one piece does not");
  return {};
}

std::optional<double> bytes_per_token(const CallResult& small, std::int64_t small_bytes, const CallResult& large,
                                      std::int64_t large_bytes) {
  const auto from = small.answer.usage.input, to = large.answer.usage.input;
  if (small.fault || large.fault || !from || !to || *to <= *from || large_bytes <= small_bytes) return std::nullopt;
  const double ratio = static_cast<double>(large_bytes - small_bytes) / static_cast<double>(*to - *from);
  return ratio >= kFewestBytes && ratio <= kMostBytes ? std::optional(ratio) : std::nullopt;
}

}  // namespace argosy::llm
