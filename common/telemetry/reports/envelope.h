// A report of an error as an envelope of Sentry's: https://develop.sentry.dev/sdk/data-model/envelopes/. Texts are redacted here, people's
// data too; no breadcrumbs, no values of variables, nothing that a task's text or a model said beyond the error's own message. Pure.
#pragma once

#include <string>

#include "common/core/clock.h"
#include "common/telemetry/reports/reports.h"

namespace argosy::telemetry {

// Who reports.
struct Reporter {
  std::string service{}, release{}, environment{}, host{};
};

// `event_id`: 32 hex characters.
std::string envelope(const Reporter& who, const ErrorReport& report, const std::string& event_id, UnixMillis now);

}  // namespace argosy::telemetry
