// How edits of models fared, by format: counted in the background, in Postgres and in metrics, and read by whoever chooses the format that
// a model is told. Owned by ModelService. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/llm/call/model.h"
#include "common/store/database.h"
#include "common/store/models/model_edits.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class EditBook {
 public:
  EditBook(std::shared_ptr<store::Database> db, llm::RunBlocking run, telemetry::Metrics& metrics)
      : db_(std::move(db)), run_(std::move(run)), metrics_(metrics) {}

  // One edit more; never blocks. What cannot be written is lost: it is a measure.
  void count(const std::string& model, std::string_view format, bool applied);
  // Blocks. Errors: those of the database (A).
  Result<std::vector<store::ModelEdits>> of(std::string_view model) const { return store::list_model_edits(*db_, model); }

 private:
  const std::shared_ptr<store::Database> db_;
  const llm::RunBlocking run_;
  telemetry::Metrics& metrics_;
};

}  // namespace argosy::runtime
