#include "common/llm/meters/metering.h"

#include <optional>
#include <utility>

namespace argosy::llm {
namespace {

constexpr std::size_t kMaxOpen = 10'000;  // more at once are paid, and not counted

}  // namespace

void MeteringModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  inner_.start(std::move(request), std::move(options), [this, done = std::move(done)](CallResult result) {
    count_(result);
    done(std::move(result));
  });
}

Result<void> MeteringLedger::reserve(const Payer& payer, const std::string& call, const std::string& model, const Spend& worst,
                                     std::int64_t lifetime_ms) {
  ARGOSY_TRY_VOID(inner_.reserve(payer, call, model, worst, lifetime_ms));
  const auto now = clock_.boot_time();
  const std::scoped_lock lock(mutex_);
  // Whoever could not settle in time does not do it any more.
  if (open_.size() >= kMaxOpen) std::erase_if(open_, [now](const auto& one) { return one.second.until < now; });
  if (open_.size() < kMaxOpen) open_.try_emplace(call, Open{.model = model, .until = now + std::chrono::milliseconds(lifetime_ms)});
  return {};
}

Result<void> MeteringLedger::settle(const std::string& call, const Spend& real, const Usage& usage) {
  ARGOSY_TRY_VOID(inner_.settle(call, real, usage));
  std::optional<std::string> model;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto node = open_.extract(call); !node.empty()) model = node.mapped().model;
  }
  if (model) meters_.paid(*model, real.money);  // once: settling again changes nothing
  return {};
}

}  // namespace argosy::llm
