// The parsers below the readers.
#include <string>
#include <vector>

#include "common/llm/calls/arguments.h"
#include "common/llm/calls/text_calls.h"
#include "common/llm/calls/think.h"
#include "common/llm/stream/json_texts.h"
#include "common/llm/stream/loose_json.h"
#include "common/llm/stream/sse.h"
#include "tests/fuzz/targets/targets.h"

namespace argosy::fuzz {
namespace {

constexpr std::size_t kMostBytes = 1u << 20;
constexpr std::size_t kMostCalls = 16;

template <class Parser>
std::vector<std::string> events_of(std::span<const std::string_view> parts) {
  std::vector<std::string> events;
  Parser parser(kMostBytes);
  for (const auto part : parts) {
    parser.take(part, [&](const auto& event) {
      if constexpr (requires { event.data; }) {
        events.push_back(std::string(event.name) + ": " + std::string(event.data));
      } else {
        events.emplace_back(event);
      }
      return true;
    });
  }
  return events;
}

std::string thought_and_said(std::span<const std::string_view> parts) {
  std::string thought, said;
  llm::ThinkSplitter splitter;
  const auto sink = [&](bool is_thinking, std::string_view piece) { (is_thinking ? thought : said) += piece; };
  for (const auto part : parts) splitter.take(part, sink);
  splitter.finish(sink);
  return thought + "\n---\n" + said;
}

}  // namespace

void sse(std::string_view bytes) {
  promise(events_of<llm::SseParser>({&bytes, 1}) == events_of<llm::SseParser>(pieces(bytes)), "events do not depend on the split");
}

void json_texts(std::string_view bytes) {
  promise(events_of<llm::JsonTexts>({&bytes, 1}) == events_of<llm::JsonTexts>(pieces(bytes)), "texts do not depend on the split");
}

void arguments(std::string_view bytes) {
  for (const bool whole : {true, false}) {
    const auto read = llm::read_arguments(bytes, whole, kMostBytes);
    if (!read.problem.empty()) {
      promise(read.json == bytes, "refused arguments stay as they came");
      continue;
    }
    const auto value = llm::parse_bounded(read.json, kMostBytes);
    promise(value && value->is_object(), "arguments without a problem are an object");
    const auto again = llm::read_arguments(read.json, whole, kMostBytes);
    promise(again.problem.empty() && again.json == read.json, "reading arguments again changes nothing");
  }
}

void text_calls(std::string_view bytes) {
  const auto taken = llm::take_text_calls(bytes, nullptr, kMostCalls);
  promise(taken.calls.size() <= kMostCalls, "no more calls than are allowed");
  promise(taken.text.size() <= bytes.size(), "a text does not grow");
  promise(!taken.calls.empty() || taken.text == bytes, "a text without calls stays as it is");
  promise(thought_and_said({&bytes, 1}) == thought_and_said(pieces(bytes)), "thoughts do not depend on the split");
}

}  // namespace argosy::fuzz
