// How many tokens a prompt has: exactly where a tokenizer is at hand, else a bound that is never passed (for money) and an estimate that
// learns (for what fits into a context). Pure but for TokenEstimate, which is thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

#include "common/llm/conversation.h"
#include "common/llm/models/model.h"

namespace argosy::llm {

// Counts the tokens of a text as the model does. None is at hand in this version: every model is bounded by bytes.
using CountTokens = std::function<std::int64_t(std::string_view text)>;

// What vendors add to a prompt that nobody sees: marks around each message, and the instructions that tools need.
inline constexpr std::int64_t kTokensOfAMessage = 16, kTokensOfTools = 2'048;

// At most so many tokens of input: one a byte of the body that is sent (byte-level tokenizers never need more), an image by the most that
// the model bills for one, and what vendors add. With `count`, its figure of the body's text in place of the bytes.
std::int64_t input_bound(const ModelEntry& model, const Request& request, std::string_view body, const CountTokens* count = nullptr);

// Tokens of a text by its bytes, for one model: what fits, never what is paid. Begins at kFirstBytesPerToken and follows the usage that the
// vendor reports; the margin stays.
class TokenEstimate {
 public:
  static constexpr double kFirstBytesPerToken = 3.0;
  static constexpr double kMargin = 1.15;  // 15 % more than the mean: what code and prose differ by

  std::int64_t of(std::int64_t bytes) const;
  // A call with a body of so many bytes was reported as so many tokens.
  void learn(std::int64_t bytes, std::int64_t tokens);

 private:
  std::atomic<double> bytes_per_token_ = kFirstBytesPerToken;
};

}  // namespace argosy::llm
