// The only way out that a set-up has, for attempts on it: the real egress proxy, in front of a server on the host's loopback. One name is
// allowed and vouched for, others lead where nothing may go. One for each run of a program; the proxy and the server have threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/escape/harness/attempt.h"

namespace argosy::escape {

inline constexpr const char* kAllowed = "allowed.example";  // the host's loopback, for which the operator vouches
inline constexpr const char* kInside = "inside.example";    // on the allow-list, but it leads to the host's loopback
inline constexpr const char *kMetadata = "metadata.example", *kMapped = "mapped.example";  // likewise

// Opens it: a server, whose port the variable SERVER tells, and a proxy that leads there.
void open_way_out(Stage& stage);
// After the run: whether a byte came to the server, or a name was looked up that is on no list.
std::string nothing_went_out(Stage& stage);

}  // namespace argosy::escape
