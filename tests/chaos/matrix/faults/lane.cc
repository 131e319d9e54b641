#include "tests/chaos/matrix/faults/lane.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

namespace argosy::chaos {
namespace {

constexpr int kTries = 3;  // of a fault in a round

}  // namespace

void Curtain::fail(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (trouble_.empty()) trouble_ = why;
  }
  faults_end.open();
  faults_begin.open();
}

std::string Curtain::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

Lane::Lane(const Stage& stage, LanePlan plan, std::uint64_t seed, Curtain& curtain, Chronicle& chronicle)
    : stage_(stage), plan_(std::move(plan)), random_(seed), curtain_(curtain), chronicle_(chronicle), thread_([this] { run(); }) {}

Lane::~Lane() { thread_.join(); }

void Lane::run() {
  std::vector<std::unique_ptr<Member>> members;
  try {
    for (const auto& [role, name] : plan_.members) members.push_back(std::make_unique<Member>(stage_, role, name));
    for (const auto& member : members) member->launch();
    for (const auto& member : members) member->wait_ready();
    ready_.open();
    curtain_.faults_begin.wait();
    Crew crew;
    for (const auto& member : members) crew.push_back(member.get());
    disturb(plan_.faults(crew));
    for (const auto& member : members) member->must_live();
  } catch (const std::exception& e) {
    curtain_.fail(fmt::format("{}: {}", plan_.name, e.what()));
  }
  ready_.open();
  healed_.open();
  curtain_.dismissed.wait();
}

void Lane::disturb(std::vector<Fault> deck) {
  for (const auto& fault : deck) chronicle_.know(fault.name);
  while (!deck.empty()) {
    std::ranges::shuffle(deck, random_);
    // One that nobody came to, because nothing went on just then, is tried again after the others.
    std::deque<std::pair<const Fault*, int>> round;
    for (const auto& fault : deck) round.emplace_back(&fault, kTries);
    for (; !round.empty(); round.pop_front()) {
      const auto& [next, tries] = round.front();
      const Fault& fault = *next;
      std::uniform_int_distribution<std::int64_t> pause(plan_.shortest_pause.count(), plan_.longest_pause.count());
      if (curtain_.faults_end.wait_for(std::chrono::milliseconds(pause(random_)))) return;
      const auto began = boot_now();
      const auto hit = fault.happen(random_);
      chronicle_.add({fault.name, hit.victim, began, boot_now(), hit.came_to_pass});
      if (!hit.came_to_pass && tries > 1) round.emplace_back(&fault, tries - 1);
    }
  }
}

}  // namespace argosy::chaos
