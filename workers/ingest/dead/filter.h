// What a list of dead letters and a redrive in bulk are narrowed by: the same names in a query and in a body. Pure, any thread.
#pragma once

#include "common/store/dead_letters.h"
#include "common/tasks/json_reader.h"
#include "workers/ingest/edge/query.h"

namespace argosy::ingest {

store::DeadFilter dead_filter_of(QueryReader& query);
store::DeadFilter dead_filter_of(tasks::JsonReader& body);

}  // namespace argosy::ingest
