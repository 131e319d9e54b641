// What the API's operations work with, and what they are given. Made once, used from the pool's threads.
#pragma once

#include <functional>

#include "common/config/settings.h"
#include "common/config/tokens.h"
#include "common/core/clock.h"
#include "common/http/server.h"
#include "common/store/database.h"
#include "common/telemetry/trace.h"
#include "workers/ingest/submit/lookups.h"
#include "workers/ingest/submit/submitter.h"

namespace argosy::ingest {

struct Service {
  const config::Settings& settings;
  store::Database& db;
  Submitter& submitter;
  Lookups& lookups;
  const Submitter::Tell& tell;
  const Clock& clock;
  std::function<bool()> stopping;  // what waits for somebody else gives up then
};

// One request whose caller is known and may do what it asks.
struct Call {
  http::Request request;
  config::Caller caller;
  telemetry::TraceContext trace;
};

}  // namespace argosy::ingest
