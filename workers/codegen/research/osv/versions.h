// Which of two versions is older, as ecosystems order them: semantic versions, those of Python (PEP 440), Maven's and what is like them.
// Pure, any thread.
#pragma once

#include <compare>
#include <string_view>

namespace argosy::codegen::osv {

// Numbers count as numbers; dev, alpha, beta, milestones and release candidates come before the release, post and sp behind it. `semantic`:
// anything behind a '-' comes before the release, and what is behind '+' does not count.
std::weak_ordering compare(std::string_view a, std::string_view b, bool semantic);

}  // namespace argosy::codegen::osv
