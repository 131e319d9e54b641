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

}  // namespace argosy::code
