// The artifact store, for whoever has a database: workers and ingest: rows in Postgres, bytes there or in the
// bucket (ARGOSY_ARTIFACTS). Any thread.
#pragma once

#include <memory>

#include "common/artifacts/artifact_store.h"
#include "common/config/settings.h"
#include "common/store/database.h"

namespace argosy::runtime {

std::unique_ptr<artifacts::ArtifactStore> blob_artifacts(std::shared_ptr<store::Database> db, const config::Settings& settings);

}  // namespace argosy::runtime
