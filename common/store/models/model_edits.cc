#include "common/store/models/model_edits.h"

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<void> count_model_edit(Database& db, std::string_view model, std::string_view format, bool applied, const Uuid& once) {
  ARGOSY_TRY_VOID(call(db, "count_model_edit", Params().text(std::string(model)).text(std::string(format)).add(applied).add(once)));
  return {};
}

Result<std::vector<ModelEdits>> list_model_edits(Database& db, std::string_view model) {
  ARGOSY_TRY(const auto rows, call(db, "list_model_edits", Params().text(std::string(model))));
  std::vector<ModelEdits> all;
  for (const auto& row : rows)
    all.push_back({.model = text_from(row[0]),
                   .format = text_from(row[1]),
                   .applied = int_from(row[2]),
                   .refused = int_from(row[3]),
                   .since = int_from(row[4])});
  return all;
}

}  // namespace argosy::store
