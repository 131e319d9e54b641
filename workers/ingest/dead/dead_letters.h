// Dead letters: listed, looked at, given another life one by one or in bulk. All block, on the pool's threads; every one is scoped by the
// caller's organisation.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response list_dead(Service& service, const Call& call);
http::Response get_dead(Service& service, const Call& call);
http::Response redrive_dead(Service& service, const Call& call);

}  // namespace argosy::ingest
