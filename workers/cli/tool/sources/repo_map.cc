#include <fmt/format.h>

#include "common/core/json.h"
#include "workers/cli/tool/sources/commands.h"
#include "workers/cli/tool/sources/indexed.h"

namespace argosy::cli {

int show_repo_map(const Arguments& arguments) {
  const auto root = arguments.value("--root");
  if (!root) return wrong_usage("repo-map needs --root DIR");
  const auto tokens = arguments.number("--tokens", 1, kMostMapTokens);
  if (!tokens) return report(tokens.error(), kUsage);
  const auto folder = indexed(*root);
  if (!folder) return report(folder.error(), kUsage);

  code::MapWish wish{static_cast<std::size_t>(tokens->value_or(kUsualMapTokens)), {}, arguments.values("--mention")};
  for (auto path : arguments.values("--file")) {
    if (path.starts_with("./")) path.erase(0, 2);
    const auto bytes = folder->tree.read(path);
    if (!bytes) return report(bytes.error(), kUsage);
    if (!*bytes) return wrong_usage(fmt::format("--file: there is no \"{}\" below {}", path, *root));
    wish.files.push_back(std::move(path));
  }
  const auto map = code::repo_map(*folder->index, wish);
  if (arguments.has("--json"))
    fmt::print("{}\n", json::dump(json::Object{{"budget", wish.tokens},
                                               {"tokens", map.tokens},
                                               {"files", json::Array(map.files.begin(), map.files.end())},
                                               {"text", map.text}}));
  else
    fmt::print("{}", map.text);
  return kSucceeded;
}

}  // namespace argosy::cli
