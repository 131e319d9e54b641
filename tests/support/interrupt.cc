#include "tests/support/interrupt.h"

#include <signal.h>

#include <stdexcept>

namespace argosy::test {
namespace {

volatile sig_atomic_t asked_to_stop = 0;

}  // namespace

void heed_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { asked_to_stop = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void stop_if_asked() {
  if (asked_to_stop != 0) throw std::runtime_error("interrupted");
}

}  // namespace argosy::test
