// How edits of models fared, by model and format of the edits: counted by whoever applies them, read by whoever chooses the format. Used by
// the runtime's EditBook and the command line. Blocking, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/error.h"
#include "common/core/ids.h"
#include "common/store/database.h"

namespace argosy::store {

struct ModelEdits {
  std::string model, format;  // as models.yaml calls the one, and common/code/edits the other ("udiff")
  std::int64_t applied = 0, refused = 0;
  UnixMillis since = 0;
};
// One edit more. `once`: the same again right behind itself counts once.
Result<void> count_model_edit(Database& db, std::string_view model, std::string_view format, bool applied, const Uuid& once);
// Of one model; no name: of all.
Result<std::vector<ModelEdits>> list_model_edits(Database& db, std::string_view model = {});

}  // namespace argosy::store
