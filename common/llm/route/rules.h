// The rules below `routes:` in models.yaml (models/catalogue.h shows all of their words): which models may be asked for which calls, and in
// which order. Used by route(). Values, and pure functions, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/core/ids.h"
#include "common/core/text/usd.h"
#include "common/llm/route/kinds.h"

namespace argosy::llm {

// What a model must be able to do beside answering.
struct Needs {
  bool tools = false, images = false, schema = false, thinking = false;
  bool operator==(const Needs&) const = default;
};

// All of it must fit, each by one of its entries; empty fits always.
struct RouteWhen {
  std::vector<CallKind> kinds{};
  std::vector<Complexity> complexities{};
  std::vector<OrgId> organisations{};
  std::vector<std::string> repositories{};  // names or patterns (text::path_matches)
};

enum class Prefer : std::uint8_t { listed, price, latency };

struct RouteRule {
  RouteWhen when{};
  std::vector<std::string> use{};  // names of models; empty: all of them
  Prefer prefer = Prefer::listed;
  std::optional<NanoUsd> max_usd_per_million_output{};
  std::optional<std::chrono::milliseconds> max_first_byte{};
  Needs needs{};
  std::optional<std::chrono::milliseconds> hedge_after{};
  int line = 0;  // of models.yaml
};
using Routes = std::vector<RouteRule>;

// What rules look at in a call.
struct RouteCase {
  std::optional<CallKind> kind{};
  Complexity complexity = Complexity::normal;
  std::optional<OrgId> org{};
  std::string repository{};
};

// The one rule that decides, alone. A rule that names the repository counts before one that does not, a name before a pattern; then one
// that names the organisation before one that does not; then the first of the file. Null: none fits. It lives as long as `routes`.
const RouteRule* rule_for(const Routes& routes, const RouteCase& what);

}  // namespace argosy::llm
