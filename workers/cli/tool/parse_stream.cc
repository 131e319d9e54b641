#include "common/llm/answer_json.h"
#include "common/llm/wire/answer_reader.h"
#include "workers/cli/tool/commands.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {

int parse_stream(const Arguments& arguments) {
  const auto name = arguments.value("--api").value_or("");
  const auto api = llm::api_from_string(name);
  if (!api) return wrong_usage("--api is openai-chat, openai-responses, anthropic or ollama, not \"" + name + "\"");
  auto input = Input::open("-");
  if (!input) return report(input.error(), kUsage);
  const auto reader = llm::AnswerReader::make(*api);
  for (auto piece = input->next(); !piece.empty() && reader->wants_more(); piece = input->next()) reader->take(piece);
  std::puts(llm::answer_json(reader->finish()).c_str());
  return kSucceeded;
}

}  // namespace argosy::cli
