// Chance for waits that must not all end at the same moment, and nothing secret. Any thread.
#pragma once

namespace argosy {

// In [0, 1).
double uniform();

}  // namespace argosy
