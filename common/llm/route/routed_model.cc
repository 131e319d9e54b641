#include "common/llm/route/routed_model.h"

#include <utility>

#include "common/llm/route/routed_call.h"

namespace argosy::llm {

RoutedModel::RoutedModel(Catalogue catalogue, RouteParts parts)
    : parts_(std::make_shared<RoutedParts>(std::move(catalogue), std::move(parts.checks), parts.clock, std::move(parts.after))) {
  const Conditions checked{.checks = parts_->checks};
  for (const auto& entry : parts_->catalogue.models())
    parts_->targets.push_back({.entry = &entry,
                               .model = parts.model_of(entry),
                               .gate = parts.gate_of ? parts.gate_of(entry) : nullptr,
                               .streams = streams(entry, checked)});
}

void RoutedModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  std::make_shared<RoutedCall>(parts_, std::move(options), std::move(done))->start(std::move(request));
}

}  // namespace argosy::llm
