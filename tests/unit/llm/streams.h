// The bodies in tests/fixtures/streams, each with the answer that is expected of it, and readers that are fed in different pieces. Used by
// the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "common/core/json.h"
#include "common/llm/wire/answer_reader.h"

namespace argosy::llm {

struct Stream {
  std::string name;  // "anthropic/text"
  Api api;
  std::string body;
  json::Value expected;  // as parse-stream prints it; `error` is a part of the text, an empty id is one that we made
};
std::vector<Stream> recorded_streams();

// As parse-stream prints it.
std::string answer_to(Api api, const std::vector<std::string_view>& pieces, const ReaderLimits& limits = {});
Answer read(Api api, std::string_view body, const ReaderLimits& limits = {}, const std::vector<Tool>* offered = nullptr);

// data: ...\n\n for each
std::string sse(const std::vector<std::string>& events);

}  // namespace argosy::llm
