// Tells Kubernetes how dear the end of this worker's pod is, for as long as this object lives; used by run_worker, where the pod has a
// token. One thread of its own: a slow API server delays nothing but the next telling.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "common/runtime/kube/deletion_cost.h"
#include "common/runtime/kube/own_pod.h"

namespace argosy::runtime {

class CostTeller {
 public:
  static constexpr const char* kAnnotation = "controller.kubernetes.io/pod-deletion-cost";

  // `in_flight` must outlive it.
  CostTeller(OwnPod pod, const InFlight& in_flight);
  // Waits for a call that is under way.
  ~CostTeller();
  CostTeller(const CostTeller&) = delete;
  CostTeller& operator=(const CostTeller&) = delete;

 private:
  void loop();
  void look();

  const OwnPod pod_;
  const InFlight& in_flight_;
  HeldSince held_;
  CostPace pace_;
  std::string said_;  // the last failure, so that the same one is logged once
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace argosy::runtime
