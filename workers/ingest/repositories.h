// The organisation's repositories. All block, on the pool's threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response put_repository(Service& service, const Call& call);
http::Response get_repository(Service& service, const Call& call);
http::Response list_repositories(Service& service, const Call& call);

}  // namespace argosy::ingest
