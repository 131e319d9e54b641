// What an organisation sets for itself: GET and POST /api/v1/settings. Blocks, on the pool's threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response read_settings(Service& service, const Call& call);
http::Response change_settings(Service& service, const Call& call);

}  // namespace argosy::ingest
