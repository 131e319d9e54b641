// Tools that know languages: parse_ast and semantic_search here; what needs the index stands in indexed.cc.
#include <fmt/format.h>

#include <array>

#include "common/agent/tools/tool.h"

namespace argosy::agent {
namespace {

ToolOutcome semantic_search(const json::Object&, const Bench&) {
  return failed(
      "semantic_search_off",
      "semantic search is off: no embedder is configured. Use search_files with words of the code, or find_references with a name");
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"semantic_search", Effect::read, "Finds code by what it means, where an embedder is configured.",
     R"({"type":"object","properties":{"query":{"type":"string","minLength":1}},"required":["query"]})", semantic_search},
});

}  // namespace

std::span<const ToolSpec> source_tools() { return kTools; }

}  // namespace argosy::agent
