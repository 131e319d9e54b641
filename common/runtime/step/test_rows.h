// What is kept of the results that a handler gives: bounded, redacted, as text that Postgres takes. Pure, any thread.
#pragma once

#include "common/tasks/testing/test_results.h"

namespace argosy::runtime {

// At most tasks::kMaxTestRows cases, what failed before what did not, else in their order; of messages at most tasks::kMaxTestMessages
// bytes.
tasks::TestResults presentable_tests(tasks::TestResults results);

}  // namespace argosy::runtime
