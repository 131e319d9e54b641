// Refuses schemas that RapidJSON 1.1 would take and then not enforce. Used by schema.cc only. Pure, any thread.
#pragma once

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::json {

// Errors (B): schema_unsupported, with the pointer of the keyword.
Result<void> lint_schema(const Value& schema);

}  // namespace argosy::json
