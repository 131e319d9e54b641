// /api/v1/cache: the answers of models that are kept for the caller's organisation. Blocks, on the pool's threads.
#pragma once

#include "workers/ingest/service.h"

namespace argosy::ingest {

http::Response read_answer_cache(Service& service, const Call& call);
http::Response switch_answer_cache(Service& service, const Call& call);
http::Response purge_answer_cache(Service& service, const Call& call);

}  // namespace argosy::ingest
