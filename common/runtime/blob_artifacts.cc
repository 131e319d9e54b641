#include "common/runtime/blob_artifacts.h"

#include "common/store/blobs.h"

namespace argosy::runtime {

std::unique_ptr<artifacts::ArtifactStore> blob_artifacts(std::shared_ptr<store::Database> db, const config::Settings& settings) {
  artifacts::Backend backend;
  backend.put = [db](const artifacts::Put& what, const std::string& sha256, std::string_view bytes, std::int64_t task_cap) {
    const store::BlobLink link{.task = what.step.task,
                               .step = what.step.ordinal,
                               .attempt = what.attempt,
                               .kind = std::string(artifacts::to_string(what.kind)),
                               .name = what.name,
                               .sha256 = sha256,
                               .size = static_cast<std::int64_t>(bytes.size()),
                               .created_at = system_clock().unix_ms()};
    if (what.kind == artifacts::Kind::agent_state) return store::keep_state(*db, link, what.lease_epoch, bytes, task_cap);
    return store::put_blob(*db, link, bytes, task_cap);
  };
  backend.get = [db](const TaskId& task, const std::string& sha256) { return store::get_blob(*db, task, sha256); };
  backend.newest = [db](const StepRef& step, artifacts::Kind kind) { return store::newest_blob(*db, step, artifacts::to_string(kind)); };
  return artifacts::create_artifact_store(std::move(backend),
                                          {.artifact_bytes = settings.max_artifact_bytes, .task_bytes = settings.max_task_artifact_bytes});
}

}  // namespace argosy::runtime
