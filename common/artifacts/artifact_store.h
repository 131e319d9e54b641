// Bytes that a step made (patch, log, report) or said to a model, named by their sha256, behind one interface: in Postgres, or in a bucket
// (s3/bucket.h). Handlers exchange work through it. Implementations are thread-safe; calls block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"

namespace argosy::artifacts {

// agent_state: what a step must find again when it goes on after a crash. Few of each step are kept, and clients do not see them.
enum class Kind { patch, log, report, model_call, agent_state };
std::string_view to_string(Kind kind);

struct Caps {
  std::int64_t artifact_bytes = 64 << 20;
  std::int64_t task_bytes = 512 << 20;
};

struct Put {
  StepRef step;
  std::int16_t attempt = 0;
  Kind kind = Kind::patch;
  std::string name;
  std::int64_t lease_epoch = 0;  // of an agent_state: under which the step is held
};

class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;
  // The sha256 in hex. A repeat is no write. Errors (B): artifact_too_large, artifact_task_cap; of an agent_state lease_lost (A).
  virtual Result<std::string> put(const Put& what, std::string_view bytes) = 0;
  // The bytes, checked against their name. Errors: artifact_not_found (B), artifact_corrupt (D).
  virtual Result<std::string> get(const TaskId& task, const std::string& sha256) = 0;
  // The bytes of that kind that the step wrote last, in its last attempt that wrote any. Errors: those of get().
  virtual Result<std::optional<std::string>> newest(const StepRef& step, Kind kind) = 0;
  // The same store for one who may give up: its calls end within a second or two once `give_up`, asked from their threads, is true.
  // Null where no call hangs.
  virtual std::unique_ptr<ArtifactStore> until(std::function<bool()> give_up) {
    (void)give_up;
    return nullptr;
  }
};

// Where bytes really lie. main hands in one made of the store's blob calls: this room does not know Postgres.
struct Backend {
  using GiveUp = std::function<bool()>;  // until(); may be empty
  std::function<Result<void>(const Put&, const std::string& sha256, std::string_view bytes, std::int64_t task_cap, const GiveUp&)> put;
  std::function<Result<std::optional<std::string>>(const TaskId&, const std::string& sha256, const GiveUp&)> get;
  std::function<Result<std::optional<std::string>>(const StepRef&, Kind)> newest{};  // the digest
};
std::unique_ptr<ArtifactStore> create_artifact_store(Backend backend, Caps caps);

}  // namespace argosy::artifacts
