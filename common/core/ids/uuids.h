// Many identities at once. Any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "common/core/ids.h"

namespace argosy {

// As Uuid::v4, for one call of the kernel instead of `count`.
std::vector<Uuid> random_uuids(std::size_t count);

}  // namespace argosy
