// The models of a process that calls them, with all that stands around a call: who pays, the cache, the journal, breakers that are told
// to other processes, metrics. Made once by the main of such a worker, which hands its Model to the handler. Thread-safe.
#pragma once

#include <memory>

#include "common/config/settings.h"
#include "common/core/error.h"
#include "common/llm/call/model.h"
#include "common/llm/embed/embedder.h"
#include "common/llm/models/catalogue.h"
#include "common/runtime/models/edits/edit_book.h"
#include "common/runtime/process.h"
#include "common/store/spending.h"

namespace argosy::runtime {

class ModelService {
 public:
  // Nothing that it needs has to be up yet. Errors (B) are mistakes in the configuration: those of llm::Models::open() and
  // llm::CacheRules::parse().
  static Result<std::unique_ptr<ModelService>> open(const config::Settings& settings, Process& process);
  ~ModelService();  // calls that are open end as cancelled, before this returns

  const llm::Catalogue& catalogue() const;
  llm::Model& model();
  EditBook& edits();
  // Who makes vectors of texts; null: nobody. Whether it may see those of such a call is to be asked first.
  llm::Embedder* embedder();
  bool may_embed(const llm::CallOptions& options) const;
  // What budgets leave to the calls of a task. Blocks. Errors: those of the database (A).
  Result<store::BudgetLeft> budget_left(const TaskId& task, const OrgId& org, const std::string& user);

 private:
  struct Parts;
  explicit ModelService(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace argosy::runtime
