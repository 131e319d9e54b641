// One target under libFuzzer; which one is said at compile time.
#include <algorithm>
#include <cstdint>

#include "tests/fuzz/targets/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto* const kTarget =
      std::ranges::find(argosy::fuzz::targets(), std::string_view(ARGOSY_FUZZ_TARGET), &argosy::fuzz::Target::name).base();
  kTarget->run({reinterpret_cast<const char*>(data), size});
  return 0;
}
