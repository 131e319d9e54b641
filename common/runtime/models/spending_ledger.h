// The ledger of models' calls over Postgres, for whoever calls models. Calls that come together share a statement. Thread-safe; blocks.
#pragma once

#include <memory>

#include "common/llm/ledger.h"
#include "common/store/database.h"

namespace argosy::runtime {

std::unique_ptr<llm::Ledger> spending_ledger(std::shared_ptr<store::Database> db);

}  // namespace argosy::runtime
