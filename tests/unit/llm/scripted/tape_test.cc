// What was recorded is answered again, masked; what was not says what it is nearest to.
#include "common/llm/scripted/tape/tape.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/llm/conversation_json.h"
#include "common/llm/repair.h"
#include "common/llm/scripted/tape/recording_model.h"
#include "common/llm/scripted/tape/replaying_model.h"
#include "tests/unit/llm/virtual_time.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMail = "jane.doe@example.com", kToken = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

// Answers whatever it was last given.
class Giving : public Model {
 public:
  void start(std::shared_ptr<const Request>, CallOptions, OnDone done) override { done(CallResult{give}); }
  CallResult give;
};

class Taped : public testing::Test {
 protected:
  static std::unique_ptr<Tape> tape(const TempDir& folder, Tape::Use use) {
    auto opened = Tape::open(folder.path(), use);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  static Request saying(const std::string& text) {
    Request request;
    request.messages = {{.role = Role::user, .parts = {Text{text}}}};
    return request;
  }
  static CallResult call(Model& model, const Request& request, const std::string& name = "small") {
    CallResult got;
    model.start(std::make_shared<const Request>(request), {.model = name}, [&](CallResult result) { got = std::move(result); });
    return got;
  }
  CallResult record(const Request& request, Answer answer, std::optional<Fault> fault = {}) {
    answer.complete = !fault;
    answer.stop = fault ? StopReason::error : answer.tool_calls.empty() ? StopReason::end_turn : StopReason::tool_use;
    inner_->give = {.answer = std::move(answer), .fault = std::move(fault), .may_be_billed = true, .tries = 2, .model = "small"};
    return call(recording_, request);
  }
  ReplayingModel replay() { return {tape(folder_, Tape::Use::replay), time_.after()}; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) names.push_back(file.path().string());
    std::ranges::sort(names);
    return names;
  }

  VirtualTime time_;
  TempDir folder_;
  std::shared_ptr<Giving> inner_ = std::make_shared<Giving>();
  RecordingModel recording_{inner_, tape(folder_, Tape::Use::record)};
};

TEST_F(Taped, AnswersAsItWasAnswered) {
  const CallResult live = record(saying("hello"), {.text = "Grüße",
                                                   .thinking = {{.text = "hm", .block = json::Object{{"n", 1}}}},
                                                   .tool_calls = {{.id = "c", .name = "read", .arguments = R"({"n": 1.50})"}},
                                                   .usage = {.input = 5},
                                                   .model = "small-1"});
  auto model = replay();
  const CallResult played = call(model, saying("hello"));
  ASSERT_FALSE(played.fault) << played.fault->error.message;
  EXPECT_EQ(json::dump(to_json(played.answer)), json::dump(to_json(live.answer)));
  EXPECT_EQ(played.tries, 2);
  EXPECT_EQ(played.model, "small");
  EXPECT_TRUE(played.may_be_billed);
}

TEST_F(Taped, AnswersTheSameQuestionInTheOrderOfItsAnswers) {
  for (const auto* text : {"first", "second"}) record(saying("again"), {.text = text});
  auto model = replay();
  EXPECT_EQ(call(model, saying("again")).answer.text, "first");
  EXPECT_EQ(call(model, saying("again")).answer.text, "second");
  const auto third = call(model, saying("again"));
  ASSERT_TRUE(third.fault);
  EXPECT_EQ(third.fault->error.code, "tape_has_no_answer");
  EXPECT_THAT(third.fault->error.message, HasSubstr("recorded 2 times and is asked once more"));
  auto fresh = replay();
  EXPECT_EQ(call(fresh, saying("again")).answer.text, "first");
}

