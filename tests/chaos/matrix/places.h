// Every failpoint of the product (common/core/failpoint.h), and which members of the fleet pass it. A test compares this list with the
// sources: a failpoint that is missing here would never be tried.
#pragma once

#include <string_view>
#include <vector>

namespace argosy::chaos {

struct Place {
  std::string_view name;
  std::vector<std::string_view> roles;  // planning, ..., ingest, scheduler
};
const std::vector<Place>& places();

}  // namespace argosy::chaos
