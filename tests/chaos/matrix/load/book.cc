#include "tests/chaos/matrix/load/book.h"

#include <array>
#include <random>

#include <fmt/format.h>

#include "tests/chaos/matrix/faults/chronicle.h"

namespace argosy::chaos {
namespace {

// Of 32 orders.
constexpr std::array<std::pair<Errand, int>, 8> kShares{{{Errand::plain, 11},
                                                         {Errand::slow, 4},
                                                         {Errand::retries, 2},
                                                         {Errand::fails, 3},
                                                         {Errand::asks, 3},
                                                         {Errand::pushes, 3},
                                                         {Errand::detours, 3},
                                                         {Errand::replans, 3}}};

Errand errand_of(std::uint64_t seed, std::int64_t number) {
  std::seed_seq both{seed, static_cast<std::uint64_t>(number)};
  std::minstd_rand random(both);
  int drawn = std::uniform_int_distribution<int>(0, 31)(random);
  for (const auto& [errand, share] : kShares) {
    if (drawn < share) return errand;
    drawn -= share;
  }
  return Errand::plain;
}

constexpr std::array<const char*, 3> kTold{"unknown", "accepted", "refused"};

}  // namespace

Book::Book(const std::filesystem::path& file, std::uint64_t seed) : seed_(seed), file_(file) {}

Order Book::next() {
  const std::lock_guard lock(mutex_);
  const Order order{++last_, errand_of(seed_, last_)};
  requests_[order.number] = {.order = order, .at = boot_now()};
  return order;
}

void Book::told(const Order& order, Request::Told told, const std::string& task) {
  const std::lock_guard lock(mutex_);
  auto& request = requests_[order.number];
  request.at = boot_now();
  file_ << fmt::format("{} {} {} {} {}\n", request.at, order.number, to_string(order.errand), kTold[static_cast<std::size_t>(told)], task)
        << std::flush;
  if (request.told == Request::Told::accepted) {
    if (!task.empty()) request.tasks.insert(task);  // a repeat
    return;
  }
  request.told = told;
  if (told != Request::Told::accepted) return;
  request.tasks.insert(task);
  ++accepted_;
  unwatched_.push_back(task);
  if (order.errand == Errand::asks) asking_.insert(task);
  if (order.errand == Errand::replans) followed_.insert(task);
}

std::size_t Book::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::vector<Request> Book::requests() const {
  const std::lock_guard lock(mutex_);
  std::vector<Request> out;
  for (const auto& [number, request] : requests_) out.push_back(request);
  return out;
}

std::vector<std::string> Book::asking() const {
  const std::lock_guard lock(mutex_);
  return {asking_.begin(), asking_.end()};
}

void Book::answered(const std::string& task) {
  const std::lock_guard lock(mutex_);
  asking_.erase(task);
}

std::vector<std::string> Book::followed() const {
  const std::lock_guard lock(mutex_);
  return {followed_.begin(), followed_.end()};
}

void Book::left_alone(const std::string& task) {
  const std::lock_guard lock(mutex_);
  followed_.erase(task);
}

void Book::edited(const std::string& task) {
  const std::lock_guard lock(mutex_);
  followed_.erase(task);
  edited_.insert(task);
}

std::set<std::string> Book::all_edited() const {
  const std::lock_guard lock(mutex_);
  return edited_;
}

std::optional<std::string> Book::one_to_watch() {
  const std::lock_guard lock(mutex_);
  if (unwatched_.empty()) return std::nullopt;
  auto task = std::move(unwatched_.back());
  unwatched_.clear();  // older ones may be over
  return task;
}

}  // namespace argosy::chaos
