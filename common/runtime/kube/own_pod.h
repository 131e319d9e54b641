// The pod that this process runs in, as the API server knows it. Used by CostTeller. Values and one blocking call; any thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "common/core/error.h"

namespace argosy::runtime {

class OwnPod {
 public:
  // Where Kubernetes puts the token and the certificate of whom to trust.
  static constexpr const char* kAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

  // From KUBERNETES_SERVICE_HOST and _PORT, POD_NAME and POD_NAMESPACE. Nothing outside of a cluster, and where the pod was given no token:
  // then nobody wants to be told.
  static std::optional<OwnPod> find(const std::map<std::string, std::string>& environment, const std::filesystem::path& account = kAccount);

  // Sets one annotation by a merge patch. The token is read anew each time: it lives for an hour, and its file is replaced before. Errors
  // (A): those of http::fetch, pod_patch_refused with the status and the server's sentence.
  Result<void> annotate(const std::string& name, const std::string& value) const;

 private:
  std::string url_;
  std::filesystem::path account_;
};

}  // namespace argosy::runtime
