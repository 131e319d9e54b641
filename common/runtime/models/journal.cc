#include "common/runtime/models/journal.h"

#include <utility>

#include "common/core/clock.h"
#include "common/runtime/artifacts/last_calls.h"
#include "common/runtime/blob_artifacts.h"
#include "common/store/models/exchanges.h"

namespace argosy::runtime {
namespace {

store::Exchange exchange_of(const llm::Entry& entry) {
  return {.id = Uuid::v7(entry.started_at),
          .step = entry.payer.step,
          .attempt = entry.payer.attempt,
          .kind = entry.kind,
          .role = entry.role,
          .model = entry.model,
          .prompt = entry.prompt.name,
          .prompt_hash = entry.prompt.hash,
          .route = entry.route,
          .source = std::string(to_string(entry.source)),
          .tries = entry.tries,
          .stop = entry.stop,
          .fault = entry.fault,
          .input = entry.usage.input,
          .cached = entry.usage.cached,
          .cache_written = entry.usage.cache_written,
          .output = entry.usage.output,
          .reasoning = entry.usage.reasoning,
          .started_at = entry.started_at,
          .took_ms = entry.took.count(),
          .first_byte_ms = entry.first_byte ? std::optional(entry.first_byte->count()) : std::nullopt};
}

config::Settings with_half_the_room(config::Settings settings) {
  settings.max_task_artifact_bytes /= 2;
  return settings;
}

class ModelJournal final : public llm::Journal {
 public:
  ModelJournal(std::shared_ptr<store::Database> db, const config::Settings& settings)
      : db_(std::move(db)), artifacts_(blob_artifacts(db_, with_half_the_room(settings))) {}

  Result<bool> keeps_texts(const OrgId& org) override {
    ARGOSY_TRY(const auto found, store::keeps_conversations(*db_, org));
    return found.kept;
  }

  // The row is written whatever became of the texts.
  Result<void> keep(const llm::Entry& entry) override {
    auto exchange = exchange_of(entry);
    Result<void> texts;
    const LastCalls last_calls(entry.asked_to_stop, system_clock());
    const auto until = artifacts_->until([&last_calls] { return last_calls.over(); });
    for (const auto& [what, text, sha256] :
         {std::tuple{"request", &entry.request, &exchange.request_sha256}, std::tuple{"answer", &entry.answer, &exchange.answer_sha256}})
      if (!text->empty() && texts)
        texts = put(until ? *until : *artifacts_, entry, "call-" + exchange.id.to_string() + "-" + what + ".json", *text, *sha256);
    ARGOSY_TRY_VOID(store::put_exchange(*db_, exchange));
    return texts;
  }

 private:
  static Result<void> put(artifacts::ArtifactStore& artifacts, const llm::Entry& entry, std::string name, const std::string& text,
                          std::string& sha256) {
    auto put = artifacts.put(
        {.step = entry.payer.step, .attempt = entry.payer.attempt, .kind = artifacts::Kind::model_call, .name = std::move(name)}, text);
    if (put) {
      sha256 = std::move(*put);
    } else if (put.error().code != "artifact_task_cap" && put.error().code != "artifact_too_large") {
      return std::unexpected(std::move(put.error()));
    }
    return {};
  }

  const std::shared_ptr<store::Database> db_;
  const std::unique_ptr<artifacts::ArtifactStore> artifacts_;
};

}  // namespace

std::unique_ptr<llm::Journal> model_journal(std::shared_ptr<store::Database> db, const config::Settings& settings) {
  return std::make_unique<ModelJournal>(std::move(db), settings);
}

}  // namespace argosy::runtime
