// The part of the fleet, played by the test through the store's own moves: claims a task's steps and finishes them with what it is told.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/store/moves.h"
#include "common/store/queries.h"

namespace argosy::ingest {

class PlayedWorker {
 public:
  PlayedWorker(store::Database& db, TaskId task) : db_(db), task_(task), id_{Uuid::v4()} {
    store::Renewal renewal;
    renewal.worker = id_;
    renewal.host = "test";
    renewal.lease = std::chrono::minutes(10);
    EXPECT_TRUE(store::renew(db_, renewal));
  }

  store::ClaimedStep claim(std::int16_t ordinal, tasks::Queue queue) {
    auto claimed = store::claim(db_, id_, queue, {{.ref = {task_, ordinal}, .claim_id = Uuid::v4()}}, true);
    EXPECT_TRUE(claimed) << to_string(claimed.error());
    EXPECT_EQ(claimed->size(), 1u) << "step " << ordinal << " could not be claimed";
    return claimed->empty() ? store::ClaimedStep{} : claimed->front();
  }

  void finish(const store::ClaimedStep& step, store::FinishedStep result) {
    result.ref = step.ref;
    result.lease_epoch = step.lease_epoch;
    result.started_at = result.finished_at = system_clock().unix_ms();
    const auto finished = store::finish(db_, id_, {result});
    ASSERT_TRUE(finished) << to_string(finished.error());
    EXPECT_EQ(finished->accepted.size(), 1u);
  }

  void succeed(std::int16_t ordinal, tasks::Queue queue, std::string output, std::vector<tasks::NewStep> added = {},
               std::vector<tasks::NewEvent> events = {}) {
    store::FinishedStep result;
    result.output = std::move(output);
    result.added = std::move(added);
    result.events = std::move(events);
    finish(claim(ordinal, queue), std::move(result));
  }

 private:
  store::Database& db_;
  TaskId task_;
  WorkerId id_;
};

}  // namespace argosy::ingest