TEST_F(Taped, FindsAQuestionAgainAlthoughADurationInItDiffersAndPrefersItsOwnWords) {
  for (const auto* text : {"1 passed in 0.12s", "1 passed in 0.48s"}) record(saying(text), {.text = text});
  auto model = replay();
  EXPECT_EQ(call(model, saying("1 passed in 0.48s")).answer.text, "1 passed in 0.48s");
  EXPECT_EQ(call(model, saying("1 passed in 7.31s")).answer.text, "1 passed in 0.12s");
  EXPECT_TRUE(call(model, saying("1 passed in 0.12s")).fault) << "both are given";
  auto other = replay();
  EXPECT_TRUE(call(other, saying("2 passed in 0.12s")).fault) << "any other number is a difference";
}

// The marks are digests of what stands between them.
TEST_F(Taped, FindsAQuestionAgainAlthoughTheMarksAroundUntrustedTextsDiffer) {
  const auto shown = [](const char* id, const char* text) {
    return saying(fmt::format("<untrusted-{0} source=\"test\">\n{1}\n</untrusted-{0}>", id, text));
  };
  record(shown("a955da59ffb0c6e96933323d", "1 failed in 0.12s"), {.text = "mend it"});
  auto model = replay();
  EXPECT_EQ(call(model, shown("cf5a482231bdbe3443bdf3d8", "1 failed in 0.48s")).answer.text, "mend it");
}

