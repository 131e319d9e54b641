#include "common/runtime/models/traced_model.h"

#include <fmt/format.h>

#include <utility>

#include "common/telemetry/tracing/tracing.h"

namespace argosy::runtime {
namespace {

using telemetry::OpenSpan;

// By the format that is spoken, since many vendors speak the same: "openai" is what the conventions call those who speak OpenAI's.
std::string provider_of(const llm::ModelEntry* entry) {
  if (entry == nullptr) return "argosy";  // nobody was asked
  const auto api = llm::to_string(entry->endpoint.api);
  return std::string(api.substr(0, api.find('-')));
}

void describe(OpenSpan& span, const llm::CallResult& result, const llm::Catalogue& catalogue) {
  const auto* entry = catalogue.find(result.model);
  const auto model = entry == nullptr || entry->endpoint.model.empty() ? result.model : entry->endpoint.model;
  const auto provider = provider_of(entry);
  if (!model.empty()) span.name(fmt::format("chat {}", model));
  span.set("gen_ai.operation.name", "chat");
  span.set("gen_ai.provider.name", provider);
  span.set("gen_ai.system", provider);  // the same, as it was called until 2025: most who look know this one
  if (!model.empty()) span.set("gen_ai.request.model", model);
  const auto& usage = result.answer.usage;
  if (usage.input) span.set("gen_ai.usage.input_tokens", *usage.input);
  if (usage.output) span.set("gen_ai.usage.output_tokens", *usage.output);
  span.set("argosy.model.source", std::string(to_string(result.source)));
  span.set("argosy.model.tries", static_cast<std::int64_t>(result.tries));
  if (!result.fault) return;
  span.set("error.type", result.fault->error.code);
  span.fail(result.fault->error.code);  // the message may hold the vendor's words about what was said
}

}  // namespace

void TracedModel::start(std::shared_ptr<const llm::Request> request, llm::CallOptions options, llm::OnDone done) {
  OpenSpan span("chat", telemetry::SpanKind::client);
  if (!span) return inner_->start(std::move(request), std::move(options), std::move(done));
  if (!options.kind.empty()) span.set("argosy.model.kind", options.kind);
  inner_->start(
      std::move(request), std::move(options),
      [span = std::make_shared<OpenSpan>(std::move(span)), &catalogue = catalogue_, done = std::move(done)](llm::CallResult result) {
        describe(*span, result, catalogue);
        span->end();
        done(std::move(result));
      });
}

}  // namespace argosy::runtime
