#include "common/llm/prompts/prompt.h"

#include <fmt/format.h>

#include "common/core/text.h"
#include "common/llm/prompts/mustache.h"

namespace argosy::llm {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

std::unexpected<Error> refused(std::string code, const Prompt& prompt, std::string_view name, std::string_view what) {
  return fail_user(std::move(code), fmt::format("the prompt {} ({}): {} {}", prompt.name, prompt.source, text::ellipsize(name, 60), what),
                   "`argosy prompts show " + prompt.name + "` tells what it is filled with");
}

Result<void> check_names(const Prompt& prompt, const Values& values) {
  for (const auto& [name, value] : values) {
    const bool ours = std::holds_alternative<Trusted>(value);
    if (!prompt.trusted.contains(name) && !prompt.untrusted.contains(name))
      return refused("prompt_value_unknown", prompt, name, "is nothing that it takes");
    if (ours != prompt.trusted.contains(name))
      return refused("prompt_value_untrusted", prompt, name, ours ? "is a place for what others say" : "is a place for our own words");
  }
  for (const auto* names : {&prompt.trusted, &prompt.untrusted})
    for (const auto& name : *names)
      if (!values.contains(name)) return refused("prompt_value_missing", prompt, name, "was not given; it may be empty");
  return {};
}

// All untrusted texts of a prompt have marks of one id, so that none of them can know it.
Result<Texts> texts_of(const Values& values, const BoundaryOf& boundary) {
  std::vector<Untrusted> all;
  for (const auto& [name, value] : values)
    if (const auto* texts = std::get_if<std::vector<Untrusted>>(&value)) all.insert(all.end(), texts->begin(), texts->end());
  ARGOSY_TRY(const auto shown, marked(all, boundary));
  Texts out;
  auto next = shown.begin();
  for (const auto& [name, value] : values) {
    std::string& into = out[name];
    if (const auto* ours = std::get_if<Trusted>(&value)) {
      into = ours->text();
      continue;
    }
    for (std::size_t i = 0; i < std::get<std::vector<Untrusted>>(value).size(); ++i, ++next) into += (i == 0 ? "" : "\n") + *next;
  }
  return out;
}

}  // namespace

Result<Rendered> Prompt::render(const Values& values, const BoundaryOf& boundary) const {
  ARGOSY_TRY_VOID(check_names(*this, values));
  ARGOSY_TRY(const auto texts, texts_of(values, boundary));
  std::array<std::string, 3> said;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    said[i] = text::trim(filled(parts[i], texts));
    bytes += said[i].size();
  }
  if (bytes > kMostPrompt)
    return fail_user("prompt_too_large", fmt::format("the prompt {} has {} bytes, {} are allowed", name, bytes, kMostPrompt),
                     "show fewer files, or less of each");
  auto& [system, context, task] = said;
  if (!untrusted.empty()) system += (system.empty() ? "" : "\n\n") + std::string(kUntrustedRule);
  Rendered out{.request = {}, .version = {.name = name, .hash = hash}};
  if (!system.empty()) out.request.messages.push_back({.role = Role::system, .parts = {Text{std::move(system)}}, .cache_until_here = true});
  Message question{.role = Role::user, .parts = {}};
  for (auto* part : {&context, &task})
    if (!part->empty()) question.parts.push_back(Text{std::move(*part)});
  out.request.messages.push_back(std::move(question));
  return out;
}

}  // namespace argosy::llm
