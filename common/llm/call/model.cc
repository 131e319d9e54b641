#include "common/llm/call/model.h"

#include <future>
#include <utility>

namespace argosy::llm {

Result<Answer> Model::ask(const Request& request, const CallOptions& options) {
  std::promise<CallResult> promise;
  // The caller's own, since it waits.
  start(std::shared_ptr<const Request>(std::shared_ptr<void>(), &request), options,
        [&promise](CallResult result) { promise.set_value(std::move(result)); });
  CallResult result = promise.get_future().get();
  if (result.fault) return std::unexpected(std::move(result.fault->error));
  return std::move(result.answer);
}

}  // namespace argosy::llm
