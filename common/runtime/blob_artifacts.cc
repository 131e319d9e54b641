#include "common/runtime/blob_artifacts.h"

#include "common/runtime/artifacts/bucket.h"
#include "common/store/blobs.h"
#include "common/store/placed/placed_blobs.h"

namespace argosy::runtime {

namespace {

namespace s3 = artifacts::s3;

// The row that says where comes first, then the object, then what makes it the task's: a crash between leaves what retention finds.
Result<void> put_in_bucket(store::Database& db, s3::Bucket& bucket, const std::string& prefix, const store::BlobLink& link,
                           const artifacts::Put& what, std::string_view bytes, std::int64_t task_cap, const s3::GiveUp& give_up) {
  ARGOSY_TRY(const auto place, store::place_blob(db, link.sha256));
  if (!place.stored) ARGOSY_TRY_VOID(bucket.put(s3::key_of(prefix, link.sha256, place.number), bytes, link.sha256, give_up));
  if (what.kind == artifacts::Kind::agent_state) return store::keep_placed_state(db, link, place.number, what.lease_epoch, task_cap);
  return store::link_placed(db, link, place.number, task_cap);
}

}  // namespace

std::unique_ptr<artifacts::ArtifactStore> blob_artifacts(std::shared_ptr<store::Database> db, const config::Settings& settings) {
  artifacts::Backend backend;
  const auto bucket = settings.artifacts == "s3" ? bucket_of(settings) : nullptr;
  backend.put = [db, bucket, prefix = settings.s3_prefix](const artifacts::Put& what, const std::string& sha256, std::string_view bytes,
                                                          std::int64_t task_cap, const s3::GiveUp& give_up) {
    const store::BlobLink link{.task = what.step.task,
                               .step = what.step.ordinal,
                               .attempt = what.attempt,
                               .kind = std::string(artifacts::to_string(what.kind)),
                               .name = what.name,
                               .sha256 = sha256,
                               .size = static_cast<std::int64_t>(bytes.size()),
                               .created_at = system_clock().unix_ms()};
    if (bucket) return put_in_bucket(*db, *bucket, prefix, link, what, bytes, task_cap, give_up);
    if (what.kind == artifacts::Kind::agent_state) return store::keep_state(*db, link, what.lease_epoch, bytes, task_cap);
    return store::put_blob(*db, link, bytes, task_cap);
  };
  backend.get = [db](const TaskId& task, const std::string& sha256, const s3::GiveUp& give_up) {
    return store::get_blob(*db, task, sha256, store::Quarantined::refuse, give_up);
  };
  backend.newest = [db](const StepRef& step, artifacts::Kind kind) { return store::newest_blob(*db, step, artifacts::to_string(kind)); };
  return artifacts::create_artifact_store(std::move(backend),
                                          {.artifact_bytes = settings.max_artifact_bytes, .task_bytes = settings.max_task_artifact_bytes});
}

}  // namespace argosy::runtime
