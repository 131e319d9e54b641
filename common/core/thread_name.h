// Names of threads, as top -H, debuggers and profiles show them. Any thread, for itself.
#pragma once

#include <string_view>

namespace argosy {

// Longer names are cut to what Linux keeps, 15 bytes.
void name_this_thread(std::string_view name);

}  // namespace argosy
