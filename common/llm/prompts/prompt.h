// A prompt: a versioned file with named parts, filled with values. What comes out are messages and nothing else: the tools of a request
// and what they may do are set by code alone, after this, and no template and no value reaches them. Values, any thread.
//
//   about: what it is for, in a line
//   trusted: request, rules                the names of what is filled in, by who may have said it (values.h)
//   untrusted: files
//   <!-- system -->                        who the model is and what holds for it; shows no untrusted text
//   <!-- context -->                       what it needs to know
//   <!-- task -->                          what it is asked to do
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/llm/call/model.h"
#include "common/llm/conversation.h"
#include "common/llm/prompts/untrusted.h"
#include "common/llm/prompts/values.h"

namespace argosy::llm {

enum class PromptPart : std::uint8_t { system, context, task };
inline constexpr std::array<std::string_view, 3> kPromptParts{"system", "context", "task"};
std::string_view to_string(PromptPart part);

inline constexpr std::size_t kMostTemplate = 64u << 10;  // bytes
inline constexpr std::size_t kMostPrompt = 8u << 20;     // bytes of one that is filled

struct Rendered {
  Request request;        // one system message, one of the user with context and task; its other members are the caller's
  PromptVersion version;  // for CallOptions::prompt
};

struct Prompt {
  std::string name{}, about{};
  std::string hash{};                            // sha256 in hex of the whole file and of kUntrustedRule
  std::string source{};                          // "built in", or the file
  std::array<std::string, 3> parts{};            // templates, by PromptPart; empty: there is none
  std::set<std::string> trusted{}, untrusted{};  // what it is filled with

  // Every value must be there, and none that the prompt does not take; there are empty ones. Errors (B): prompt_value_missing,
  // prompt_value_unknown, prompt_value_untrusted (an untrusted text where ours is expected, or the other way round), prompt_too_large;
  // those of marked().
  Result<Rendered> render(const Values& values, const BoundaryOf& boundary = digest_boundary) const;
};

// Errors (B): prompt_malformed, with the line.
Result<Prompt> parse_prompt(std::string name, std::string_view text, std::string source);

}  // namespace argosy::llm
