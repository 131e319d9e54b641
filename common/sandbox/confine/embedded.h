// The bytes of argosy-confine (main.cc), compiled in, so that a worker cannot meet another version of it. Internal to the room; any thread.
#pragma once

#include <string_view>

namespace argosy::sandbox {

std::string_view confine_program();

}  // namespace argosy::sandbox
