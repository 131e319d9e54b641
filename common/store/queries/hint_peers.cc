#include "common/store/hint_peers.h"

#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<std::vector<HintPeer>> hint_peers(Database& db, std::string_view host, const HintListener& self) {
  Params params;
  params.add(self.worker.uuid).text(host).text(self.address).bytes(self.key);
  ARGOSY_TRY(const auto rows, call(db, "hint_peers", params));
  std::vector<HintPeer> peers;
  for (const auto& row : rows) {
    peers.push_back({.queue = static_cast<tasks::Queue>(int_from(row[0])),
                     .address = text_from(row[1]),
                     .key = text::from_hex(text_from(row[2])).value_or("")});
  }
  return peers;
}

}  // namespace argosy::store
