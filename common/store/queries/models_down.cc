#include "common/store/models/models_down.h"

#include <utility>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<std::vector<ModelDownHint>> share_models_down(Database& db, const WorkerId& self, std::span<const ModelDown> ours) {
  ArrayText base_urls, models, times;
  for (const auto& [place, for_ms] : ours) {
    base_urls.text(place.base_url);
    models.text(place.model);
    times.add(for_ms);
  }
  Params params;
  params.add(self.uuid).add(std::move(base_urls)).add(std::move(models)).add(std::move(times));
  ARGOSY_TRY(const auto rows, call(db, "share_models_down", params));
  std::vector<ModelDownHint> hints;
  for (const auto& row : rows) {
    hints.push_back({.place = {.base_url = text_from(row[0]), .model = text_from(row[1])},
                     .told_by = WorkerId{uuid_from(row[2])},
                     .until = int_from(row[3])});
  }
  return hints;
}

}  // namespace argosy::store
