// Calls to the stand-in for model vendors, over every API. One process of it serves all tests of a program.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "common/core/clock.h"
#include "common/http/stream_client.h"
#include "common/llm/call/http_model.h"
#include "common/llm/call/retrying_model.h"
#include "tests/support/models/model_server.h"

namespace argosy::llm {

using namespace std::chrono_literals;

class Calls : public testing::TestWithParam<Api> {
 protected:
  static test::ModelServer& server() {
    static test::ModelServer one;
    return one;
  }
  void SetUp() override {
    server().rules("[]");
    server().reset();
  }

  // One rule for all that is asked.
  static void answer_with(const std::string& then) { server().rules("[{\"then\":" + then + "}]"); }
  static Endpoint endpoint() {
    return {.api = GetParam(),
            .base_url = server().url(GetParam() == Api::ollama || GetParam() == Api::anthropic ? "" : "/v1"),
            .model = "m",
            .key = "sk-test-key-0001"};
  }
  // A gate of its own for each: what one test does to a breaker is nothing to the next.
  HttpModel model(bool local = true) {
    return HttpModel({.endpoint = endpoint(), .local = local}, client_, gates_.at(endpoint()), system_clock());
  }

  CallResult call(Model& model, CallOptions options = {}) {
    std::promise<CallResult> promise;
    model.start(std::make_shared<const Request>(request()), std::move(options),
                [&](CallResult result) { promise.set_value(std::move(result)); });
    return promise.get_future().get();
  }
  CallResult call(CallOptions options = {}) {
    HttpModel once = model();
    return call(once, std::move(options));
  }
  static std::string code(const CallResult& result) { return result.fault ? result.fault->error.code : "ok"; }

  static Request request() {
    Request out;
    out.messages = {{.role = Role::system, .parts = {Text{"You help."}}}, {.role = Role::user, .parts = {Text{"Say hello."}}}};
    out.tools = {{.name = "read", .description = "Reads a file", .parameters = json::Object{{"type", "object"}}}};
    return out;
  }

  http::StreamClient client_;
  Gates gates_{system_clock(),
               [this](std::chrono::milliseconds wait, std::function<void()> what) { client_.after(wait, std::move(what)); }};
};

inline std::string api_name(const testing::TestParamInfo<Api>& info) {
  std::string name(to_string(info.param));
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace argosy::llm
