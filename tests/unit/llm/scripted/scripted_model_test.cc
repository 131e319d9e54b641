// Which rule answers what, how the answer comes, and how it ends when it is stopped: in virtual time.
#include "common/llm/scripted/script/scripted_model.h"

#include <gmock/gmock.h>

#include "common/llm/repair.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class Scripted : public testing::Test {
 protected:
  void script(const std::string& text) {
    auto rules = parse_script(text, "a.yaml");
    ASSERT_TRUE(rules) << rules.error().message;
    script_ = std::make_shared<Script>("a.yaml", std::move(*rules));
  }
  static Request saying(const std::string& text) {
    Request request;
    request.messages = {{.role = Role::system, .parts = {Text{"You help."}}}, {.role = Role::user, .parts = {Text{text}}}};
    request.tools = {{.name = "read", .description = "Reads", .parameters = json::Object{}}};
    return request;
  }
  // What `answer` is followed by: the results of its calls.
  static void go_on(Request& request, const Answer& answer, const std::string& result, bool failed = false) {
    request.messages.push_back(to_message(answer, request.messages));
    Message results;
    for (const auto& call : answer.tool_calls) results.parts.emplace_back(ToolResult{call.id, result, failed});
    request.messages.push_back(std::move(results));
  }
  void start(const Request& request, CallOptions options = {}) {
    result_.reset();
    pieces_.clear();
    options.on_delta = [this](Delta kind, std::string_view piece) {
      pieces_.push_back((kind == Delta::text ? "" : "~") + std::string(piece));
    };
    ScriptedModel("small", script_, time_.after())
        .start(std::make_shared<const Request>(request), std::move(options), [this](CallResult result) { result_ = std::move(result); });
  }
  std::string answer(const Request& request, CallOptions options = {}) {
    start(request, std::move(options));
    time_.pass(1h);
    if (!result_) return "nothing";
    return result_->fault ? result_->fault->error.code : result_->answer.text;
  }

  VirtualTime time_;
  std::shared_ptr<Script> script_;
  std::optional<CallResult> result_;
  std::vector<std::string> pieces_;
};

TEST_F(Scripted, AnswersByTheFirstRuleThatFits) {
  script(R"(rules:
  - {when: {text: [rename, price]}, answer: both}
  - {when: {regex: "^def [a-z]+$"}, answer: pattern}
  - {when: {kind: edit, role: coder}, answer: kind and role}
  - {when: {model: big}, answer: not this model}
  - {when: {tools: [read, write]}, answer: not these tools}
  - {when: {tools: read, text: read}, answer: tools}
  - {answer: else}
)");
  EXPECT_EQ(answer(saying("please rename cost to price")), "both");
  EXPECT_EQ(answer(saying("def thing")), "pattern");
  EXPECT_EQ(answer(saying("x"), {.kind = "edit", .role = "coder"}), "kind and role");
  EXPECT_EQ(answer(saying("x"), {.kind = "edit"}), "else");
  EXPECT_EQ(answer(saying("read it")), "tools");
}

TEST_F(Scripted, FollowsAConversationThroughItsTools) {
  script(R"(rules:
  - when: {turn: 1}
    answer: {tool_calls: [{name: read, arguments: {path: a.py, depth: 2, all: true, word: "2"}}]}
  - {when: {result_of: read, failed: true}, answer: it failed}
  - {when: {result_of: read, result: "price"}, answer: found}
)");
  Request request = saying("look");
  EXPECT_EQ(answer(request), "");
  ASSERT_EQ(result_->answer.tool_calls.size(), 1U);
  EXPECT_EQ(result_->answer.tool_calls[0].arguments, R"({"path":"a.py","depth":2,"all":true,"word":"2"})");
  EXPECT_EQ(result_->answer.stop, StopReason::tool_use);
  Request failed = request;
  go_on(failed, result_->answer, "no such file", true);
  go_on(request, result_->answer, "price = 3");
  EXPECT_EQ(answer(failed), "it failed");
  EXPECT_EQ(answer(request), "found");
}

TEST_F(Scripted, CountsItsCallsAndItsRules) {
  script(R"(rules:
  - {when: {call: 2}, answer: second}
  - {times: 2, answer: twice}
  - {answer: after}
)");
  std::vector<std::string> seen;
  for (int i = 0; i < 4; ++i) seen.push_back(answer(saying("x")));
  EXPECT_THAT(seen, ElementsAre("twice", "second", "twice", "after"));
}

