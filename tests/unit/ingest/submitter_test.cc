// Promises of the submitter: who shares a call, who is refused, who is told when. The database is a function that the test holds.
#include "workers/ingest/submit/submitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

namespace argosy::ingest {
namespace {

using store::NewTask;
using store::Submitted;
using testing::ElementsAre;

NewTask task(int n, std::string key = {}, OrgId org = kDefaultOrg) {
  NewTask out;
  out.id.uuid.bytes[15] = static_cast<std::uint8_t>(n);
  out.org = org;
  out.idempotency_key = std::move(key);
  out.context = std::string(100, 'x');
  return out;
}

// Stores nothing; calls wait until the test lets them go.
class Gate {
 public:
  Result<std::vector<Submitted>> operator()(const std::vector<NewTask>& tasks) {
    std::unique_lock lock(mutex_);
    sizes_.push_back(tasks.size());
    changed_.notify_all();
    changed_.wait(lock, [&, turn = sizes_.size()] { return open_ || turn <= let_through_; });
    if (refuse_ && refuse_(tasks)) return std::unexpected(*refuse_(tasks));
    std::vector<Submitted> out(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      out[i].id = tasks[i].id;
      out[i].events.emplace_back().task = tasks[i].id;
    }
    return out;
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void let_through(std::size_t calls) {
    std::lock_guard lock(mutex_);
    let_through_ = calls;
    changed_.notify_all();
  }
  void wait_for_calls(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sizes_.size() >= count; });
  }
  std::vector<std::size_t> sizes() {
    std::lock_guard lock(mutex_);
    return sizes_;
  }

  std::function<std::optional<Error>(const std::vector<NewTask>&)> refuse_;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> sizes_;
  std::size_t let_through_ = 0;  // the first so many calls
  bool open_ = false;
};

class IngestSubmitter : public testing::Test {
 protected:
  void start(Submitter::Bounds bounds = {}) { start(gate_, bounds); }
  void start(Gate& gate, Submitter::Bounds bounds) {
    submitter_.emplace([&gate](const auto& tasks) { return gate(tasks); },
                       [this](const auto&, const auto& events) { told_ += events.size(); }, bounds);
  }
  // The outcome of one submit, later.
  std::future<Result<Submitted>> submit(NewTask task) {
    auto promise = std::make_shared<std::promise<Result<Submitted>>>();
    auto future = promise->get_future();
    EXPECT_EQ(submitter_->submit(std::move(task), [promise](Result<Submitted> outcome) { promise->set_value(std::move(outcome)); }),
              Submitter::Taken::yes);
    return future;
  }

