// What of a program's output stays when the same thing is done again: without process numbers, times, durations, addresses in memory and
// names of temporary files. All other numbers stay: a test more that passes is progress. Used by stuck(). Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::agent {

// With a mark in the place of each: "#pid", "#time", "#took", "#at", "#id", "#temp". Doing it twice changes nothing.
std::string lasting(std::string_view output);

// Of a call's arguments: only process numbers behind kill, since all else was chosen.
std::string lasting_arguments(std::string_view arguments);

// Of a message: small letters, words and marks only, any number like any other. What is left of two that say the same is equal.
std::string gist(std::string_view message);

}  // namespace argosy::agent
