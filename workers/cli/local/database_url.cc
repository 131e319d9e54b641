#include "workers/cli/local/database_url.h"

#include "common/config/settings.h"
#include "workers/cli/up/state_folder.h"

namespace argosy::cli {

Result<std::string> database_url(const Arguments& arguments) {
  const auto environment = config::process_environment();
  const auto settings = config::load(environment);
  if (!settings) return fail_user("config", settings.error().front());
  if (environment.contains("ARGOSY_POSTGRES_URL") || environment.contains("ARGOSY_POSTGRES_URL_FILE")) return settings->postgres_url;
  const auto state = arguments.value("--state");
  if (const auto running = running_address(state ? std::filesystem::path(*state) : StateFolder::default_path()))
    return running->postgres_url;
  return fail_user("no_database", "ARGOSY_POSTGRES_URL is not set and no `argosy up` of this checkout runs");
}

}  // namespace argosy::cli
