// bench_say_when: prints CLOCK_MONOTONIC in nanoseconds as it was at its first instruction. Static.
#include <time.h>
#include <unistd.h>

#include <array>
#include <charconv>

int main() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), now.tv_sec * 1'000'000'000LL + now.tv_nsec).ptr;
  return ::write(1, text.data(), static_cast<std::size_t>(end - text.data())) > 0 ? 0 : 1;
}
