// What a worker offers beside its queue, such as the testing worker's sandboxes for clients: made once the database knows the process,
// ended before it leaves. Threads are its own.
#pragma once

#include <functional>
#include <memory>

#include "common/config/settings.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/runtime/announcer.h"
#include "common/store/database.h"

namespace argosy::runtime {

class Companion {
 public:
  // All must outlive it.
  struct Parts {
    WorkerId worker;
    store::Database& db;
    Announcer& announcer;
    Process& process;
    const config::Settings& settings;
  };

  virtual ~Companion() = default;
  // The process drains: takes nothing new and ends what it has, within seconds. Main thread, once.
  virtual void stop() = 0;
};

using MakeCompanion = std::function<Result<std::unique_ptr<Companion>>(const Companion::Parts&)>;

}  // namespace argosy::runtime
