// What clients read is what schemas/stream says, and the schema tells a wrong message from a right one.
#include "workers/fanout/frames.h"

#include <gtest/gtest.h>

#include "common/core/file.h"
#include "common/core/json_schema.h"

namespace argosy::fanout {
namespace {

const TaskId kTask{Uuid::v7(1'795'283'033'123)};

class Frames : public ::testing::Test {
 protected:
  Frames() : schema_(json::Schema::compile(read_file(ARGOSY_SOURCE_DIR "/schemas/stream/stream.schema.json").value()).value()) {}

  std::string verdict(const json::Value& message) const {
    const auto violation = schema_.check(message);
    return violation ? violation->pointer + " " + violation->keyword : "valid";
  }
  // Valid as it is; not valid without its type, without its data or with a member too many.
  void expect_described(const Frame& frame) const {
    const json::Value message = json::parse(*frame).value();
    EXPECT_EQ(verdict(message), "valid") << *frame;
    for (const auto& [key, value] : message.as_object()) {
      json::Value without = message;
      without.as_object().erase(key);
      EXPECT_NE(verdict(without), "valid") << *frame << " without " << key;
    }
    json::Value more = message;
    more.as_object()["unheard_of"] = 1;
    EXPECT_NE(verdict(more), "valid") << *frame;
  }
  static Frame numbered(const tasks::NewEvent& event) {
    return event_frame({.task = kTask, .seq = 7, .at = 1'795'283'033'123, .type = event.type, .data = event.data});
  }

  json::Schema schema_;
};

TEST_F(Frames, HellosAreAsDescribed) {
  expect_described(hello_frame({.task = kTask, .head = 7, .from = 3, .continuous = false, .history = "h"}));
  expect_described(log_hello_frame(kTask, 3));
  expect_described(sandbox_hello_frame(SandboxId{kTask.uuid}));
}

TEST_F(Frames, EphemeralMessagesAreAsDescribed) {
  const tasks::LogChunk chunk{.task = kTask, .step = 3, .epoch = 1, .attempt = 1, .offset = 6, .text = "x\n\xff"};
  expect_described(running_frame({.task = kTask, .step = 3, .epoch = 1, .attempt = 1, .queue = tasks::Queue::git}));
  expect_described(log_frame(chunk));
  expect_described(log_gap_frame(chunk, {.from = 2, .to = 6}));
}

TEST_F(Frames, EventsThatHandlersMakeAreAsDescribed) {
  expect_described(numbered(tasks::agent_thought("codegen", "because \"x\"\n", 0)));
  expect_described(numbered(tasks::file_modified("a/b", 1, 2)));
  expect_described(numbered(tasks::command_executed("go test", 1, "FAIL")));
  expect_described(numbered(tasks::error_event({Category::security, "code", "message", "hint"}, false)));
}

TEST_F(Frames, EventsThatTheStoreMakesAreAsDescribed) {
  expect_described(numbered({.type = "task_state", .data = R"({"status":"planning"})"}));
  expect_described(numbered({.type = "step_state", .data = R"({"step":3,"queue":"testing","state":"succeeded","attempt":1})"}));
  EXPECT_NE(verdict(json::parse(*numbered({.type = "task_state", .data = R"({"status":"done"})"})).value()), "valid");
}

}  // namespace
}  // namespace argosy::fanout