  Gate gate_;
  std::atomic<std::size_t> told_ = 0;
  std::optional<Submitter> submitter_;
};

TEST_F(IngestSubmitter, WhatArrivesDuringACallSharesTheNext) {
  start();
  std::vector<std::future<Result<Submitted>>> answers;
  answers.push_back(submit(task(0)));
  gate_.wait_for_calls(1);
  for (int n = 1; n <= 20; ++n) answers.push_back(submit(task(n)));
  gate_.open();
  for (int n = 0; n <= 20; ++n) EXPECT_EQ(answers[static_cast<std::size_t>(n)].get()->id, task(n).id);
  EXPECT_THAT(gate_.sizes(), ElementsAre(1, 20));
}

TEST_F(IngestSubmitter, ABatchHasABoundInTasksAndInBytes) {
  start({.batch = 8, .batch_bytes = 500});
  auto first = submit(task(0));
  gate_.wait_for_calls(1);
  std::vector<std::future<Result<Submitted>>> answers;
  NewTask large = task(1);
  large.context.resize(10'000);  // alone over the bound: goes alone
  answers.push_back(submit(large));
  for (int n = 2; n < 9; ++n) answers.push_back(submit(task(n)));
  gate_.open();
  for (auto& answer : answers) EXPECT_TRUE(answer.get());
  EXPECT_THAT(gate_.sizes(), ElementsAre(1, 1, 5, 2));
}

TEST_F(IngestSubmitter, RefusesTasksAndBytesThatTheQueueDoesNotHold) {
  for (const auto bounds : {Submitter::Bounds{.queue = 2}, Submitter::Bounds{.queue_bytes = 250}}) {
    Gate gate;
    start(gate, bounds);
    auto first = submit(task(0));
    gate.wait_for_calls(1);
    auto second = submit(task(1));
    auto third = submit(task(2));
    EXPECT_EQ(submitter_->submit(task(3), [](auto) { FAIL(); }), Submitter::Taken::full);
    gate.open();
    EXPECT_TRUE(third.get());
    EXPECT_TRUE(submit(task(3)).get());
    submitter_.reset();
  }
}

TEST_F(IngestSubmitter, AKeyOnItsWayIsInProgressForItsOrganisationOnly) {
  start();
  auto first = submit(task(0, "key"));
  gate_.wait_for_calls(1);
  EXPECT_EQ(submitter_->submit(task(1, "key"), [](auto) { FAIL(); }), Submitter::Taken::key_in_progress);
  OrgId other = kDefaultOrg;
  other.uuid.bytes[0] = 7;
  auto foreign = submit(task(2, "key", other));
  auto without = submit(task(3));
  auto without_too = submit(task(4));
  gate_.open();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(foreign.get());
  EXPECT_TRUE(submit(task(5, "key")).get());  // and free again once it is answered
}

TEST_F(IngestSubmitter, WithNothingElseToDoTellsTheOthersBeforeTheCaller) {
  start();
  gate_.open();
  std::promise<std::size_t> told;
  submitter_->submit(task(0), [&](auto) { told.set_value(told_); });
  EXPECT_EQ(told.get_future().get(), 1u);
}

TEST_F(IngestSubmitter, CallsThatFollowEachOtherAreToldTogether) {
  start({.calls_told_together = 3});
  auto first = submit(task(0));
  gate_.wait_for_calls(1);
  auto second = submit(task(1));
  gate_.let_through(1);
  EXPECT_TRUE(first.get());
  EXPECT_EQ(told_, 0u);
  gate_.let_through(2);
  EXPECT_TRUE(second.get());
  EXPECT_EQ(told_, 2u);  // nothing followed
}

TEST_F(IngestSubmitter, NewsDoesNotWaitForMoreThanSoManyCalls) {
  start({.calls_told_together = 2});
  auto first = submit(task(0));
  gate_.wait_for_calls(1);
  auto second = submit(task(1));
  gate_.let_through(1);
  EXPECT_TRUE(first.get());
  gate_.wait_for_calls(2);
  auto third = submit(task(2));
  gate_.let_through(2);
  EXPECT_TRUE(second.get());
  EXPECT_EQ(told_, 2u);
  gate_.open();
  EXPECT_TRUE(third.get());
}

TEST_F(IngestSubmitter, TheNextCallDoesNotWaitForTheAnswersOfTheLast) {
  start();
  std::promise<void> answered;
  submitter_->submit(task(0), [&](auto) {
    gate_.wait_for_calls(2);
    answered.set_value();
  });
  gate_.wait_for_calls(1);
  auto second = submit(task(1));
  gate_.open();
  answered.get_future().get();
  EXPECT_TRUE(second.get());
}

TEST_F(IngestSubmitter, ATransientFailureIsTheAnswerOfAllAndFreesTheirKeys) {
  gate_.refuse_ = [](const auto&) { return fail_transient("database_unavailable", "gone").error(); };
  start();
  auto first = submit(task(0, "a"));
  gate_.wait_for_calls(1);
  auto second = submit(task(1, "b"));
  gate_.open();
  EXPECT_EQ(first.get().error().code, "database_unavailable");
  EXPECT_EQ(second.get().error().code, "database_unavailable");
  EXPECT_EQ(told_, 0u);
  gate_.refuse_ = nullptr;
  EXPECT_TRUE(submit(task(2, "a")).get());
}

TEST_F(IngestSubmitter, ATaskThatTheDatabaseCannotTakeFailsAlone) {
  gate_.refuse_ = [](const std::vector<NewTask>& tasks) -> std::optional<Error> {
    for (const auto& t : tasks)
      if (t.id == task(13).id) return fail_user("poisoned", "no").error();
    return std::nullopt;
  };
  start();
  auto first = submit(task(0));
  gate_.wait_for_calls(1);
  std::vector<std::future<Result<Submitted>>> answers;
  for (int n = 1; n <= 30; ++n) answers.push_back(submit(task(n)));
  gate_.open();
  for (int n = 1; n <= 30; ++n) EXPECT_EQ(answers[static_cast<std::size_t>(n - 1)].get().has_value(), n != 13) << n;
}

TEST_F(IngestSubmitter, CommitsWhatWaitsBeforeItEnds) {
  start();
  auto first = submit(task(0));
  gate_.wait_for_calls(1);
  auto second = submit(task(1));
  std::jthread opener([&] { gate_.open(); });
  submitter_.reset();
  EXPECT_TRUE(first.get());
  EXPECT_TRUE(second.get());
}

}  // namespace
}  // namespace argosy::ingest
