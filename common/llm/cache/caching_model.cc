#include "common/llm/cache/caching_model.h"

#include <utility>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/llm/cache/cached_call.h"
#include "common/llm/models/catalogue.h"

namespace argosy::llm {

CachingModel::CachingModel(Model& inner, AnswerCache& cache, Embedder* embedder, RunBlocking run, CachingSettings settings)
    : shared_(std::make_shared<Shared>(inner, cache, embedder, std::move(run), std::move(settings))) {}

CachingModel::~CachingModel() = default;

void CachingModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  const CacheRule* rule = shared_->settings.rules.of(options.kind);
  const bool by_chance = request->temperature != 0.0;
  if (rule == nullptr || !options.payer || options.repository.empty() || options.commit.empty() || (rule->only_without_chance && by_chance))
    return shared_->inner.start(std::move(request), std::move(options), std::move(done));
  std::make_shared<CachedCall>(shared_, *rule, std::move(request), std::move(options), std::move(done))->start();
}

std::string models_digest(const std::string& models_file) {
  const auto bytes = models_file.empty() ? Result<std::string>("") : read_file(models_file, kMaxModelsBytes);
  return crypto::sha256_hex(bytes.value_or(""));
}

}  // namespace argosy::llm
