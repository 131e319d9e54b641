#include "common/runtime/models/ask.h"

#include <fmt/format.h>

#include <future>
#include <memory>
#include <stop_token>
#include <utility>

namespace argosy::runtime {
namespace {

constexpr std::chrono::milliseconds kLookEvery{100};  // whether the step was cancelled

}  // namespace

llm::CallOptions call_options(const Step& step) {
  llm::CallOptions options{.task = step.ref.task.to_string()};
  options.payer = llm::Payer{.org = step.org, .user = step.task.user, .step = step.ref, .attempt = step.attempt};
  options.repository = step.task.repository_id;
  return options;
}

Result<llm::Answer> ask(llm::Model& model, llm::Request request, llm::CallOptions options, StepContext& context) {
  std::stop_source stop;
  options.stop = stop.get_token();
  auto promise = std::make_shared<std::promise<llm::CallResult>>();
  auto answered = promise->get_future();
  model.start(std::make_shared<const llm::Request>(std::move(request)), std::move(options),
              [promise](llm::CallResult result) { promise->set_value(std::move(result)); });
  while (answered.wait_for(kLookEvery) != std::future_status::ready)
    if (context.cancelled()) stop.request_stop();
  auto result = answered.get();
  context.log(fmt::format("asked {}{}\n", result.model.empty() ? "a model" : result.model,
                          result.fault ? ": " + result.fault->error.message : std::string()));
  if (result.fault) return std::unexpected(std::move(result.fault->error));
  return std::move(result.answer);
}

}  // namespace argosy::runtime
