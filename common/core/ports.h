// Ports for processes that must know theirs before they start: the parts of `argosy up`, and those of tests. Any thread.
#pragma once

#include <cstdint>

#include "common/core/error.h"

namespace argosy {

// Whether a server could listen on it on loopback now.
bool port_is_free(std::uint16_t port);

// One that is free and that the kernel never gives to outgoing connections, so that nobody takes it by accident. Error (A): no_free_port.
Result<std::uint16_t> free_port();

}  // namespace argosy
