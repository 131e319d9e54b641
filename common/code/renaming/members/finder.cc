#include "common/code/renaming/members/finder.h"

#include <algorithm>
#include <utility>

#include "common/code/places.h"
#include "common/code/renaming/members/go/search.h"
#include "common/code/renaming/members/java/search.h"
#include "common/code/renaming/members/members.h"

namespace argosy::code {

std::unique_ptr<MemberFinder> find_member(const Project& project, const Rules& rules, WantedMember wanted) {
  switch (wanted.model->tree->language()) {
    case Language::java:
      return std::make_unique<java_members::Search>(project, rules, std::move(wanted));
    case Language::go:
      return std::make_unique<go_members::Search>(project, rules, std::move(wanted));
    default:
      return std::make_unique<MemberSearch>(project, rules, std::move(wanted));
  }
}

void refuse_unreadable(const Project& project, const Rules& rules, std::string_view name, std::vector<Refusal>& refusals) {
  for (const std::string& path : project.files()) {
    const bool unreadable = std::ranges::any_of(rules.unreadable_extensions(), [&](std::string_view end) { return path.ends_with(end); });
    const Decoded* text = unreadable ? project.text(path) : nullptr;
    if (text != nullptr && contains_word(text->text, name))
      refusals.push_back({"language_unsupported", place_at(path, text->text, find_word(text->text, name))});
    project.forget(path);
  }
}

}  // namespace argosy::code
