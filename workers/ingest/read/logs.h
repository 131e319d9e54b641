// GET /api/v1/tasks/{id}/logs: what a step printed, piece by piece, or which logs there are.
#pragma once

#include <cstddef>

#include "workers/ingest/service.h"

namespace argosy::ingest {

inline constexpr std::size_t kMaxLogPiece = 1 << 20;  // bytes of a log in one answer

http::Response read_logs(Service& service, const Call& call);

}  // namespace argosy::ingest
