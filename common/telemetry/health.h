// Whether this process can do its work: named checks, injected by who knows the thing checked. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace argosy::telemetry {

class Health {
 public:
  // Nothing when all is well, else one sentence that says what is wrong and what to do. Called on the thread that asks.
  using Check = std::function<std::optional<std::string>()>;
  void add(std::string name, Check check);

  struct Report {
    bool ready = true;
    std::string json;  // {"ready":false,"checks":{"postgres":"cannot connect: ...","kafka":"ok"}}
  };
  Report readiness() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Check>> checks_;
};

}  // namespace argosy::telemetry
