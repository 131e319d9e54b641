#include "tests/chaos/matrix/faults/chronicle.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/core/clock.h"

namespace argosy::chaos {

Micros boot_now() { return system_clock().boot_time().count() / 1000; }

Chronicle::Chronicle(const std::filesystem::path& file) : file_(file) {}

void Chronicle::know(const std::string& fault) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(known_, fault) == known_.end()) known_.push_back(fault);
}

void Chronicle::add(const Happened& happened) {
  const std::lock_guard lock(mutex_);
  all_.push_back(happened);
  file_ << fmt::format("{} {} {}: {}{}\n", happened.began, happened.ended, happened.victim, happened.fault,
                       happened.came_to_pass ? "" : " (never came to it)")
        << std::flush;
}

void Chronicle::postgres_crashed(Micros at) {
  const std::lock_guard lock(mutex_);
  crashes_.push_back(at);
}

std::vector<Happened> Chronicle::all() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

std::vector<std::string> Chronicle::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

std::vector<Micros> Chronicle::postgres_crashes() const {
  const std::lock_guard lock(mutex_);
  return crashes_;
}

}  // namespace argosy::chaos
