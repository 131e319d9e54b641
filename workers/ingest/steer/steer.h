// The operations by which people steer a task that runs. Each is harmless when it is repeated, and answers the same. From the pool's
// threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response pause_task(Service& service, const Call& call);
http::Response resume_task(Service& service, const Call& call);
http::Response answer_checkpoint(Service& service, const Call& call);
// PUT .../plan with If-Match: the plan that people are asked about, or that steps follow, replaced by one of the caller's, which is
// followed at once.
http::Response replace_plan(Service& service, const Call& call);
http::Response constrain_task(Service& service, const Call& call);
http::Response roll_back_task(Service& service, const Call& call);

}  // namespace argosy::ingest
