#include <fmt/format.h>

#include <array>
#include <mutex>

#include "common/config/settings.h"
#include "common/core/file.h"
#include "common/egress/registries/set_up.h"
#include "workers/testing/set_up/set_up.h"

namespace argosy::testing {
namespace {

constexpr std::size_t kMaxBundleBytes = 16u << 20;

struct Name {
  std::string_view ours;
  egress::Ecosystem ecosystem;
};
// As project::SetUp::registries has them.
constexpr std::array<Name, 5> kNames{{{"pypi", egress::Ecosystem::python},
                                      {"npm", egress::Ecosystem::javascript},
                                      {"go", egress::Ecosystem::go},
                                      {"maven", egress::Ecosystem::java},
                                      {"crates", egress::Ecosystem::rust}}};

std::vector<egress::Ecosystem> ecosystems_of(const std::vector<std::string>& names) {
  std::vector<egress::Ecosystem> all;
  for (const auto& name : names)
    for (const auto& known : kNames)
      if (known.ours == name) all.push_back(known.ecosystem);
  return all;
}

}  // namespace

void Network::discover() {
  std::call_once(discovered_, [this] {
    const auto env = config::process_environment();
    registries_ = egress::discover(env);
    if (const auto bundle = egress::host_ca_bundle(env)) {
      ca_bundle_ = *bundle;
      if (auto pem = read_file(*bundle, kMaxBundleBytes)) ca_pem_ = std::move(*pem);
    }
  });
}

egress::Policy Network::policy(const std::vector<std::string>& ecosystems) {
  discover();
  egress::Policy policy{.allow = {}, .addresses = options_.addresses, .limits = options_.limits};
  for (const auto ecosystem : ecosystems_of(ecosystems))
    for (auto& rule : egress::allow_list(registries_, ecosystem, options_.allow)) policy.allow.push_back(std::move(rule));
  return policy;
}

Network::Given Network::given(const std::vector<std::string>& ecosystems, const std::string& home, const std::string& ca_inside) {
  discover();
  Given given;
  given.env["PIP_RETRIES"] = "2";  // a name that the proxy refuses is refused the fifth time too
  for (const auto ecosystem : ecosystems_of(ecosystems)) {
    auto made = egress::environment_for(registries_, ecosystem, sandbox::kEgressPort, {.home = home, .ca_bundle = ca_inside}, ca_pem_);
    given.env.merge(made.env);
    for (auto& file : made.files) given.files.emplace(std::move(file.path), std::move(file.bytes));
  }
  return given;
}

std::optional<std::filesystem::path> Network::ca_bundle() {
  discover();
  return ca_bundle_;
}

}  // namespace argosy::testing
