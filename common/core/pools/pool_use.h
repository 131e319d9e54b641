// How much of a pool is in use: connections, threads, calls. Told by the pool, read by who shows it as metrics. Pure.
#pragma once

#include <cstddef>

namespace argosy {

struct PoolUse {
  std::size_t size = 0;  // the most that can be in use at once
  std::size_t in_use = 0;
  std::size_t waiting = 0;  // for one to come free
};

}  // namespace argosy
