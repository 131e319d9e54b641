// Ports for processes that must know theirs before they start: the parts of `argosy up`, and those of tests. Any thread.
#pragma once

#include <cstdint>

#include "common/core/error.h"

namespace argosy {

// Whether a server could listen on it on loopback now.
bool port_is_free(std::uint16_t port);

// One that is free and that the kernel never gives to outgoing connections. This process keeps a socket bound to it until it ends, so that
// nobody else who asks, here or in another process, gets it before the server it is meant for listens, or while that one is restarted;
// servers that set SO_REUSEADDR can listen there. One descriptor a call. Error (A): no_free_port.
Result<std::uint16_t> free_port();

}  // namespace argosy
