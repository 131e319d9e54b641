// What of a program's output stays when the same thing is done again: without process numbers, times, durations, addresses in memory and
// names of temporary files. All other numbers stay: a test more that passes is progress. Agents that go in circles are known by it, and a
// question in a recording. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::text {

// With a mark in the place of each: "#pid", "#time", "#took", "#at", "#id", "#temp". Doing it twice changes nothing.
std::string lasting(std::string_view output);

}  // namespace argosy::text
