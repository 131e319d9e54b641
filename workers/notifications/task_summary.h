// How a task ended, from what the store shows of it. Pure, any thread.
#pragma once

#include "common/store/queries.h"
#include "workers/notifications/webhook.h"

namespace argosy::notifications {

TaskSummary summarise(const store::TaskView& task);

}  // namespace argosy::notifications
