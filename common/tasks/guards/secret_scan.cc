#include "common/tasks/guards/secret_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/failpoint.h"
#include "common/core/json.h"
#include "common/core/text.h"
#include "common/tasks/diff/diff_lines.h"
#include "common/tasks/guards/secret_rules.h"

namespace argosy::tasks {
namespace {

// Lines of a file that stand one below the other, and the number of the first.
struct Block {
  std::string path;
  std::int64_t line = 1;
  std::string text;
};

std::string_view line_before(std::string_view text, std::size_t at) {
  const auto begin = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const auto from = begin == std::string_view::npos ? 0 : begin + 1;
  return text.substr(from, at - from);
}

// A token stays one whatever the name before it says.
redaction::SecretKind kind_of(const redaction::Secret& secret, std::string_view value) {
  if (secret.kind != redaction::SecretKind::named) return secret.kind;
  const auto inside = redaction::find_secrets(value);
  const bool token = !inside.empty() && inside.front().at == 0 && inside.front().kind == redaction::SecretKind::token;
  return token ? redaction::SecretKind::token : secret.kind;
}

// `was_there` says of a value that it is not new.
template <class WasThere>
void scan(const Block& block, const WasThere& was_there, std::vector<SecretHit>& hits) {
  const std::string_view text = block.text;
  auto found = redaction::registered_in(text);
  const auto shapes = redaction::find_secrets(text);
  found.insert(found.end(), shapes.begin(), shapes.end());
  for (const auto& secret : found) {
    if (hits.size() == kMaxSecretHits) return;
    const auto value = text.substr(secret.at, secret.length);
    const auto after = text.substr(secret.at + secret.length);
    const auto kind = kind_of(secret, value);
    const SecretCandidate candidate{.kind = kind,
                                    .value = value,
                                    .before = line_before(text, secret.at),
                                    .after = after.substr(0, after.find('\n')),
                                    .path = block.path};
    if (!harmless_by(candidate).empty() || was_there(value)) continue;
    SecretHit hit{.path = text::to_utf8(block.path),
                  .line = block.line + std::ranges::count(text.substr(0, secret.at), '\n'),
                  .kind = std::string(redaction::to_string(kind))};
    const bool told = std::ranges::any_of(hits, [&](const SecretHit& one) { return one.path == hit.path && one.line == hit.line; });
    if (!told) hits.push_back(std::move(hit));
  }
}

std::string place(const SecretHit& hit) { return fmt::format("{} in {} line {}", hit.kind, hit.path, hit.line); }

}  // namespace

std::vector<SecretHit> secrets_in_diff(std::string_view diff) {
  std::vector<Block> blocks;
  std::string removed;
  std::int64_t next = 0;
  for (const auto& line : changed_texts(diff)) {
    if (!line.added) {
      removed.append(line.text).push_back('\n');
      continue;
    }
    if (blocks.empty() || blocks.back().path != line.path || line.line != next)
      blocks.push_back({.path = std::string(line.path), .line = line.line, .text = {}});
    blocks.back().text.append(line.text).push_back('\n');
    next = line.line + 1;
  }
  std::vector<SecretHit> hits;
  for (const auto& block : blocks) scan(block, [&](std::string_view value) { return removed.contains(value); }, hits);
  return hits;
}

std::vector<SecretHit> secrets_added(const std::string& path, std::string_view before, std::string_view after) {
  std::vector<SecretHit> hits;
  scan({.path = path, .line = 1, .text = std::string(after)}, [&](std::string_view value) { return before.contains(value); }, hits);
  return hits;
}

std::string in_words(std::span<const SecretHit> hits) {
  std::vector<std::string> all;
  for (const auto& hit : hits) all.push_back(place(hit));
  return text::join(all, ", ");
}

Result<void> refuse_secrets(std::span<const SecretHit> hits) {
  if (hits.empty() || ARGOSY_FAILPOINT("policy.off")) return {};
  auto failure = fail_security("secret_in_diff", fmt::format("the change adds what looks like a secret: {}", in_words(hits)),
                               "nothing was pushed; take it out of the change, and renew it if it was real");
  json::Array places;
  for (const auto& hit : hits) places.emplace_back(json::Object{{"path", hit.path}, {"line", hit.line}, {"kind", hit.kind}});
  failure.error().details = json::dump(json::Object{{"places", std::move(places)}});
  return failure;
}

}  // namespace argosy::tasks
