#include "common/llm/check/questions.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace argosy::llm {
namespace {

constexpr std::int64_t kUsageBytes = 6'000;  // enough that what vendors add counts for little

Request asking(std::string text) {
  Request out;
  out.messages = {{.role = Role::user, .parts = {Text{std::move(text)}}}};
  out.max_tokens = kCheckAnswerTokens;
  return out;
}

Tool stock_tool() {
  const json::Object part{{"type", "integer"}, {"description", "The number of the part"}};
  return {.name = std::string(kTool),
          .description = "Tells how many of a part are in stock.",
          .parameters = json::Object{
              {"type", "object"}, {"properties", json::Object{{"part", part}}}, {"required", json::Array{json::Value("part")}}}};
}

// Prose whose lines differ, so that no cache and no packing makes it less than it looks.
std::string prose(std::int64_t bytes) {
  constexpr std::array<std::string_view, 7> kPlaces{"harbour", "hill", "mill", "bridge", "market", "tower", "garden"};
  std::string out;
  for (std::size_t line = 1; std::cmp_less(out.size(), bytes); ++line)
    out += fmt::format("Line {}: by the {} they met a traveller who spoke of the {} and went on before noon.\n", line,
                       kPlaces[line % kPlaces.size()], kPlaces[line * 3 % kPlaces.size()]);
  return out;
}

}  // namespace

Request word_question(std::string_view word) { return asking(fmt::format("Answer with this one word and nothing else: {}", word)); }

Request stream_question() { return asking(fmt::format("Count from one to {} in English words, and write nothing else.", kLastOfCount)); }

Request call_question() {
  auto out = asking(fmt::format("How many of part {} are in stock? Use the tool {}.", kPart, kTool));
  out.tools = {stock_tool()};
  return out;
}

Request two_calls_question() {
  auto out = asking(fmt::format("How many of part {} and how many of part {} are in stock? Call the tool {} for each, both calls at once.",
                                kFirstPart, kSecondPart, kTool));
  out.tools = {stock_tool()};
  return out;
}

Request result_question() {
  auto out = asking("How many of part 4714 are in stock? Say the number.");
  const ToolCall call{.id = "call_check", .name = std::string(kTool), .arguments = R"({"part":4714})"};
  out.messages.push_back({.role = Role::assistant, .parts = {call}});
  out.messages.push_back({.role = Role::user, .parts = {ToolResult{.call = call.id, .text = fmt::format(R"({{"in_stock":{}}})", kStock)}}});
  out.tools = {stock_tool()};
  return out;
}

json::Value schema_of_ship() {
  return json::Object{{"type", "object"},
                      {"properties", json::Object{{"ship", json::Object{{"type", "string"}}}, {"oars", json::Object{{"type", "integer"}}}}},
                      {"required", json::Array{json::Value("ship"), json::Value("oars")}},
                      {"additionalProperties", false}};
}

Request schema_question() {
  auto out = asking(fmt::format("The ship is called {} and has {} oars. Give its name and its oars as JSON.", kShip, kOars));
  out.schema = schema_of_ship();
  return out;
}

Request usage_question() {
  return asking(fmt::format("{}\nAnswer with this one word and nothing else: {}", prose(kUsageBytes), kUsageWord));
}

Request long_question(std::int64_t bytes) {
  return asking(
      fmt::format("The code word is {}.\n\n{}\nWhat is the code word in the first line? Answer with it alone.", kLongWord, prose(bytes)));
}

Request endless_question() { return asking("Count from one to three hundred in English words, one on each line."); }

std::int64_t text_bytes(const Request& request) {
  std::int64_t sum = 0;
  for (const auto& message : request.messages) {
    for (const auto& part : message.parts)
      if (const auto* text = std::get_if<Text>(&part)) sum += static_cast<std::int64_t>(text->text.size());
  }
  return sum;
}

}  // namespace argosy::llm
