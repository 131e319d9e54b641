// The pools of a process as metrics: connections to Postgres, threads, calls over HTTP. Who owns a pool has it watched for as long as it
// lives; each is looked at when the metrics are read. Of one name there may be several: they are added up. Thread-safe.
#pragma once

#include <concepts>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "common/core/pools/pool_use.h"
#include "common/telemetry/metrics.h"

namespace argosy::runtime {

class PoolFigures {
 public:
  explicit PoolFigures(telemetry::Metrics& metrics) : metrics_(metrics) {}

  // Until it goes. It goes before the pool, and not under a lock that `look` takes; the figures outlive it.
  class Watch {
   public:
    Watch() = default;
    Watch(Watch&& other) noexcept;
    Watch& operator=(Watch&& other) noexcept;
    ~Watch();

   private:
    friend class PoolFigures;
    using Looks = std::list<std::pair<std::string, std::function<PoolUse()>>>;
    PoolFigures* figures_ = nullptr;
    Looks::iterator at_{};
  };
  // `look` waits for nothing.
  [[nodiscard]] Watch watch(std::string pool, std::function<PoolUse()> look);
  // The same of whatever tells its use().
  [[nodiscard]] Watch watch(std::string pool, const auto& one)
    requires requires {
      { one.use() } -> std::same_as<PoolUse>;
    }
  {
    return watch(std::move(pool), std::function<PoolUse()>([&one] { return one.use(); }));
  }

  void measure();

 private:
  telemetry::Metrics& metrics_;
  std::mutex mutex_;
  Watch::Looks looks_;
  std::map<std::string, PoolUse> told_;  // by pool; what is watched no more is told as nothing
};

}  // namespace argosy::runtime
