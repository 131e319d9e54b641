// For programs of the tests that start many processes: SIGINT and SIGTERM end them at their next look around, so that nothing is left
// running and no folder behind.
#pragma once

namespace argosy::test {

void heed_signals();   // once, first in main
void stop_if_asked();  // throws std::runtime_error when one of them has come; any thread

}  // namespace argosy::test
