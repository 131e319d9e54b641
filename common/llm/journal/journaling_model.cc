#include "common/llm/journal/journaling_model.h"

#include <utility>

#include "common/llm/journal/kept.h"

namespace argosy::llm {
namespace {

// What is known before the call.
Entry entry_of(CallOptions& options, const Clock& clock) {
  return {.payer = *options.payer,
          .kind = options.kind,
          .role = options.role,
          .prompt = options.prompt,
          .started_at = clock.unix_ms(),
          .asked_to_stop = options.stop};
}

void add_result(Entry& entry, const CallResult& result) {
  entry.model = result.model;
  entry.source = result.source;
  entry.tries = result.tries;
  entry.stop = to_string(result.answer.stop);
  if (result.fault) entry.fault = result.fault->error.code;
  entry.usage = result.answer.usage;
  entry.first_byte = result.first_byte;
  if (result.route) entry.route = json::dump(decision_json(*result.route));
}

}  // namespace

JournalingModel::JournalingModel(Model& inner, Journal& journal, RunBlocking run_blocking, const Clock& clock, OnTrouble on_trouble)
    : inner_(inner), journal_(journal), run_blocking_(std::move(run_blocking)), clock_(clock), on_trouble_(std::move(on_trouble)) {}

void JournalingModel::start(std::shared_ptr<const Request> request, CallOptions options, OnDone done) {
  if (!options.payer) return inner_.start(std::move(request), std::move(options), std::move(done));
  auto entry = entry_of(options, clock_);
  const auto began = clock_.boot_time();
  auto kept = [this, request, entry = std::move(entry), began, done = std::move(done)](CallResult result) mutable {
    entry.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.boot_time() - began);
    // Shared, because the function may be dropped without having run.
    const auto all = std::make_shared<std::pair<CallResult, OnDone>>(std::move(result), std::move(done));
    const bool runs = run_blocking_([this, request, entry = std::move(entry), all] {
      keep(entry, *request, all->first);
      all->second(std::move(all->first));
    });
    if (runs) return;
    trouble(fail_transient("journal_busy", "too many calls wait to be kept").error());
    all->second(std::move(all->first));
  };
  inner_.start(std::move(request), std::move(options), std::move(kept));
}

void JournalingModel::keep(Entry entry, const Request& request, const CallResult& result) {
  add_result(entry, result);
  // Who cannot be asked has not agreed.
  const auto keeps_texts = journal_.keeps_texts(entry.payer.org);
  if (keeps_texts && *keeps_texts) {
    entry.request = kept_json(request);
    entry.answer = kept_json(result.answer);
  }
  const auto kept = journal_.keep(entry);
  if (!kept)
    trouble(kept.error());
  else if (!keeps_texts)
    trouble(keeps_texts.error());
}

void JournalingModel::trouble(const Error& error) {
  const auto lost = ++lost_;
  if (!on_trouble_) return;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.boot_time();
    if (told_at_ && now - *told_at_ < kJournalTroubleEvery) return;
    told_at_ = now;
  }
  on_trouble_(error, lost);
}

}  // namespace argosy::llm
