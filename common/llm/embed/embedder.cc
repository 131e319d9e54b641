#include "common/llm/embed/embedder.h"

#include <future>
#include <utility>

namespace argosy::llm {

Result<std::vector<Vector>> Embedder::embed(std::vector<std::string> texts, const CallOptions& options) {
  std::promise<Embedding> promise;
  start(std::make_shared<const std::vector<std::string>>(std::move(texts)), options,
        [&promise](Embedding embedding) { promise.set_value(std::move(embedding)); });
  Embedding embedding = promise.get_future().get();
  if (embedding.fault) return std::unexpected(std::move(embedding.fault->error));
  return std::move(embedding.vectors);
}

}  // namespace argosy::llm
