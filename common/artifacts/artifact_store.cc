#include "common/artifacts/artifact_store.h"

#include <fmt/format.h>

#include <array>

#include "common/core/crypto.h"

namespace argosy::artifacts {
namespace {

class CheckedStore : public ArtifactStore {
 public:
  CheckedStore(std::shared_ptr<const Backend> backend, Caps caps, Backend::GiveUp give_up = {})
      : backend_(std::move(backend)), caps_(caps), give_up_(std::move(give_up)) {}

  Result<std::string> put(const Put& what, std::string_view bytes) override {
    if (static_cast<std::int64_t>(bytes.size()) > caps_.artifact_bytes) {
      return fail_user(
          "artifact_too_large",
          fmt::format("the {} \"{}\" has {} bytes, {} are allowed", to_string(what.kind), what.name, bytes.size(), caps_.artifact_bytes),
          "raise ARGOSY_MAX_ARTIFACT_BYTES, or make less of it");
    }
    std::string sha256 = crypto::sha256_hex(bytes);
    // The task's sum is known where the bytes lie: the cap goes along, so that two workers cannot pass it together.
    ARGOSY_TRY_VOID(backend_->put(what, sha256, bytes, caps_.task_bytes, give_up_));
    return sha256;
  }

  Result<std::string> get(const TaskId& task, const std::string& sha256) override {
    ARGOSY_TRY(std::optional<std::string> bytes, backend_->get(task, sha256, give_up_));
    if (!bytes) return fail_user("artifact_not_found", fmt::format("the task has no artifact {}", sha256));
    if (crypto::sha256_hex(*bytes) != sha256) {
      return fail_security("artifact_corrupt", fmt::format("the bytes of artifact {} are not those that were stored", sha256));
    }
    return std::move(*bytes);
  }

  Result<std::optional<std::string>> newest(const StepRef& step, Kind kind) override {
    ARGOSY_TRY(const auto sha256, backend_->newest(step, kind));
    if (!sha256) return std::nullopt;
    ARGOSY_TRY(auto bytes, get(step.task, *sha256));
    return bytes;
  }

  std::unique_ptr<ArtifactStore> until(std::function<bool()> give_up) override {
    return std::make_unique<CheckedStore>(backend_, caps_, std::move(give_up));
  }

 private:
  const std::shared_ptr<const Backend> backend_;
  const Caps caps_;
  const Backend::GiveUp give_up_;
};

}  // namespace

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, 5> kNames{"patch", "log", "report", "model_call", "agent_state"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::unique_ptr<ArtifactStore> create_artifact_store(Backend backend, Caps caps) {
  return std::make_unique<CheckedStore>(std::make_shared<const Backend>(std::move(backend)), caps);
}

}  // namespace argosy::artifacts
