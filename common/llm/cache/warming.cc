#include "common/llm/cache/warming.h"

#include "common/core/text.h"
#include "common/llm/cache/keepable.h"
#include "common/llm/conversation_json.h"

namespace argosy::llm {
namespace {

struct Line {
  Request request;
  CallOptions options;
  CallResult result;
  NanoUsd cost = 0;
};

Result<Complexity> complexity_of(const json::Value& value) {
  const auto text = value.string_or("complexity", std::string(to_string(Complexity::normal)));
  const auto complexity = complexity_from_string(text);
  if (!complexity)
    return fail_user("warming_invalid", "a line has the complexity \"" + text::ellipsize(text, 40) + "\"", "it is low, normal or high");
  return *complexity;
}

Result<Line> read(const Warming& warming, std::string_view text) {
  ARGOSY_TRY(const auto value, json::parse(text, {.max_bytes = kMaxWarmingLine}));
  const auto* request = value.find("request");
  const auto* answer = value.find("answer");
  if (request == nullptr || answer == nullptr)
    return fail_user("warming_invalid", "a line has no request or no answer",
                     "it is {\"kind\", \"repository\", \"commit\", \"request\", \"answer\"}");
  Line line;
  ARGOSY_TRY(line.request, request_from_json(*request));
  ARGOSY_TRY(line.result.answer, answer_from_json(*answer));
  line.result.model = value.string_or("model", line.result.answer.model);
  line.options.model = value.string_or("asked_model", "");
  ARGOSY_TRY(line.options.complexity, complexity_of(value));
  line.options.payer = Payer{.org = warming.org, .user = {}, .step = {}};
  line.options.kind = value.string_or("kind", warming.kind);
  line.options.role = value.string_or("role", "");
  line.options.repository = value.string_or("repository", warming.repository);
  line.options.commit = value.string_or("commit", warming.commit);
  line.cost = parse_usd(value.string_or("cost_usd", "0")).value_or(0);
  if (line.options.repository.empty() || line.options.commit.empty())
    return fail_user("warming_invalid", "a line names no repository or no commit", "say it in the line, or with --repo and --commit");
  return line;
}

bool has_vector(const Warming& warming, const CacheRule& rule, const CacheKey& key, const Line& line) {
  if (warming.embedder == nullptr || !rule.least_cosine || key.said.empty() || !is_transferable(line.result.answer)) return false;
  return !warming.may_embed || warming.may_embed(line.options);
}

}  // namespace

Result<std::string> warm(const Warming& warming, std::string_view text) {
  ARGOSY_TRY(auto line, read(warming, text));
  const auto* rule = warming.rules.of(line.options.kind);
  if (rule == nullptr) return "no rule keeps answers to calls for \"" + line.options.kind + "\"";
  if (rule->only_without_chance && line.request.temperature != 0.0) return std::string("the temperature is not 0");
  if (!is_keepable(line.result)) return std::string("the answer is not whole");
  if (holds_secrets(line.result.answer)) return std::string("the answer holds what looks like a secret or a person's data");
  CacheEntry entry{
      .place = {.org = warming.org, .repository = line.options.repository, .commit = line.options.commit, .kind = line.options.kind},
      .key = cache_key(line.request, line.options, warming.models),
      .cached = {.answer = json::dump(to_json(line.result.answer)), .model = line.result.model, .cost = line.cost},
      .keep = rule->keep};
  if (entry.cached.answer.size() > kMaxKeptBytes) return std::string("the answer is too large");
  if (has_vector(warming, *rule, entry.key, line)) {
    ARGOSY_TRY(auto vectors, warming.embedder->embed({entry.key.said}));
    entry.vector = std::move(vectors.front());
    entry.embedder = warming.embedder->name();
  }
  ARGOSY_TRY_VOID(warming.cache.put(entry));
  return std::string();
}

}  // namespace argosy::llm
