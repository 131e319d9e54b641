// What a handler sees of the world when no engine is around: a context that remembers what it was told, and artifacts in memory. For tests
// of handlers. Thread-safe where handlers may be.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/artifacts/artifact_store.h"
#include "common/core/crypto.h"
#include "common/runtime/handler.h"

namespace argosy::testing {

class MemoryArtifacts final : public artifacts::ArtifactStore {
 public:
  Result<std::string> put(const artifacts::Put& what, std::string_view bytes) override {
    const std::lock_guard guard(mutex_);
    auto sha = crypto::sha256_hex(bytes);
    names_[sha] = what.name;
    bytes_[sha] = bytes;
    newest_[{what.step, what.kind}] = sha;
    return sha;
  }
  Result<std::string> get(const TaskId&, const std::string& sha256) override {
    const std::lock_guard guard(mutex_);
    const auto found = bytes_.find(sha256);
    if (found == bytes_.end()) return fail_user("artifact_not_found", "no artifact " + sha256);
    return found->second;
  }
  Result<std::optional<std::string>> newest(const StepRef& step, artifacts::Kind kind) override {
    const std::lock_guard guard(mutex_);
    const auto found = newest_.find({step, kind});
    return found == newest_.end() ? std::nullopt : std::optional(bytes_.at(found->second));
  }
  std::string name(const std::string& sha256) const { return names_.contains(sha256) ? names_.at(sha256) : ""; }
  // The digest of one with that name; empty: there is none.
  std::string named(std::string_view name) const {
    for (const auto& [sha, its] : names_)
      if (its == name) return sha;
    return "";
  }
  std::size_t count() const { return bytes_.size(); }
  void clear() {
    const std::lock_guard guard(mutex_);
    bytes_.clear();
    names_.clear();
    newest_.clear();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> bytes_, names_;
  std::map<std::pair<StepRef, artifacts::Kind>, std::string> newest_;
};

// Stands still at one moment.
class StillClock final : public Clock {
 public:
  UnixMillis unix_ms() const override { return 1'763'747'033'123; }
  std::chrono::nanoseconds boot_time() const override { return std::chrono::seconds(1000); }
};

class FakeStepContext : public runtime::StepContext {
 public:
  explicit FakeStepContext(artifacts::ArtifactStore& store) : store_(store) {}

  void emit(tasks::NewEvent event) override { events.push_back(std::move(event)); }
  void log(std::string_view text) override { logged += text; }
  bool cancelled() const override { return cancel; }
  bool paused() const override { return pause; }
  Result<std::optional<tasks::Constraints>> newest_constraints() override {
    ++asked_for_constraints;
    return asked_for_constraints >= constrained_from ? constraints : std::nullopt;
  }
  Result<std::optional<std::int64_t>> room_to_grow() override { return room; }
  Result<void> constrain_by_plan(const tasks::Constraints& of_plan) override {
    of_plans.push_back(of_plan);
    return {};
  }
  artifacts::ArtifactStore& artifacts() override { return store_; }
  const Clock& clock() const override { return clock_; }

  std::size_t count(std::string_view type) const {
    std::size_t found = 0;
    for (const auto& event : events) found += event.type == type;
    return found;
  }

  std::vector<tasks::NewEvent> events;
  std::string logged;
  std::atomic<bool> cancel = false, pause = false;
  // What a person adds while the handler works: told from the so-manieth question on.
  std::optional<tasks::Constraints> constraints;
  int constrained_from = 1, asked_for_constraints = 0;
  std::optional<std::int64_t> room;  // for steps
  std::vector<tasks::Constraints> of_plans;

 private:
  artifacts::ArtifactStore& store_;
  StillClock clock_;
};

// A step of a task on a repository, as the runtime would hand it to a handler.
inline runtime::Step make_step(const std::string& url, std::vector<tasks::Operation> change, tasks::Queue queue, std::string kind) {
  runtime::Step step;
  step.ref.task = TaskId{*Uuid::parse("019aa6c5-0000-7000-8000-000000000017")};
  step.queue = queue;
  step.org = kDefaultOrg;
  step.kind = std::move(kind);
  step.title = step.kind;
  step.task.org_id = kDefaultOrg.to_string();
  step.task.repository_id = "org/name";
  step.task.url = url;
  step.task.change = std::move(change);
  step.task.branch = "argosy/20261121-task";
  step.task.commit_time_ms = 1'700'000'000'123;
  return step;
}

}  // namespace argosy::testing
