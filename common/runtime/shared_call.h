// Calls that are cheaper together: what arrives while one is in flight shares the next. Whoever waits makes it, so there is no thread of
// its own. Used by the ledger. Thread-safe; run() blocks.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "common/core/error.h"

namespace argosy::runtime {

template <class Item>
class SharedCall {
 public:
  // The outcome of each item at its place, or why there is none of any.
  using Make = std::function<Result<std::vector<Result<void>>>(std::span<const Item>)>;

  SharedCall(Make make, std::size_t most) : make_(std::move(make)), most_(most) {}

  Result<void> run(Item item) {
    Waiting mine{.item = std::move(item)};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    while (!mine.done) {
      changed_.wait(lock, [&] { return mine.done || !in_flight_; });
      if (!mine.done) lead(lock);
    }
    return std::move(mine.outcome);
  }

 private:
  struct Waiting {
    Item item;
    Result<void> outcome{};
    bool done = false;
  };

  void lead(std::unique_lock<std::mutex>& lock) {
    std::vector<Waiting*> batch;
    for (; !waiting_.empty() && batch.size() < most_; waiting_.pop_front()) batch.push_back(waiting_.front());
    in_flight_ = true;
    lock.unlock();
    std::vector<Item> items;
    for (const auto* one : batch) items.push_back(one->item);
    auto outcomes = outcomes_of(items);
    lock.lock();
    in_flight_ = false;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i]->outcome = std::move(outcomes[i]);
      batch[i]->done = true;
    }
    changed_.notify_all();
  }

  // One item that the other side cannot take must not cost the others theirs.
  std::vector<Result<void>> outcomes_of(std::span<const Item> items) {
    auto made = make_(items);
    if (made) return std::move(*made);
    if (items.size() == 1 || made.error().category == Category::transient)
      return std::vector<Result<void>>(items.size(), std::unexpected(made.error()));
    auto outcomes = outcomes_of(items.first(items.size() / 2));
    std::ranges::move(outcomes_of(items.subspan(items.size() / 2)), std::back_inserter(outcomes));
    return outcomes;
  }

  const Make make_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting*> waiting_;  // of run() calls that have not returned
  bool in_flight_ = false;
};

}  // namespace argosy::runtime
