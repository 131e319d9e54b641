// The phase before the tests: a component's dependencies are fetched in a sandbox whose only way out is the egress proxy, into a cache that
// the tests see read-only. Blocking, any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/egress/audit.h"
#include "common/egress/policy.h"
#include "common/egress/registries/registries.h"
#include "common/project/project.h"
#include "workers/testing/runs/stage.h"
#include "workers/testing/set_up/dependency_cache.h"

namespace argosy::testing {

struct NetworkOptions {
  std::vector<EcosystemRule> allow{};    // ARGOSY_EGRESS_ALLOW
  std::vector<HostAddress> addresses{};  // ARGOSY_EGRESS_ADDRESSES
  egress::Limits limits{};
};

// What set-ups of this process may reach. The registries are read from the package managers' configuration when the first set-up asks.
class Network {
 public:
  explicit Network(NetworkOptions options) : options_(std::move(options)) {}

  egress::Policy policy(const std::vector<std::string>& ecosystems);
  // Environment and files of a set-up: path below the home -> bytes.
  struct Given {
    std::map<std::string, std::string> env;
    std::map<std::string, std::string> files;
  };
  Given given(const std::vector<std::string>& ecosystems, const std::string& home, const std::string& ca_inside);
  // The host's certificates; nothing when there are none.
  std::optional<std::filesystem::path> ca_bundle();

 private:
  void discover();
  NetworkOptions options_;
  std::once_flag discovered_;
  egress::Registries registries_;
  std::optional<std::filesystem::path> ca_bundle_;
  std::string ca_pem_;
};

// Where set-ups wanted to go, for figures; on the proxy's thread and the step's.
struct EgressWatch {
  std::function<void(const egress::AuditEvent&)> connected{};
  std::function<void(std::int64_t)> refused_unseen{};  // beyond what is told one by one
};

struct SetUpRequest {
  const project::Component& component;
  std::filesystem::path tree;     // with the files of the commit, to be copied
  std::filesystem::path scratch;  // for folders of its own
  std::string repository;         // its URL: caches are never shared between two
  std::string patch_digest;       // not empty when the change touches what decides about dependencies: then the cache is its own
  std::function<std::string(const std::string&)> read;  // a file of the tree, for the key
  std::vector<HostRule> also_allow{};                   // hosts that the repository asks for, and may
  std::map<std::string, std::string> secrets{};         // variables that it asks for, and were given
  RunOptions options;
  std::function<void(const egress::AuditEvent&)> audit;
  std::function<void(std::int64_t)> unaudited{};  // once, how many were refused beyond the budget of requests
};

struct SetUpDone {
  std::string text;  // cached, installed in 3.2 s, none needed, or "failed: ..."
  bool failed = false;
  std::optional<DependencyFolder> folder{};  // nothing when none was needed, or it failed
};

// A set-up that fails is not an error: tests may do without, and say so themselves when not. Errors: those of the sandbox and of the cache.
Result<SetUpDone> set_up(const SetUpRequest& request, Network& network, const DependencyCache& cache);

}  // namespace argosy::testing
