#include "common/llm/prompts/library.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/llm/prompts/embedded.h"

namespace argosy::llm {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> unreadable(const fs::path& folder, std::string_view what) {
  return fail_user("prompts_unreadable", fmt::format("the prompts of {}: {}", folder.string(), what),
                   "ARGOSY_PROMPTS names a folder of NAME.md files; without it the built-in ones are used");
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Result<std::vector<fs::path>> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".md") continue;
    if (!is_name(at->path().stem().string()))
      return unreadable(folder, fmt::format("\"{}\" is no name of a prompt", text::to_utf8(at->path().filename().string())));
    if (files.size() == kMostPrompts) return unreadable(folder, fmt::format("there are more than {}", kMostPrompts));
    files.push_back(at->path());
  }
  if (error) return unreadable(folder, error.message());
  std::ranges::sort(files);
  return files;
}

// In the place of a built-in one: filled by the same code.
Result<void> take_place(Prompt& built_in, Prompt own) {
  for (const auto& [its, theirs] : {std::pair{&own.trusted, &built_in.trusted}, std::pair{&own.untrusted, &built_in.untrusted}})
    for (const auto& name : *its)
      if (!theirs->contains(name))
        return fail_user(
            "prompt_malformed",
            fmt::format("the prompt {} ({}): {} is not what the built-in one is filled with, or not as that", own.name, own.source, name),
            "`argosy prompts show " + own.name + "` shows the built-in one while ARGOSY_PROMPTS is empty");
  own.trusted = built_in.trusted;
  own.untrusted = built_in.untrusted;
  built_in = std::move(own);
  return {};
}

}  // namespace

Result<Prompts> Prompts::open(const fs::path& folder) {
  Prompts out;
  for (const auto& [name, text] : embedded_prompts()) {
    ARGOSY_TRY(out.all_.emplace_back(), parse_prompt(std::string(name), text, "built in"));
  }
  if (folder.empty()) return out;
  ARGOSY_TRY(const auto files, files_of(folder));
  for (const auto& file : files) {
    const auto text = read_file(file, kMostTemplate);
    if (!text) return unreadable(folder, text.error().message);
    ARGOSY_TRY(auto own, parse_prompt(file.stem().string(), *text, file.string()));
    const auto known = std::ranges::find(out.all_, own.name, &Prompt::name);
    if (known == out.all_.end()) {
      out.all_.push_back(std::move(own));
    } else {
      ARGOSY_TRY_VOID(take_place(*known, std::move(own)));
    }
  }
  std::ranges::sort(out.all_, {}, &Prompt::name);
  return out;
}

Result<const Prompt*> Prompts::get(std::string_view name) const {
  const auto hit = std::ranges::find(all_, name, &Prompt::name);
  if (hit != all_.end()) return &*hit;
  return fail_user("prompt_unknown", fmt::format("there is no prompt \"{}\"", text::ellipsize(text::to_utf8(name), 60)),
                   "`argosy prompts list` shows all");
}

}  // namespace argosy::llm
