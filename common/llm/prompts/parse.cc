// A prompt from its file.
#include <fmt/format.h>

#include <algorithm>

#include "common/core/crypto.h"
#include "common/core/text.h"
#include "common/llm/prompts/mustache.h"
#include "common/llm/prompts/prompt.h"

namespace argosy::llm {
namespace {

std::unexpected<Error> malformed(const Prompt& prompt, std::string_view where, std::string_view what) {
  return fail_user("prompt_malformed", fmt::format("the prompt {} ({}): {}{}", prompt.name, prompt.source, where, what),
                   "`argosy prompts show` shows one that is right");
}

// "a, b"
std::set<std::string> names_of(std::string_view text) {
  std::set<std::string> names;
  for (const auto name : text::split(text, ','))
    if (const auto word = text::trim(name); !word.empty()) names.emplace(word);
  return names;
}

// The line before the first part.
Result<void> read_heading(Prompt& prompt, std::string_view line, std::string_view where) {
  const auto colon = line.find(':');
  const auto key = line.substr(0, colon);
  const auto value = colon == std::string_view::npos ? std::string_view() : text::trim(line.substr(colon + 1));
  if (key == "about" && prompt.about.empty())
    prompt.about = value;
  else if (key == "trusted" && prompt.trusted.empty())
    prompt.trusted = names_of(value);
  else if (key == "untrusted" && prompt.untrusted.empty())
    prompt.untrusted = names_of(value);
  else
    return malformed(prompt, where, "before the first part stand about, trusted and untrusted, once each");
  return {};
}

// The part that a line begins.
std::optional<std::size_t> part_begun(std::string_view line) {
  for (std::size_t i = 0; i < kPromptParts.size(); ++i)
    if (line == fmt::format("<!-- {} -->", kPromptParts[i])) return i;
  return std::nullopt;
}

Result<void> check(const Prompt& prompt) {
  const auto& task = prompt.parts[static_cast<std::size_t>(PromptPart::task)];
  if (prompt.about.empty() || task.empty()) return malformed(prompt, "", "it needs a line `about: ...` and a part <!-- task -->");
  for (const auto& name : prompt.trusted)
    if (prompt.untrusted.contains(name)) return malformed(prompt, "", fmt::format("{} is trusted and untrusted", name));
  std::set<std::string> used;
  for (std::size_t i = 0; i < prompt.parts.size(); ++i) {
    auto names = names_in(prompt.parts[i]);
    if (!names) return malformed(prompt, "", names.error().message);
    for (const auto& name : *names) {
      if (!prompt.trusted.contains(name) && !prompt.untrusted.contains(name))
        return malformed(prompt, "", fmt::format("{{{{{}}}}} is neither among trusted nor untrusted", name));
      if (i == static_cast<std::size_t>(PromptPart::system) && prompt.untrusted.contains(name))
        return malformed(prompt, "", fmt::format("{} is untrusted: the system part is ours alone", name));
    }
    used.merge(*names);
  }
  for (const auto* names : {&prompt.trusted, &prompt.untrusted})
    for (const auto& name : *names)
      if (!used.contains(name)) return malformed(prompt, "", fmt::format("{} is filled in nowhere", name));
  return {};
}

}  // namespace

std::string_view to_string(PromptPart part) { return kPromptParts[static_cast<std::size_t>(part)]; }

Result<Prompt> parse_prompt(std::string name, std::string_view text, std::string source) {
  Prompt prompt{.name = std::move(name), .source = std::move(source)};
  if (text.size() > kMostTemplate) return malformed(prompt, "", fmt::format("it has more than {} bytes", kMostTemplate));
  if (!text::is_utf8(text)) return malformed(prompt, "", "it is not UTF-8");
  prompt.hash = crypto::sha256_hex(std::string(text) + '\0' + std::string(kUntrustedRule));
  std::optional<std::size_t> part;
  std::size_t number = 0;
  for (const auto line : text::lines(text)) {
    const auto where = fmt::format("line {}: ", ++number);
    if (const auto begun = part_begun(line)) {
      if (part && *begun <= *part) return malformed(prompt, where, "its parts are system, context and task, in this order");
      part = begun;
    } else if (part) {
      prompt.parts[*part].append(line).append("\n");
    } else if (!text::trim(line).empty()) {
      ARGOSY_TRY_VOID(read_heading(prompt, line, where));
    }
  }
  for (auto& one : prompt.parts) one = text::trim(one);
  ARGOSY_TRY_VOID(check(prompt));
  return prompt;
}

}  // namespace argosy::llm
