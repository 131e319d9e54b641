#include "workers/planning/prompted/kept_calls.h"

#include <fmt/format.h>

#include <utility>

#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/runtime/models/ask.h"
#include "workers/planning/prompted/answer_object.h"

namespace argosy::planning {
namespace {

using namespace std::chrono_literals;

// All calls of a plan, each with its tries, fit into a step's deadline.
constexpr http::StreamTimeouts kTimeouts{.between_bytes = 60s, .total = 4min};
constexpr std::int64_t kMostAnswerTokens = 8'192;  // less than most models' bound: more asks for would pass them over

}  // namespace

Result<KeptCalls> KeptCalls::open(llm::Model& model, const runtime::Step& step, runtime::StepContext& context) {
  KeptCalls calls(model, step, context);
  ARGOSY_TRY(const auto bytes, context.artifacts().newest(step.ref, artifacts::Kind::agent_state));
  if (!bytes) return calls;
  auto state = json::parse(*bytes);
  if (state && state->is_object()) calls.state_ = std::move(state->as_object());
  return calls;
}

std::optional<std::string> KeptCalls::kept(std::string_view name) const {
  const auto* found = state_.find(name);
  return found != nullptr && found->is_string() ? std::optional(found->as_string()) : std::nullopt;
}

Result<void> KeptCalls::keep(std::string_view name, std::string_view text) {
  state_[name] = text;
  const artifacts::Put what{.step = step_.ref,
                            .attempt = step_.attempt,
                            .kind = artifacts::Kind::agent_state,
                            .name = fmt::format("step-{}-planning.json", step_.ref.ordinal),
                            .lease_epoch = step_.lease_epoch};
  ARGOSY_TRY_VOID(context_.artifacts().put(what, json::dump(state_)));
  return {};
}

Result<std::string> KeptCalls::ask(const Call& call, llm::Rendered prompt) {
  if (auto before = kept(call.name)) return std::move(*before);
  prompt.request.max_tokens = kMostAnswerTokens;
  auto options = runtime::call_options(step_);
  options.kind = call.kind;
  options.role = "planner";
  options.complexity = call.complexity;
  options.prompt = std::move(prompt.version);
  options.timeouts = kTimeouts;
  ARGOSY_TRY(const auto answer, runtime::ask(model_, std::move(prompt.request), std::move(options), context_));
  // What was cut off may lack what makes the rest right.
  auto text = answer.stop == llm::StopReason::max_tokens ? std::string() : redact(text::to_utf8(answer.text.substr(0, kMaxAnswerBytes)));
  ARGOSY_TRY_VOID(keep(call.name, text));
  return text;
}

}  // namespace argosy::planning
