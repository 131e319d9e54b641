#include "common/egress/audit.h"

#include "common/core/redact.h"

namespace argosy::egress {

json::Object to_json(const AuditEvent& event) {
  return {{"at", rfc3339(event.at)},
          {"host", redact(event.host)},
          {"port", std::int64_t{event.port}},
          {"address", event.address},
          {"verdict", event.allowed ? "allowed" : "refused"},
          {"reason", event.reason},
          {"bytes_up", event.bytes_up},
          {"bytes_down", event.bytes_down},
          {"duration_ms", std::int64_t{event.duration.count()}}};
}

}  // namespace argosy::egress
