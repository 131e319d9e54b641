// Tools that ask outside of the repository: research, vulnerability_lookup. What they reach is the operator's choice; off otherwise.
#include <fmt/format.h>

#include <array>

#include "common/agent/tools/tool.h"
#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::agent {
namespace {

constexpr std::size_t kMaxQuery = 300;  // bytes that leave the house

// Nothing that looks like a secret goes to a server that searches.
std::optional<ToolOutcome> not_askable(std::string_view query) {
  if (query.empty() || query.size() > kMaxQuery)
    return failed("arguments_invalid", fmt::format("a query has words, and at most {} bytes", kMaxQuery));
  if (redact(query) != query) return failed("query_refused", "the query holds what looks like a secret: ask without it");
  return std::nullopt;
}

ToolOutcome research(const json::Object& arguments, const Bench& bench) {
  if (!bench.outside.research)
    return failed("research_off", "research is off: no source of documentation is configured. Go by what the repository says");
  const auto query = std::string(text::trim(string_of(arguments, "query")));
  if (auto refused = not_askable(query)) return *std::move(refused);
  auto found = bench.outside.research(query);
  if (!found) return failed(found.error());
  return {.text = *std::move(found)};
}

ToolOutcome vulnerability_lookup(const json::Object& arguments, const Bench& bench) {
  if (!bench.outside.vulnerabilities)
    return failed("vulnerability_lookup_off", "there is no database of vulnerabilities here: say that it was not looked up");
  auto found =
      bench.outside.vulnerabilities(string_of(arguments, "ecosystem"), string_of(arguments, "package"), string_of(arguments, "version"));
  if (!found) return failed(found.error());
  return {.text = *std::move(found)};
}

constexpr auto kTools = std::to_array<ToolSpec>({
    {"research", Effect::read, "Searches documentation outside of the repository, where sources of it are configured. Ask in a few words.",
     R"({"type":"object","properties":{"query":{"type":"string","minLength":1,"maxLength":300}},"required":["query"]})", research},
    {"vulnerability_lookup", Effect::read,
     "Says which known vulnerabilities a package has, in one version or in all: from a database on this machine. Ecosystems are called as "
     "at osv.dev: PyPI, npm, Go, Maven.",
     R"({"type":"object","properties":{"ecosystem":{"type":"string","minLength":1},"package":{"type":"string","minLength":1},"version":{"type":"string"}},"required":["ecosystem","package"]})",
     vulnerability_lookup},
});

}  // namespace

std::span<const ToolSpec> outside_tools() { return kTools; }

}  // namespace argosy::agent
