#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/chaos/matrix/faults/fault.h"
#include "tests/chaos/matrix/faults/victims.h"

namespace argosy::chaos {
namespace {

constexpr std::chrono::seconds kHold{3};  // the library looks at its file once a second

std::string library() {
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib")) {
    const auto file = entry.path() / "faketime" / "libfaketimeMT.so.1";
    if (std::filesystem::exists(file)) return file;
  }
  throw std::runtime_error("libfaketime is not installed: run `make deps`");
}

// CLOCK_REALTIME only: the other clocks do not jump on a machine whose wall clock does.
test::Environment with_movable_clock(const std::filesystem::path& offset) {
  return {{"LD_PRELOAD", library()},
          {"FAKETIME_TIMESTAMP_FILE", offset.string()},
          {"FAKETIME_CACHE_DURATION", "1"},
          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
}

void set(const std::filesystem::path& offset, std::string_view to) { std::ofstream(offset) << to << "\n"; }

}  // namespace

std::vector<Fault> clock_faults(const Crew& crew, const Gate& end, const Stage& stage) {
  Crew workers;
  std::ranges::copy_if(crew, std::back_inserter(workers), [](const Member* member) { return member->runs_steps(); });
  const auto jump = [&end, &stage, workers](Random& random, std::string_view to) {
    auto& victim = any_of(workers, random);
    const auto offset = stage.folder() / (victim.name() + ".clock");
    set(offset, "+0");
    victim.kill9();
    victim.start(with_movable_clock(offset));
    set(offset, to);
    end.wait_for(kHold);
    set(offset, "+0");
    end.wait_for(kHold);
    victim.kill9();
    victim.start();
    return Fault::Hit{victim.name()};
  };
  std::vector<Fault> faults;
  faults.push_back({"clock of a worker +1 h and back", [jump](Random& random) { return jump(random, "+1h"); }});
  faults.push_back({"clock of a worker -1 h and back", [jump](Random& random) { return jump(random, "-1h"); }});
  return faults;
}

}  // namespace argosy::chaos
