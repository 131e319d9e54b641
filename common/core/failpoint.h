// Named places where tests may kill, delay or fail the process; compiled out of release. A process reads ARGOSY_FAILPOINTS_SPEC once:
// "finish.before_commit=kill;push.after=delay(500)*1;claim.before=error*2" (kill | delay(ms) | error | hang | off, *N: only the first N
// hits). Any thread.
#pragma once

#include <string_view>

#ifdef ARGOSY_FAILPOINTS
namespace argosy::failpoint {
// Does what the spec says for `name`; true when the caller shall act as if the operation had failed.
bool hit(std::string_view name);
}  // namespace argosy::failpoint
#define ARGOSY_FAILPOINT(name) (::argosy::failpoint::hit(name))
#else
#define ARGOSY_FAILPOINT(name) (false)
#endif
