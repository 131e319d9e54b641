#include "common/code/renaming/walks.h"

#include <algorithm>

#include "common/code/places.h"

namespace argosy::code {

void each_source_with(const Project& project, std::string_view name, std::vector<Refusal>& refusals,
                      const std::function<void(const Model&)>& look) {
  for (const std::string& path : project.sources()) {
    const Decoded* text = project.text(path);
    if (text == nullptr) continue;
    if (!contains_word(text->text, name))
      project.forget(path);
    else if (const Model* model = project.model(path))
      look(*model);
    else
      refusals.push_back({project.why(path)->code, place_at(path, text->text, find_word(text->text, name))});
  }
}

void refuse_unreadable(const Project& project, const Rules& rules, std::string_view name, std::vector<Refusal>& refusals) {
  for (const std::string& path : project.files()) {
    const bool unreadable = std::ranges::any_of(rules.unreadable_extensions(), [&](std::string_view end) { return path.ends_with(end); });
    const Decoded* text = unreadable && !rules.language_of(path) ? project.text(path) : nullptr;
    if (text != nullptr && contains_word(text->text, name))
      refusals.push_back({"language_unsupported", place_at(path, text->text, find_word(text->text, name))});
    project.forget(path);
  }
}

}  // namespace argosy::code
