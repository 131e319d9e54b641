#include "common/llm/call/model.h"

#include <future>
#include <utility>

namespace argosy::llm {

std::string_view to_string(Source source) {
  switch (source) {
    case Source::model:
      return "model";
    case Source::exact_cache:
      return "exact_cache";
    case Source::semantic_cache:
      return "semantic_cache";
  }
  return "unknown";
}

Result<Answer> Model::ask(const Request& request, const CallOptions& options) {
  std::promise<CallResult> promise;
  // A copy: a try that lost to another one may read it for a moment longer.
  start(std::make_shared<const Request>(request), options, [&promise](CallResult result) { promise.set_value(std::move(result)); });
  CallResult result = promise.get_future().get();
  if (result.fault) return std::unexpected(std::move(result.fault->error));
  return std::move(result.answer);
}

}  // namespace argosy::llm
