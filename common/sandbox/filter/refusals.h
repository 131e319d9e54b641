// The system calls that no program of a sandbox may make, each with its reason. One list for the filter, the docs and the tests.
// Internal to the room; pure, any thread.
#pragma once

#include <cerrno>
#include <cstdint>
#include <span>
#include <string_view>

namespace argosy::sandbox {

// Refused always, or only when argument `argument` compares so.
struct Refusal {
  enum class When : std::uint8_t { always, has_bits, equals, above };
  std::string_view call;
  std::string_view why;
  int error = EPERM;  // ENOSYS where callers have another way that they take then
  When when = When::always;
  unsigned argument = 0;
  std::uint64_t mask = 0, value = 0;  // has_bits and equals: (argument & mask) == value; above: argument > value
  // A second condition on another argument, for the same call.
  unsigned second_argument = 0;
  std::uint64_t second_mask = 0, second_value = 0;
};

std::span<const Refusal> refusals();
// On top of these where no control group counts the memory.
std::span<const Refusal> refusals_without_memory_group();

}  // namespace argosy::sandbox
