// What a task's steps made, and what they printed. All block, on the pool's threads; scoped by the caller's organisation.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response list_artifacts(Service& service, const Call& call);
http::Response get_artifact(Service& service, const Call& call);

}  // namespace argosy::ingest
