// Following a task, against a server that says what the test wants and hangs up when it wants.
#include "workers/cli/client/follow.h"

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/http/server.h"
#include "workers/cli/command.h"

namespace argosy::cli {
namespace {

// What one connection to the stream gets: these messages, then an end.
struct Script {
  std::vector<std::string> messages;
};

class Follow : public ::testing::Test {
 protected:
  Follow() : server_({}) {
    server_.route("GET", "/api/v1/tasks/{id}", [this](http::Request, http::Respond respond) { respond(task()); });
    server_.websocket("/ws/tasks/{id}/stream", [this](http::Request request, http::Accept accept, http::Respond) {
      const std::lock_guard lock(mutex_);
      queries_.push_back(request.query);
      const auto script = connection_ < scripts_.size() ? scripts_[connection_] : Script{};
      ++connection_;
      accept([script](std::shared_ptr<http::WebSocket> socket) {
        for (const auto& message : script.messages) socket->send(std::make_shared<const std::string>(message));
        socket->close(1011, "hangs up");
        return http::WebSocketEvents{[](std::string_view) {}, [] {}};
      });
    });
    EXPECT_TRUE(server_.start());
  }

  // As the API would tell it: over once the last connection was served.
  http::Response task() {
    const std::lock_guard lock(mutex_);
    const bool over = connection_ >= scripts_.size();
    return http::json_response(200,
                               json::Object{{"task_id", "t"},
                                            {"status", over ? end_ : "running"},
                                            {"stream_url", fmt::format("ws://127.0.0.1:{}/ws/tasks/t/stream", server_.port())},
                                            {"steps", json::Array{json::Object{{"step", 0}, {"queue", "planning"}, {"state", "ready"}}}}});
  }

  static std::string event(int seq, const std::string& state) {
    return fmt::format(
        R"({{"type":"step_state","seq":{},"time":"2026-11-21T10:00:00.000Z","data":{{"step":0,"queue":"planning","state":"{}","attempt":1}}}})",
        seq, state);
  }

  std::pair<int, std::string> follow_task() {
    Arguments arguments;
    arguments.given.push_back({"--url", {fmt::format("http://127.0.0.1:{}", server_.port())}});
    const auto api = Api::from(arguments);
    EXPECT_TRUE(api);
    ::testing::internal::CaptureStdout();
    const int code = follow(*api, "t", "");
    return {code, ::testing::internal::GetCapturedStdout()};
  }

  std::mutex mutex_;
  std::vector<Script> scripts_;
  std::string end_ = "succeeded";
  std::size_t connection_ = 0;
  std::vector<std::map<std::string, std::string>> queries_;
  http::Server server_;
};

constexpr const char* kHello = R"({"type":"hello","head":9,"from":0,"continuous":true,"history":"h 1"})";

TEST_F(Follow, GoesOnBehindTheLastEventAfterALostConnection) {
  scripts_ = {{{kHello, event(1, "ready"), event(2, "running")}}, {{kHello, event(2, "running"), event(3, "succeeded")}}};
  const auto [code, said] = follow_task();
  EXPECT_EQ(code, kSucceeded);
  EXPECT_EQ(said, "step 0 planning ready\nstep 0 planning running\nstep 0 planning succeeded\ntask succeeded\n");
  ASSERT_EQ(queries_.size(), 2u);
  EXPECT_EQ(queries_[0]["from"], "0");
  EXPECT_EQ(queries_[1]["from"], "2");
  EXPECT_EQ(queries_[1]["history"], "h 1");
}

TEST_F(Follow, SaysWhenEventsMayBeMissing) {
  scripts_ = {{{R"({"type":"hello","head":9,"from":0,"continuous":false,"history":"x"})"}}};
  EXPECT_NE(follow_task().second.find("some events may be missing"), std::string::npos);
}

TEST_F(Follow, EndsWithOneWhenTheTaskDidNotSucceed) {
  for (const std::string end : {"failed", "cancelled"}) {
    end_ = end;
    EXPECT_EQ(follow_task().first, kFailed) << end;
  }
}

TEST_F(Follow, EndsWithThreeWhenNobodyAnswers) {
  server_.stop();
  EXPECT_EQ(follow_task().first, kUnreachable);
}

}  // namespace
}  // namespace argosy::cli
