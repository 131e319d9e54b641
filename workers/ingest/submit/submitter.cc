#include "workers/ingest/submit/submitter.h"

#include <iterator>

namespace argosy::ingest {
namespace {

std::size_t bytes_of(const store::NewTask& task) {
  std::size_t sum = task.context.size() + task.request.size() + task.response.size();
  for (const auto& step : task.steps) sum += step.payload.size();
  return sum;
}

}  // namespace

Submitter::Submitter(Commit commit, Tell tell, Bounds bounds)
    : commit_(std::move(commit)), tell_(std::move(tell)), bounds_(bounds), thread_([this] { run(); }) {}

Submitter::~Submitter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

Submitter::Taken Submitter::submit(store::NewTask task, Done done) {
  const std::size_t bytes = bytes_of(task);
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= bounds_.queue || queued_bytes_ + bytes > bounds_.queue_bytes) return Taken::full;
    if (!task.idempotency_key.empty() && !keys_.emplace(task.org, task.idempotency_key).second) return Taken::key_in_progress;
    queued_bytes_ += bytes;
    queue_.push_back({std::move(task), std::move(done), bytes});
  }
  wake_.notify_one();
  return Taken::yes;
}

void Submitter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::vector<Waiting> batch = next_batch();
    lock.unlock();
    commit(std::move(batch));
    lock.lock();
  }
}

std::vector<Submitter::Waiting> Submitter::next_batch() {
  std::vector<Waiting> batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < bounds_.batch) {
    if (!batch.empty() && bytes + queue_.front().bytes > bounds_.batch_bytes) break;
    bytes += queue_.front().bytes;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return batch;
}

void Submitter::commit(std::vector<Waiting> batch) {
  std::vector<store::NewTask> tasks;
  tasks.reserve(batch.size());
  for (const Waiting& waiting : batch) tasks.push_back(waiting.task);
  auto outcome = commit_(tasks);
  const bool poisoned = !outcome && outcome.error().category != Category::transient;
  if (poisoned && batch.size() > 1) {
    // One task that the database cannot take must not cost the others theirs.
    const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    std::vector<Waiting> rest(std::make_move_iterator(middle), std::make_move_iterator(batch.end()));
    batch.erase(middle, batch.end());
    commit(std::move(batch));
    commit(std::move(rest));
    return;
  }
  finish(batch, std::move(outcome));
}

void Submitter::finish(std::vector<Waiting>& batch, Result<std::vector<store::Submitted>> outcome) {
  if (outcome) {
    std::vector<tasks::ReadyStep> ready;
    std::vector<tasks::Event> events;
    for (const auto& submitted : *outcome) {
      ready.insert(ready.end(), submitted.ready.begin(), submitted.ready.end());
      events.insert(events.end(), submitted.events.begin(), submitted.events.end());
    }
    tell_(ready, events);
  }
  {
    std::lock_guard lock(mutex_);
    for (const Waiting& waiting : batch) keys_.erase({waiting.task.org, waiting.task.idempotency_key});
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (outcome) {
      batch[i].done(std::move((*outcome)[i]));
    } else {
      batch[i].done(std::unexpected(outcome.error()));
    }
  }
}

}  // namespace argosy::ingest
