// Whether symbolic links of a change stay inside the repository. Pure, any thread.
#pragma once

#include <string_view>

namespace argosy::codegen {

// Whether a link at `path` (of the repository) with this target stays inside the repository.
bool link_stays_inside(std::string_view path, std::string_view target);

}  // namespace argosy::codegen
