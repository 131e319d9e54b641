#include <fmt/format.h>

#include "common/core/text.h"
#include "workers/cli/client/api.h"
#include "workers/cli/client/commands.h"
#include "workers/cli/command.h"
#include "workers/cli/tool/input.h"

namespace argosy::cli {
namespace {

constexpr const char* kPath = "/api/v1/agents";
constexpr std::size_t kMostAbout = 60;
constexpr std::size_t kMostSpec = 1u << 20;  // bytes; the server takes less

std::string path_of(const std::string& name) { return fmt::format("{}/{}", kPath, percent_encode(name)); }

int list(const Api& api, const Arguments& arguments) {
  const auto agents = api.list(kPath, "agents");
  if (!agents) return report_answer(agents.error());
  if (arguments.has("--json")) {
    fmt::print("{}\n", json::dump_pretty(*agents));
    return kSucceeded;
  }
  fmt::print("{:<24} {:>8} {:<14} {:<14} {}\n", "name", "version", "role", "owner", "about");
  for (const auto& agent : *agents) {
    const bool built_in = agent.bool_or("built_in", false);
    fmt::print("{:<24} {:>8} {:<14} {:<14} {}\n", agent.string_or("name", "?"),
               built_in ? "built in" : fmt::to_string(agent.int_or("version", 0)), agent.string_or("role", "?"),
               agent.string_or("owner", ""), text::ellipsize(agent.string_or("about", ""), kMostAbout));
  }
  return kSucceeded;
}

int show(const Result<json::Value>& agent) {
  if (!agent) return report_answer(agent.error());
  fmt::print("{}\n", json::dump_pretty(*agent));
  return kSucceeded;
}

// Made anew, or where one of that name is there a new version of it.
int put(const Api& api, const std::string& file) {
  auto input = Input::open(file);
  if (!input) return report(input.error());
  const auto bytes = input->all(kMostSpec);
  if (!bytes) return report(bytes.error());
  const auto spec = json::parse(*bytes);
  if (!spec) return report(in_file(input->path(), spec.error()));
  auto made = api.post(kPath, *spec);
  if (!made && made.error().code.ends_with("agent_exists")) made = api.put(path_of(spec->string_or("name", "")), *spec);
  return show(made);
}

}  // namespace

int agents(const Arguments& arguments) {
  const auto& words = arguments.positional;
  const auto& what = words[0];
  if (words.size() != (what == "list" ? 1u : 2u) || (what != "list" && what != "show" && what != "put" && what != "remove"))
    return wrong_usage("it is `agents list`, `agents show NAME`, `agents put FILE` or `agents remove NAME`");
  const auto api = Api::from(arguments);
  if (!api) return report(api.error());
  if (what == "list") return list(*api, arguments);
  if (what == "put") return put(*api, words[1]);
  if (what == "show") return show(api->get(path_of(words[1])));
  const auto gone = api->remove(path_of(words[1]));
  return gone ? kSucceeded : report_answer(gone.error());
}

}  // namespace argosy::cli
