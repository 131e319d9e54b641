#include "common/runtime/tear_down.h"

#include <cstdlib>

#include "common/core/thread_name.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {

TearDownLimit::TearDownLimit(std::chrono::milliseconds limit, int exit_code)
    : thread_([this, limit, exit_code] {
        name_this_thread("tear-down");
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, limit, [this] { return done_; })) return;
        telemetry::log_warning("the process ends without having been torn down", {});
        std::_Exit(exit_code);
      }) {}

TearDownLimit::~TearDownLimit() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace argosy::runtime
