#include "common/runtime/models/edits/edit_book.h"

#include "common/core/ids.h"
#include "common/telemetry/log.h"

namespace argosy::runtime {

void EditBook::count(const std::string& model, std::string_view format, bool applied) {
  metrics_
      .counter("argosy_model_edits_total", "Edits of models in files that are there, by whether they could be placed.",
               {{"model", model}, {"format", std::string(format)}, {"outcome", applied ? "applied" : "refused"}})
      .add();
  (void)run_([db = db_, model, format = std::string(format), applied] {
    const auto done = store::count_model_edit(*db, model, format, applied, Uuid::v4());
    if (!done) telemetry::log_warning("an edit of a model is not counted: " + to_string(done.error()));
  });
}

}  // namespace argosy::runtime