TEST_F(Scripted, SaysWhichRequestNoRuleFits) {
  script("rules: [{when: {text: never}, answer: x}]");
  const Request request = saying("write to jane.doe@example.com about " + std::string(1'000, 'y'));
  EXPECT_EQ(answer(request), "script_has_no_rule");
  const Error& error = result_->fault->error;
  EXPECT_EQ(error.category, Category::needs_user);
  EXPECT_FALSE(rule_of(result_->fault->kind).try_again);
  EXPECT_THAT(error.message, HasSubstr("no rule of a.yaml fits call 1 (turn 1, model small)"));
  EXPECT_THAT(error.message, HasSubstr("write to [email] about"));
  EXPECT_LT(error.message.size(), 400U);
}

TEST_F(Scripted, StreamsInPiecesAfterItsDelays) {
  script("rules: [{answer: {thinking: hm, text: Grüße an alle}, pieces: 3, delay_ms: 100, pause_ms: 10}]");
  start(saying("x"));
  EXPECT_TRUE(pieces_.empty());
  EXPECT_EQ(time_.next(), 100ms);
  time_.pass(100ms);
  EXPECT_THAT(pieces_, ElementsAre("~hm"));
  time_.pass(20ms);
  EXPECT_EQ(pieces_.size(), 3U);
  EXPECT_FALSE(result_);
  time_.pass(10ms);
  ASSERT_TRUE(result_);
  EXPECT_EQ(pieces_[1] + pieces_[2] + pieces_[3], "Grüße an alle");
  EXPECT_EQ(result_->answer.text, "Grüße an alle");
  EXPECT_TRUE(time_.idle());
}

TEST_F(Scripted, CutsNoCharacter) {
  script("rules: [{answer: üüüüü, pieces: 7}]");
  EXPECT_EQ(answer(saying("x")), "üüüüü");
  EXPECT_THAT(pieces_, ElementsAre("ü", "ü", "ü", "ü", "ü"));
}

TEST_F(Scripted, FailsAsItIsTold) {
  script(R"(rules:
  - {times: 1, fault: {code: rate_limited, message: slow down, retry_after_ms: 1500}}
  - {answer: half of, fault: stream_broken}
)");
  EXPECT_EQ(answer(saying("x")), "rate_limited");
  EXPECT_EQ(result_->fault->error.retry_after, 1500ms);
  EXPECT_FALSE(result_->may_be_billed);
  EXPECT_EQ(answer(saying("x")), "stream_broken");
  EXPECT_EQ(result_->answer.text, "half of");
  EXPECT_FALSE(result_->answer.complete);
  EXPECT_TRUE(result_->may_be_billed);
  EXPECT_THAT(pieces_, ElementsAre("half of"));
}

TEST_F(Scripted, StopsAtOnceWhenItIsStopped) {
  script("rules: [{answer: one two, pieces: 2, delay_ms: 100, pause_ms: 100}]");
  std::stop_source stop;
  start(saying("x"), {.stop = stop.get_token()});
  time_.pass(100ms);
  stop.request_stop();
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->fault->kind, FaultKind::cancelled);
  EXPECT_EQ(result_->answer.text, pieces_[0]);
  EXPECT_TRUE(result_->may_be_billed);
  time_.pass(1h);
  EXPECT_EQ(pieces_.size(), 1U);
}

TEST_F(Scripted, IsTooSlowWhereAModelWouldBe) {
  script("rules: [{times: 1, answer: x, delay_ms: 500}, {answer: one two, pieces: 2, pause_ms: 500}]");
  CallOptions options;
  options.timeouts = {.first_byte = 300ms, .between_bytes = 200ms};
  start(saying("x"), options);
  EXPECT_EQ(time_.next(), 300ms);
  time_.pass(300ms);
  EXPECT_EQ(result_.value().fault.value().kind, FaultKind::too_slow);
  start(saying("x"), options);
  time_.pass(200ms);
  EXPECT_EQ(result_.value().fault.value().kind, FaultKind::too_slow);
  EXPECT_EQ(result_->answer.text, pieces_[0]);
  EXPECT_TRUE(time_.idle());
}

TEST_F(Scripted, SaysWhatItTook) {
  script(R"(rules:
  - {times: 1, answer: {text: x, usage: {input: 7, output: 3}}}
  - {answer: "12345678"}
)");
  answer(saying("x"));
  EXPECT_EQ(result_->answer.usage, (Usage{.input = 7, .output = 3}));
  answer(saying("x"));
  EXPECT_EQ(result_->answer.usage.output, 2);
  EXPECT_GT(result_->answer.usage.input, 10);
}

TEST_F(Scripted, ReadsArgumentsAsAModelsAre) {
  script(R"x(rules: [{answer: {tool_calls: [{name: read, arguments: '{"path": "a'}, {name: read, id: mine, arguments: '{"a": 1,}'}]}}])x");
  answer(saying("x"));
  const auto& calls = result_->answer.tool_calls;
  EXPECT_FALSE(calls[0].problem.empty());
  EXPECT_EQ(calls[1].problem, "");
  EXPECT_EQ(calls[1].id, "mine");
}

TEST(Scripts, AreJsonToo) {
  EXPECT_TRUE(parse_script(R"({"rules": [{"when": {"text": "a"}, "answer": {"text": "b\n", "tool_calls": []}}]})", "a.json"));
}

TEST(Scripts, NameThePlaceOfEveryMistake) {
  for (const auto& [text, said] :
       {std::pair{"rules:\n  - {when: {txt: a}, answer: b}", "s:2:13: when has no key \"txt\"; did you mean \"text\"?"},
        std::pair{"rules:\n  - {when: {turn: 0}, answer: b}", "s:2:19: turn must be a number from 1"},
        std::pair{"rules:\n  - {when: {regex: '\\d'}, answer: b}", "s:2:20: regex cannot be read"},
        std::pair{"rules:\n  - {when: {regex: '((a{999}){999}){999}'}, answer: b}", "s:2:20: regex has no counted repeats"},
        std::pair{"rules:\n  - {fault: model_tired}", "s:2:13: fault must be one of: model_unreachable"},
        std::pair{"rules:\n  - {pieces: 2}", "s:2:5: a rule needs an answer or a fault"},
        std::pair{"rules:\n  - {answer: {stop: error}}", "s:2:21: stop must be one of"},
        std::pair{"rules:\n  - {answer: {tool_calls: [{arguments: {}}]}}", "a tool call needs a name"},
        std::pair{"rules: []", "s:1:8: rules must be a list of at least one"}, std::pair{"", "s:1:1"}}) {
    const auto rules = parse_script(text, "s");
    ASSERT_FALSE(rules) << text;
    EXPECT_EQ(rules.error().code, "script_invalid");
    EXPECT_THAT(rules.error().message, HasSubstr(said));
  }
}

}  // namespace
}  // namespace argosy::llm
