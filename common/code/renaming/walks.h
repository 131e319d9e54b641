// Ways through a project that renames of every kind take. One thread.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "common/code/binding/project.h"
#include "common/code/renaming/findings.h"

namespace argosy::code {

// Every source with the name written in it as a word, in the project's order: `look` at those that parse; those that do not are refused,
// with the reason and the first place.
void each_source_with(const Project& project, std::string_view name, std::vector<Refusal>& refusals,
                      const std::function<void(const Model&)>& look);

// Every file that is written in what cannot be read here and has the name in it: language_unsupported.
void refuse_unreadable(const Project& project, const Rules& rules, std::string_view name, std::vector<Refusal>& refusals);

}  // namespace argosy::code
