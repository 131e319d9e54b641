#include "tests/unit/llm/streams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "common/core/file.h"
#include "common/llm/answer_json.h"

namespace argosy::llm {

std::vector<Stream> recorded_streams() {
  std::vector<Stream> streams;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(ARGOSY_SOURCE_DIR "/tests/fixtures/streams")) {
    if (entry.path().extension() != ".txt") continue;
    const auto api = entry.path().parent_path().filename().string();
    auto expected_path = entry.path();
    const auto expected = json::parse(read_file(expected_path.replace_extension(".json")).value_or(""));
    EXPECT_TRUE(expected) << expected_path;
    streams.push_back(Stream{api + "/" + entry.path().stem().string(), api_from_string(api).value(), read_file(entry.path()).value_or(""),
                             expected.value_or(json::Value())});
  }
  std::ranges::sort(streams, {}, &Stream::name);
  return streams;
}

std::string answer_to(Api api, const std::vector<std::string_view>& pieces, const ReaderLimits& limits) {
  const auto reader = AnswerReader::make(api, limits);
  for (const auto piece : pieces) reader->take(piece);
  return answer_json(reader->finish());
}

Answer read(Api api, std::string_view body, const ReaderLimits& limits, const std::vector<Tool>* offered) {
  const auto reader = AnswerReader::make(api, limits, offered);
  reader->take(body);
  return reader->finish();
}

std::string sse(const std::vector<std::string>& events) {
  std::string body;
  for (const auto& event : events) body += "data: " + event + "\n\n";
  return body;
}

}  // namespace argosy::llm
