// All prompts of a process: those that are compiled in (templates/), and in their place those of the folder that ARGOSY_PROMPTS names. Made
// once at start by whoever renders prompts; immutable, any thread.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/llm/prompts/prompt.h"

namespace argosy::llm {

inline constexpr std::size_t kMostPrompts = 200;

class Prompts {
 public:
  // `folder` holds NAME.md files; empty: there is none. One with the name of a built-in prompt takes what that takes, and must be filled
  // with no more: code fills both the same way. Errors (B): prompts_unreadable, prompt_malformed.
  static Result<Prompts> open(const std::filesystem::path& folder = {});

  // Lives as long as this. Error (B): prompt_unknown.
  Result<const Prompt*> get(std::string_view name) const;
  std::span<const Prompt> all() const { return all_; }  // by name

 private:
  std::vector<Prompt> all_;
};

}  // namespace argosy::llm
