#include "workers/planning/prompted/answer_object.h"

#include <algorithm>
#include <string>

#include "common/core/text.h"
#include "common/llm/calls/arguments.h"

namespace argosy::planning {

Result<json::Value> answer_object(std::string_view answer) {
  const auto text = text::trim(answer);
  auto read = llm::read_arguments(text, true, kMaxAnswerBytes);
  if (!read.problem.empty()) {
    const auto begin = text.find('{'), end = text.rfind('}');
    if (begin != std::string_view::npos && end != std::string_view::npos && begin < end)
      read = llm::read_arguments(text.substr(begin, end - begin + 1), true, kMaxAnswerBytes);
  }
  if (text.empty()) read.problem = "it is empty";
  if (!read.problem.empty()) return fail_user("answer_unusable", "the answer is no JSON object: " + read.problem);
  auto value = json::parse(read.json);
  if (!value) return fail_user("answer_unusable", "the answer is no JSON object: " + value.error().message);
  return value;
}

}  // namespace argosy::planning
