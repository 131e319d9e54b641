// Reports of errors on their way out, to Sentry or what speaks its protocol: telemetry's reporter over common/http's client. Off unless
// ARGOSY_SENTRY_DSN is set. Made once by each process.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/config/settings.h"
#include "common/telemetry/metrics.h"
#include "common/telemetry/reports/reporter.h"

namespace argosy::runtime {

// How long a process that ends waits for its last reports to be taken.
inline constexpr std::chrono::milliseconds kFlushReports{2'000};

// Nothing when it is off. From its making on all reports of this process go there, and what an exception that nobody catches says is the
// last of them.
std::shared_ptr<telemetry::ErrorReporter> open_error_reports(const config::Settings& settings, const std::string& service,
                                                             telemetry::Metrics& metrics);

}  // namespace argosy::runtime
