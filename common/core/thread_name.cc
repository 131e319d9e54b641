#include "common/core/thread_name.h"

#include <pthread.h>

#include <string>

namespace argosy {

void name_this_thread(std::string_view name) {
  constexpr std::size_t kKept = 15;
  pthread_setname_np(pthread_self(), std::string(name.substr(0, kKept)).c_str());
}

}  // namespace argosy
