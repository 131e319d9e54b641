// The files of templates/, as the build compiles them in (embed.cmake). Internal to the folder.
#pragma once

#include <span>
#include <string_view>

namespace argosy::llm {

struct EmbeddedPrompt {
  std::string_view name, text;
};
std::span<const EmbeddedPrompt> embedded_prompts();

}  // namespace argosy::llm