TEST_F(Taped, FailsAsItFailedAndForgetsWhatWasCancelled) {
  Fault fault = make_fault(FaultKind::rate_limited, "slow down");
  fault.error.retry_after = std::chrono::seconds(20);
  record(saying("a"), {.text = "half"}, fault);
  record(saying("b"), {}, make_fault(FaultKind::cancelled, "stopped"));
  auto model = replay();
  const auto played = call(model, saying("a"));
  ASSERT_TRUE(played.fault);
  EXPECT_EQ(played.fault->kind, FaultKind::rate_limited);
  EXPECT_EQ(to_string(played.fault->error), to_string(fault.error));
  EXPECT_EQ(played.fault->error.retry_after, std::chrono::seconds(20));
  EXPECT_EQ(played.answer.text, "half");
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(Taped, StoresNeitherSecretsNorPeopleAndFindsTheRunAgain) {
  const auto text = "mail " + std::string(kMail) + " with " + std::string(kToken);
  Request request = saying(text);
  request.user_key = "u-1";
  const CallResult live =
      record(request, {.text = text, .tool_calls = {{.id = "c", .name = "send", .arguments = json::dump(json::Object{{"to", text}})}}});
  EXPECT_EQ(live.answer.text, text);
  const auto go_on = [](Request asked, const Answer& answer) {
    asked.messages.push_back(to_message(answer, asked.messages));
    asked.messages.push_back({.role = Role::user, .parts = {ToolResult{"c", "sent", false}}});
    return asked;
  };
  record(go_on(request, live.answer), {.text = "done"});

  for (const auto& file : files()) {
    const auto stored = *read_file(file);
    EXPECT_EQ(stored.find(kMail), std::string::npos) << stored;
    EXPECT_EQ(stored.find(kToken), std::string::npos) << stored;
    EXPECT_EQ(stored.find("u-1"), std::string::npos) << stored;
  }
  // The replay goes on from masked answers, for another person.
  auto model = replay();
  request.user_key = "u-2";
  const auto first = call(model, request);
  ASSERT_FALSE(first.fault) << first.fault->error.message;
  EXPECT_TRUE(json::parse(first.answer.tool_calls[0].arguments));
  const auto second = call(model, go_on(request, first.answer));
  ASSERT_FALSE(second.fault) << second.fault->error.message;
  EXPECT_EQ(second.answer.text, "done");
}

// Else a replay, which goes on from what is masked, would ask under other keys.
TEST_F(Taped, HasTheSameKeyForWhatIsMaskedAlready) {
  for (const auto* name : {"own.tsv", "third_party.tsv"}) {
    const auto all = read_file(std::filesystem::path(ARGOSY_SOURCE_DIR) / "tests/fixtures/personal" / name).value();
    for (const auto line : text::lines(all)) {
      const auto once = masked_question("small", saying(std::string(line) + " password: " + std::string(kToken)));
      const auto stored = request_from_json(*once.find("request")).value();
      EXPECT_EQ(key_of(masked_question("small", stored)), key_of(once)) << line;
    }
  }
}

TEST_F(Taped, KeepsTheDigestOfAnImageOnly) {
  Request one = saying("look"), other = saying("look");
  one.messages[0].parts.emplace_back(Image{"image/png", "b25l"});
  other.messages[0].parts.emplace_back(Image{"image/png", "b3RoZXI="});
  record(one, {.text = "a cat"});
  EXPECT_EQ(read_file(files()[0])->find("b25l"), std::string::npos);
  auto model = replay();
  EXPECT_EQ(call(model, one).answer.text, "a cat");
  EXPECT_TRUE(call(model, other).fault);
}

TEST_F(Taped, NamesTheNearestQuestionAndWhatDiffers) {
  Request request = saying("rename cost to price in a.py");
  request.tools = {{.name = "read", .description = "Reads", .parameters = json::Object{}}};
  record(saying("something else"), {.text = "x"});
  record(request, {.text = "y"});
  auto model = replay();
  const auto message = [&](const Request& asked) { return call(model, asked).fault.value().error.message; };

  Request warm = request;
  warm.temperature = 0.5;
  EXPECT_THAT(message(warm),
              HasSubstr(key_of(masked_question("small", request)) + "-0001.json: temperature from byte 0 on: recorded null but "));
  Request longer = request;
  longer.messages.push_back({.role = Role::assistant, .parts = {Text{"ok"}}});
  EXPECT_THAT(message(longer), HasSubstr("1 messages recorded but 2 asked"));
  Request changed = request;
  changed.messages[0].parts = {Text{"rename cost to value in a.py"}};
  EXPECT_THAT(message(changed), HasSubstr("message 1 of 1 (user) from byte "));
  EXPECT_THAT(message(changed), HasSubstr("to price in a.py"));
  EXPECT_THAT(message(changed), HasSubstr("to value in a.py"));
  EXPECT_THAT(call(model, request, "big").fault.value().error.message, HasSubstr("model small recorded but big asked"));
}

TEST_F(Taped, IsRecordedBySeveralAtOnceWithoutALoss) {
  constexpr int kEach = 20;
  const auto record_some = [this] {
    const auto mine = tape(folder_, Tape::Use::record);
    for (int i = 0; i < kEach; ++i) EXPECT_TRUE(mine->add(masked_question("small", saying("same")), {}));
  };
  std::thread other(record_some);
  record_some();
  other.join();
  ASSERT_EQ(files().size(), 2U * kEach);  // and no draft beside them
  const auto again = tape(folder_, Tape::Use::replay);
  for (int i = 0; i < 2 * kEach; ++i) EXPECT_TRUE(again->next(masked_question("small", saying("same"))));
}

TEST_F(Taped, RefusesWhatIsNoRecording) {
  EXPECT_EQ(Tape::open(folder_.path(), Tape::Use::replay).error().code, "tape_unusable");
  EXPECT_EQ(Tape::open(folder_.path() / "none", Tape::Use::replay).error().code, "tape_unusable");
  record(saying("a"), {.text = "x"});
  for (const auto* damaged : {"{", R"({"version":9})", R"({"version":1,"answer":{"text":"x"}})",
                              R"({"version":1,"answer":{"text":"x","stop_reason":"end_turn"},"fault":{"kind":"x"}})"}) {
    ASSERT_TRUE(write_file_atomic(files()[0], damaged));
    auto model = replay();
    const auto played = call(model, saying("a"));
    ASSERT_TRUE(played.fault) << damaged;
    EXPECT_EQ(played.fault->error.code, "tape_malformed");
    EXPECT_THAT(played.fault->error.message, HasSubstr("-0001.json: "));
  }
}

}  // namespace
}  // namespace argosy::llm
