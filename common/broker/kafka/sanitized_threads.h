// For builds with the thread sanitizer only. librdkafka starts its threads and takes its locks by C11's calls, which the sanitizer does not
// know: such a thread crashes in the sanitizer's first hook. There the calls are replaced by what they are in glibc anyway, POSIX threads.
#pragma once

namespace argosy::broker {

// Does nothing; being called, it brings the replacements out of the archive into the program.
void link_sanitized_threads();

}  // namespace argosy::broker
