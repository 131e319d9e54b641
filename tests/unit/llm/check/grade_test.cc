// What is decided by the answers of a checked model.
#include "common/llm/check/grades/grade.h"

#include <gmock/gmock.h>

#include "common/llm/check/questions.h"

namespace argosy::llm {
namespace {

using testing::HasSubstr;

CallResult said(std::string text) {
  return {.answer = {.text = std::move(text), .stop = StopReason::end_turn, .usage = {.input = 20, .output = 5}, .complete = true}};
}
CallResult called(std::vector<std::string> arguments) {
  CallResult out = said("");
  for (auto& one : arguments) out.answer.tool_calls.push_back({.id = "c", .name = std::string(kTool), .arguments = std::move(one)});
  return out;
}
CallResult fault(FaultKind kind, std::string message = "no") { return {.answer = {}, .fault = make_fault(kind, std::move(message))}; }

TEST(Grade, OfAPlainAnswerIsWeakWhenItSaysMore) {
  EXPECT_EQ(grade_plain(said("Kestrel.")).grade, Grade::ok);
  EXPECT_EQ(grade_plain(said("Sure! The word is kestrel")).grade, Grade::weak);
  EXPECT_EQ(grade_plain(said("hello")).grade, Grade::fails);
  auto cut = said("");
  cut.answer.stop = StopReason::max_tokens;
  EXPECT_THAT(grade_plain(cut).why, HasSubstr("at the limit"));
}

TEST(Grade, OfAStreamWantsItWholeAndInPieces) {
  EXPECT_EQ(grade_stream(said("one ... twelve"), 2).grade, Grade::ok);
  EXPECT_EQ(grade_stream(said("one ... twelve"), 1).grade, Grade::weak);
  EXPECT_EQ(grade_stream(said("no"), 5).grade, Grade::weak);
  EXPECT_EQ(grade_stream(fault(FaultKind::broken_stream), 5).grade, Grade::fails);
}

TEST(Grade, OfWhatPassesWithTimeAsksForAnotherCheck) {
  EXPECT_THAT(grade_plain(fault(FaultKind::overloaded)).what_to_do, HasSubstr("later"));
  EXPECT_THAT(grade_plain(fault(FaultKind::auth)).what_to_do, HasSubstr("key"));
  EXPECT_THAT(grade_tool_call(fault(FaultKind::refused_request)).what_to_do, HasSubstr("take tools out"));
}

TEST(Grade, OfAToolCallHoldsItsArgumentsAgainstTheQuestion) {
  EXPECT_EQ(grade_tool_call(called({R"({"part":4711})"})).grade, Grade::ok);
  EXPECT_EQ(grade_tool_call(called({R"({"part":4710})"})).grade, Grade::weak);
  EXPECT_EQ(grade_tool_call(called({R"({"part":4711})", R"({"part":4711})"})).grade, Grade::weak);
  EXPECT_EQ(grade_tool_call(called({R"({"part":"4711"})"})).grade, Grade::fails);
  EXPECT_EQ(grade_tool_call(called({})).grade, Grade::fails);
  auto other = called({R"({"part":4711})"});
  other.answer.tool_calls[0].name = "rm";
  EXPECT_THAT(grade_tool_call(other).why, HasSubstr("not offered"));
}

TEST(Grade, OfTwoCallsWantsBothOfThem) {
  EXPECT_EQ(grade_two_calls(called({R"({"part":4713})", R"({"part":4712})"})).grade, Grade::ok);
  EXPECT_EQ(grade_two_calls(called({R"({"part":4712})"})).grade, Grade::weak);
  EXPECT_EQ(grade_two_calls(called({R"({"part":4712})", R"({"part":4712})"})).grade, Grade::weak);
  EXPECT_EQ(grade_two_calls(called({R"({"part":4712})", "{"})).grade, Grade::fails);
}

TEST(Grade, OfAToolResultTellsAnotherCallFromAnotherAnswer) {
  EXPECT_EQ(grade_tool_result(said("837 pieces")).grade, Grade::ok);
  EXPECT_THAT(grade_tool_result(called({R"({"part":4714})"})).why, HasSubstr("again"));
  EXPECT_THAT(grade_tool_result(said("none")).why, HasSubstr("none"));
}

TEST(Grade, OfASchemaIsWeakWhenOnlyItsFormIsRight) {
  EXPECT_EQ(grade_schema(said(" {\"ship\":\"Argo\",\"oars\":50}\n")).grade, Grade::ok);
  EXPECT_EQ(grade_schema(said(R"({"ship":"Argo","oars":49})")).grade, Grade::weak);
  EXPECT_EQ(grade_schema(said(R"({"ship":"Argo","oars":50,"crew":50})")).grade, Grade::fails);
  EXPECT_EQ(grade_schema(said("```json\n{\"ship\":\"Argo\",\"oars\":50}\n```")).grade, Grade::fails);
}

TEST(Grade, OfUsageHoldsItAgainstOurOwnCount) {
  const UsageBounds bounds{.least_input = 10, .most_input = 100, .most_output = 50};
  const auto plain = said("x");
  const auto of = [&](Usage usage) {
    auto result = said("x");
    result.answer.usage = usage;
    return grade_usage(result, bounds, &plain, true).grade;
  };
  EXPECT_EQ(of({.input = 20, .output = 5}), Grade::ok);
  EXPECT_EQ(of({.output = 5}), Grade::fails);
  EXPECT_EQ(of({.input = 9, .output = 5}), Grade::fails);
  EXPECT_EQ(of({.input = 101, .output = 5}), Grade::fails);
  EXPECT_EQ(of({.input = 20, .output = 0}), Grade::fails);
  EXPECT_EQ(of({.input = 20, .output = 51}), Grade::fails);
  EXPECT_EQ(of({.input = 20, .cached = 21, .output = 5}), Grade::fails);
  auto silent = said("x");
  silent.answer.usage = {};
  EXPECT_EQ(grade_usage(said("x"), bounds, &silent, true).grade, Grade::weak);
}

TEST(Grade, OfALongInputFindsWhatWasCutInSilence) {
  const LongInput sent{.tokens = 1'000, .stated = 1'200, .is_measured = true};
  auto cut = said("marmot");
  cut.answer.usage.input = 500;
  EXPECT_THAT(grade_long_input(cut, sent).why, HasSubstr("500 were read"));
  cut.answer.usage.input = 1'010;
  EXPECT_EQ(grade_long_input(cut, sent), (Verdict{.grade = Grade::ok, .why = "1000 of 1200 tokens"}));
  cut.answer.text = "what word?";
  EXPECT_EQ(grade_long_input(cut, sent).grade, Grade::weak);
  EXPECT_EQ(grade_long_input(fault(FaultKind::context_too_long), sent).grade, Grade::fails);
}

TEST(Grade, OfCancellationLooksAtTheNextCall) {
  using std::chrono::milliseconds;
  const auto left = fault(FaultKind::cancelled);
  EXPECT_THAT(grade_cancellation(left, milliseconds(3), said("osprey")).why, HasSubstr("3 ms"));
  EXPECT_EQ(grade_cancellation(left, milliseconds(3), fault(FaultKind::too_slow)).grade, Grade::fails);
  EXPECT_EQ(grade_cancellation(said("all of it"), milliseconds(3), {}).grade, Grade::weak);
  EXPECT_EQ(grade_cancellation(fault(FaultKind::broken_stream), milliseconds(3), {}).grade, Grade::fails);
}

TEST(Grade, OfErrorsWantsThemFinal) {
  const auto unknown = fault(FaultKind::refused_request), key = fault(FaultKind::auth), passing = fault(FaultKind::server_error);
  const auto answer = said("kestrel");
  EXPECT_EQ(grade_error_shape(unknown, &key).grade, Grade::ok);
  EXPECT_EQ(grade_error_shape(unknown, nullptr).grade, Grade::ok);
  EXPECT_EQ(grade_error_shape(passing, &key).grade, Grade::fails);
  EXPECT_EQ(grade_error_shape(unknown, &passing).grade, Grade::fails);
  EXPECT_EQ(grade_error_shape(answer, &key).grade, Grade::weak);
  EXPECT_EQ(grade_error_shape(unknown, &answer).grade, Grade::weak);
}

TEST(Grade, CountsBytesOfATokenOnlyWhereBothCallsSay) {
  auto small = said("x"), large = said("x");
  small.answer.usage.input = 100;
  large.answer.usage.input = 1'100;
  EXPECT_EQ(bytes_per_token(small, 400, large, 4'400), 4.0);
  EXPECT_EQ(bytes_per_token(small, 400, large, 400'400), std::nullopt);
  EXPECT_EQ(bytes_per_token(large, 400, small, 4'400), std::nullopt);
  small.answer.usage = {};
  EXPECT_EQ(bytes_per_token(small, 400, large, 4'400), std::nullopt);
}

}  // namespace
}  // namespace argosy::llm
