#include "common/config/settings.h"
#include "workers/testing/testing_handler.h"

namespace argosy::testing {
namespace {

// With folders of the operator's own there is nothing to fetch, unless he says so.
bool wants_set_up(const config::Settings& settings) {
  return settings.setup == "always" || (settings.setup == "auto" && settings.test_paths.empty());
}

}  // namespace

sandbox::Class sandbox_class(std::string_view name) {
  return name == "gvisor" ? sandbox::Class::gvisor : name == "none-i-understand" ? sandbox::Class::none : sandbox::Class::bwrap;
}

Result<TestingOptions> testing_options(const config::Settings& settings) {
  ARGOSY_TRY(auto credentials, vcs::parse_credentials(settings.git_read_credentials));
  ARGOSY_TRY(auto allow, parse_ecosystem_rules(settings.egress_allow));
  ARGOSY_TRY(auto addresses, parse_host_addresses(settings.egress_addresses));
  ARGOSY_TRY(auto secrets, parse_set_up_secrets(settings.setup_secrets));
  TestingOptions options;
  options.git = {.work_dir = settings.work_dir,
                 .credentials = std::move(credentials),
                 .allow_file = settings.allow_file_urls,
                 .timeout = settings.git_timeout};
  options.sandbox = sandbox_class(settings.sandbox);
  options.limits = {.wall = settings.test_timeout,
                    .memory_bytes = settings.test_memory_bytes,
                    .cpus = static_cast<double>(settings.test_cpus),
                    .disk_bytes = settings.test_disk_bytes,
                    .processes = static_cast<int>(settings.test_processes),
                    .output_bytes = static_cast<std::size_t>(settings.test_output_bytes)};
  options.hard_timeout = settings.test_hard_timeout;
  options.test_paths = settings.test_paths;
  options.set_up = wants_set_up(settings);
  options.dependency_caches = static_cast<std::size_t>(settings.dependency_caches);
  options.network = {.allow = std::move(allow), .addresses = std::move(addresses), .limits = {}};
  options.network.limits.max_bytes_down = settings.egress_max_bytes;
  options.network.limits.max_requests = settings.egress_max_requests;
  options.hosts_of_repositories = settings.egress_from_repositories;
  options.secrets = std::move(secrets);
  options.require = settings.sandbox_require;
  return options;
}

}  // namespace argosy::testing
