// Whoever takes the layers of a model down ends what is open first.
#include "common/llm/layers/open_calls.h"

#include <gmock/gmock.h>

#include <vector>

namespace argosy::llm {
namespace {

// Answers when it is told to, and at once when it is stopped.
class Waiting : public Model {
 public:
  void start(std::shared_ptr<const Request>, CallOptions options, OnDone done) override {
    auto& one = *calls.emplace_back(std::make_unique<Call>());
    one.done = std::move(done);
    one.on_stop.emplace(options.stop, [&one] { one.end({.answer = {}, .fault = make_fault(FaultKind::cancelled, "stopped")}); });
  }
  struct Call {
    void end(CallResult result) {
      if (const OnDone told = std::exchange(done, nullptr)) told(std::move(result));
    }
    OnDone done;
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
  };
  std::vector<std::unique_ptr<Call>> calls;
};

class OpenCallsTest : public testing::Test {
 protected:
  void start(std::stop_token stop = {}) {
    open_.start(std::make_shared<Request>(), {.stop = std::move(stop)},
                [this](CallResult result) { ended_.push_back(result.fault ? result.fault->error.code : result.answer.text); });
  }
  const std::shared_ptr<Waiting> inner_ = std::make_shared<Waiting>();
  OpenCalls open_{inner_};
  std::vector<std::string> ended_;
};

TEST_F(OpenCallsTest, EndAsCancelledAndNoNewOneBegins) {
  start();
  start();
  start();
  inner_->calls[1]->end({.answer = {.text = "answered"}});
  open_.stop();
  EXPECT_THAT(ended_, testing::ElementsAre("answered", "cancelled", "cancelled"));
  start();
  EXPECT_THAT(ended_, testing::ElementsAre("answered", "cancelled", "cancelled", "cancelled"));
  EXPECT_EQ(inner_->calls.size(), 3u) << "the last one was not begun";
}

TEST_F(OpenCallsTest, AreStoppedByWhoeverAskedToo) {
  std::stop_source mine;
  start(mine.get_token());
  start();
  mine.request_stop();
  EXPECT_THAT(ended_, testing::ElementsAre("cancelled"));
  inner_->calls[1]->end({.answer = {.text = "answered"}});
  EXPECT_THAT(ended_, testing::ElementsAre("cancelled", "answered"));
}

}  // namespace
}  // namespace argosy::llm
